/** Decides, request by request, which fault rules strike. Counts per rule, so that `times` and `after` hold. */
import type { FaultRule } from '../types.js';
import { type Distortion, undistorted } from './exchange.js';

export interface Strike {
  readonly distortion: Distortion;
  /** Wait before anything else. */
  readonly delayMs: number;
  /** Answer this instead of the real answer. */
  readonly instead?: FaultRule;
}

/** The fault rules of one origin, with how often each has been met. */
export class Faults {
  private readonly rules: { readonly rule: FaultRule; readonly pattern: RegExp; seen: number }[];

  constructor(rules: readonly FaultRule[], origin: string) {
    this.rules = rules
      .filter((rule) => rule.origin === undefined || rule.origin === origin)
      .map((rule) => ({ rule, pattern: globPattern(rule.at), seen: 0 }));
  }

  /** @param target path and query as sent. */
  strike(target: string): Strike {
    if (this.rules.length === 0) return { distortion: undistorted, delayMs: 0 };
    const readable = readableTarget(target);
    let { count, rows } = undistorted;
    let cutAfter: number | undefined;
    let delayMs = 0;
    let instead: FaultRule | undefined;
    for (const entry of this.rules) {
      if (!entry.pattern.test(readable)) continue;
      const { rule } = entry;
      const turn = entry.seen++ - rule.after;
      if (turn < 0 || (rule.times !== undefined && turn >= rule.times)) continue;
      if (rule.kind === 'count') count += rule.by;
      else if (rule.kind === 'rows') rows += rule.by;
      else if (rule.kind === 'cut') cutAfter = rule.bytes;
      else if (rule.kind === 'delay') delayMs += rule.ms;
      else instead ??= rule;
    }
    return { distortion: { count, rows, cutAfter }, delayMs, instead };
  }
}

function readableTarget(target: string): string {
  try {
    return decodeURIComponent(target.replaceAll('+', ' '));
  } catch {
    return target;
  }
}

function globPattern(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
