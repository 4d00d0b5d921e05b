/** Everything that may strike the requests of one origin: rules of portal.yml first, seeded chances besides. */
import type { FaultChance, FaultRule } from '../types.js';
import { ChanceFaults, type DrawnRequest } from './chance-faults.js';
import { RuleFaults } from './rule-faults.js';
import type { Strike } from './strike.js';

/** What strikes: rules by path, chances by a draw, and what the draws begin from. */
export interface FaultPlan {
  readonly rules: readonly FaultRule[];
  readonly chances: readonly FaultChance[];
  readonly seed: number;
}

/** The faults of one origin, and how often each has struck. */
export class Faults {
  private readonly rules: RuleFaults;
  private readonly chances: ChanceFaults;
  private readonly counts = new Map<string, number>();

  constructor({ rules, chances, seed }: FaultPlan, origin: string) {
    this.rules = new RuleFaults(rules, origin);
    this.chances = new ChanceFaults(chances, seed, origin);
  }

  /** What happens to this request. A rule wins over a chance where both would. */
  strike(request: DrawnRequest): Strike {
    const rule = this.rules.strike(request.target);
    const chance = this.chances.strike(request);
    for (const name of [...rule.names, ...chance.names]) {
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }
    return {
      distortion: {
        ...chance.distortion,
        count: rule.distortion.count + chance.distortion.count,
        rows: rule.distortion.rows,
        body: rule.distortion.body ?? chance.distortion.body,
      },
      delayMs: rule.delayMs,
      instead: rule.instead ?? chance.instead,
      names: [...rule.names, ...chance.names],
    };
  }

  /** Fault name → how often it has struck so far. */
  struck(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}
