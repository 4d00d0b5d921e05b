/** Decides, request by request, which fault rules strike. Counts per rule, so that `times` and `after` hold. */
import type { FaultRule } from '../types.js';
import { type Distortion, type Instead, type Strike, undistorted } from './strike.js';

/** The fault rules of one origin, with how often each has been met. */
export class RuleFaults {
  private readonly rules: { readonly rule: FaultRule; readonly pattern: RegExp; seen: number }[];

  constructor(rules: readonly FaultRule[], origin: string) {
    this.rules = rules
      .filter((rule) => rule.origin === undefined || rule.origin === origin)
      .map((rule) => ({ rule, pattern: globPattern(rule.at), seen: 0 }));
  }

  /** @param target path and query as sent. */
  strike(target: string): Strike {
    const readable = readableTarget(target);
    let { count, rows } = undistorted;
    let body: Distortion['body'];
    let delayMs = 0;
    let instead: Instead | undefined;
    const names: string[] = [];
    for (const entry of this.rules) {
      if (!entry.pattern.test(readable)) continue;
      const { rule } = entry;
      const turn = entry.seen++ - rule.after;
      if (turn < 0 || (rule.times !== undefined && turn >= rule.times)) continue;
      names.push(rule.kind === 'status' ? `status${rule.status}` : rule.kind);
      if (rule.kind === 'count') count += rule.by;
      else if (rule.kind === 'rows') rows += rule.by;
      else if (rule.kind === 'cut') body = { kind: 'cut', at: 0, bytes: rule.bytes, ms: 0 };
      else if (rule.kind === 'delay') delayMs += rule.ms;
      else if (rule.kind === 'status')
        instead ??= { kind: 'status', status: rule.status, retryAfter: rule.retryAfter };
      else instead ??= { kind: rule.kind };
    }
    return { distortion: { ...undistorted, count, rows, body }, delayMs, instead, names };
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
