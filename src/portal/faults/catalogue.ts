/** The faults that `--faults` knows: what each does, and what the amount behind its rate means. Plain data, for help texts too. */

import type { FaultChance } from '../types.js';

/** A fault that strikes by chance. */
export interface FaultName {
  /** As written: `status429` stands for `status` with any code from 400 to 599. */
  readonly name: string;
  readonly kind: FaultChance['kind'];
  /** One line, for people. */
  readonly does: string;
  /** What `name=rate:amount` sets; undefined: the fault takes no amount. */
  readonly amount?: string;
  /** An amount may be below zero. */
  readonly signed?: true;
  /** At most one of these strikes a request; the others strike besides, each with a draw of its own. */
  readonly exclusive: boolean;
}

/** In the order in which one draw is shared out among the exclusive ones. */
export const FAULTS: readonly FaultName[] = [
  {
    name: 'status429',
    kind: 'status',
    does: 'answers 429, or any status from 400 to 599; at random with Retry-After: 1 or none',
    amount: 'seconds of Retry-After, or none',
    exclusive: true,
  },
  {
    name: 'reset',
    kind: 'reset',
    does: 'resets the connection (RST), before the answer or within its body',
    exclusive: true,
  },
  {
    name: 'cut',
    kind: 'cut',
    does: 'closes the connection (FIN) within the body',
    amount: 'bytes that come',
    exclusive: true,
  },
  {
    name: 'length',
    kind: 'length',
    does: 'states a wrong Content-Length, then closes the connection',
    amount: 'bytes too many; -n: too few',
    signed: true,
    exclusive: true,
  },
  {
    name: 'stall',
    kind: 'stall',
    does: 'falls silent before the headers or within the body, then closes the connection',
    amount: 'ms; else 120000',
    exclusive: true,
  },
  {
    name: 'slow',
    kind: 'slow',
    does: 'sends the body in ten pieces with pauses between them',
    amount: 'ms in all; else 1000',
    exclusive: true,
  },
  { name: 'html', kind: 'html', does: 'answers 200 with a web page to sign in on', exclusive: true },
  {
    name: 'cap',
    kind: 'cap',
    does: 'gives a page fewer rows than were asked, as a portal with a lower limit of its own does',
    amount: 'rows; else 1000',
    exclusive: false,
  },
  {
    name: 'short',
    kind: 'short',
    does: 'leaves rows out of the middle of a page or dump',
    amount: 'rows; else 1',
    exclusive: false,
  },
  {
    name: 'total',
    kind: 'total',
    does: 'counts up to 5 rows too many or too few',
    amount: 'rows too many; -n: too few',
    signed: true,
    exclusive: false,
  },
  {
    name: 'shift',
    kind: 'shift',
    does: 'begins a page by offset a row early or late, as after an insertion or deletion',
    amount: 'rows inserted; -n: deleted',
    signed: true,
    exclusive: false,
  },
  {
    name: 'etag',
    kind: 'etag',
    does: 'sends another ETag each time, and knows none that it sent',
    exclusive: false,
  },
];

/** The catalogue as lines of a help text: the name, what it does, what an amount means. */
export function faultLines(): string[] {
  return FAULTS.map(
    ({ name, does, amount }) =>
      `  ${name.padEnd(10)} ${does}${amount === undefined ? '' : ` (:n = ${amount})`}`,
  );
}
