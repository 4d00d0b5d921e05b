/**
 * Seeded faults. What strikes a request hangs on the seed, the request (origin, method, path, query, body) and how
 * often it was made before; never on the clock or on the order in which different requests arrive. So a run against
 * the same portal meets the same faults again, however its workers race.
 */
import { createHash } from 'node:crypto';
import type { FaultChance } from '../types.js';
import { FAULTS } from './catalogue.js';
import { isExclusive } from './parse-faults.js';
import { type Distortion, type Instead, type Strike, undistorted } from './strike.js';

/** A request as the draw sees it. */
export interface DrawnRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Of a POST; empty otherwise. */
  readonly body: string;
}

const calm: Strike = { distortion: undistorted, delayMs: 0, names: [] };
const stallMs = 120_000;
const slowMs = 1000;
const capRows = 1000;

/** The chances of one origin, with how often each request has been made. */
export class ChanceFaults {
  private readonly tries = new Map<string, number>();
  private readonly exclusive: readonly FaultChance[];
  private readonly besides: readonly FaultChance[];

  constructor(
    chances: readonly FaultChance[],
    private readonly seed: number,
    private readonly origin: string,
  ) {
    const order = FAULTS.map((fault) => fault.kind);
    const sorted = [...chances].sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
    );
    this.exclusive = sorted.filter(isExclusive);
    this.besides = sorted.filter((chance) => !isExclusive(chance));
  }

  strike({ method, target, body }: DrawnRequest): Strike {
    if (this.exclusive.length === 0 && this.besides.length === 0) return calm;
    const request = `${method} ${this.origin}${target}\n${body}`;
    const key = createHash('sha256').update(request).digest('base64');
    const turn = this.tries.get(key) ?? 0;
    this.tries.set(key, turn + 1);
    const draw = (purpose: string) => uniform(`${this.seed}\n${key}\n${turn}\n${purpose}`);

    const one = this.chosen(draw('one'));
    const extra = this.besides.filter((chance) => draw(chance.name) < chance.rate);
    const { instead, body: bodyFault } = one === undefined ? {} : transportFault(one, draw);
    const distortion: Distortion = {
      ...undistorted,
      ...(bodyFault && { body: bodyFault }),
      ...Object.assign({}, ...extra.map((chance) => dataFault(chance, draw))),
    };
    return { distortion, delayMs: 0, instead, names: [...(one ? [one] : []), ...extra].map((c) => c.name) };
  }

  /** The exclusive fault whose share of [0, 1) holds `drawn`. */
  private chosen(drawn: number): FaultChance | undefined {
    let from = 0;
    for (const chance of this.exclusive) {
      from += chance.rate;
      if (drawn < from) return chance;
    }
    return undefined;
  }
}

/** From 0 to below 1, the same for the same text. */
function uniform(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

type Draw = (purpose: string) => number;

function transportFault(
  chance: FaultChance,
  draw: Draw,
): { readonly instead?: Instead; readonly body?: Distortion['body'] } {
  const amount = typeof chance.amount === 'number' ? chance.amount : undefined;
  const at = draw('place');
  switch (chance.kind) {
    case 'status': {
      const says = chance.amount === undefined ? draw('retry-after') < 0.5 : chance.amount !== 'none';
      const retryAfter = says ? String(amount ?? 1) : undefined;
      return { instead: { kind: 'status', status: chance.status ?? 503, retryAfter } };
    }
    case 'html':
      return { instead: { kind: 'html' } };
    case 'reset':
      return draw('early') < 0.5 ? { instead: { kind: 'reset' } } : { body: { kind: 'reset', at, ms: 0 } };
    case 'stall': {
      const ms = amount ?? stallMs;
      return draw('early') < 0.5 ? { instead: { kind: 'stall', ms } } : { body: { kind: 'stall', at, ms } };
    }
    case 'slow':
      return { body: { kind: 'slow', at, ms: amount ?? slowMs } };
    case 'length':
      return { body: { kind: 'length', at, ms: 0, bytes: amount ?? 1 + Math.floor(draw('bytes') * 1000) } };
    default:
      return { body: { kind: 'cut', at, ms: 0, bytes: amount } };
  }
}

function dataFault(chance: FaultChance, draw: Draw): Partial<Distortion> {
  const amount = typeof chance.amount === 'number' ? chance.amount : undefined;
  const drawn = draw(`${chance.name} amount`);
  switch (chance.kind) {
    case 'cap':
      return { cap: amount ?? capRows };
    case 'short':
      return { missing: { rows: amount ?? 1, at: draw('missing') } };
    case 'total': {
      const wrong = Math.floor(drawn * 10) - 5;
      return { count: amount ?? (wrong >= 0 ? wrong + 1 : wrong) };
    }
    case 'shift':
      return { shift: amount ?? (drawn < 0.5 ? 1 : -1) };
    default:
      return { etag: `"${Math.floor(drawn * 2 ** 48).toString(16)}"` };
  }
}
