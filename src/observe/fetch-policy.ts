/** Which known parts a portal is asked about: by the manifest's `fetch:`, or by a program's own rule. */
import { inspect } from 'node:util';
import { LakeError } from '../errors/lake-error.js';
import type { PartState } from '../lakehouse/types.js';
import type { Dataset, Duration } from '../project/types.js';
import type { Part } from '../sources/types.js';
import { MILLISECONDS } from './durations.js';
import { sameVariables } from './same-variables.js';

/** A part as a rule of a program sees it. */
export interface PolicyPart {
  /** Name of the portal. */
  readonly provider: string;
  readonly dataset: string;
  /** The portal's id of it. */
  readonly id: string;
  readonly name: string;
  /** Its variables: `{match_id: '3773369'}`. */
  readonly identifier: Readonly<Record<string, string>>;
}

/** What the lake holds of it. */
export interface PolicyStored {
  /** Rows that count. */
  readonly rows: number;
  /** Of its newest load. */
  readonly loadedAt: Date;
  /** When its portal was asked last, where `fetch: {stale_after: …}` has that kept. */
  readonly checkedAt?: Date;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly fingerprint?: string;
  readonly count?: number;
  readonly cursor?: string;
}

/** False: it is left as it is. True is `changed`. Undefined: as its manifest says. */
export type PolicyAnswer = boolean | 'missing' | 'changed' | 'all' | undefined;

/**
 * A fetch policy in code: asked for each part that a portal names, before the portal is asked anything about it.
 * @param stored Undefined where the lake does not hold it, or its manifest asks for something else now.
 */
export type FetchPolicyFunction = (
  part: PolicyPart,
  stored: PolicyStored | undefined,
) => PolicyAnswer | Promise<PolicyAnswer>;

/** What becomes of a part, in words that a plan repeats. */
export interface Asking {
  /** By which policy it is not asked about. */
  readonly kept?: string;
  /** By which policy it is fetched whatever the portal says of it. */
  readonly always?: string;
  /** That it was asked about is to be kept. */
  readonly remember?: true;
}

interface Question {
  readonly part: Part;
  readonly known: PartState | undefined;
  readonly dataset: Dataset;
  readonly now: Date;
  readonly choose?: FetchPolicyFunction;
}

/** @throws LakeError LK7052 where a program's rule throws, or answers what is no answer. */
export async function askingFor(question: Question): Promise<Asking> {
  const { dataset } = question;
  const stored = storedPart(question);
  const { fetch = 'changed' } = dataset.load;
  const remember = typeof fetch === 'object' ? { remember: true as const } : {};
  const chosen = await chosenBy(question, stored);
  if (chosen === false) return { kept: 'fetchPolicy' };
  if (chosen === 'all') return { always: 'fetchPolicy', ...remember };
  if (chosen === 'missing') return stored ? { kept: 'fetchPolicy: missing' } : remember;
  if (chosen !== undefined || stored === undefined) return remember;
  if (fetch === 'missing') return { kept: 'fetch: missing' };
  if (fetch === 'all') return { always: 'fetch: all' };
  if (typeof fetch === 'object' && !isStale(stored, fetch.staleAfter, question.now))
    return { kept: `fetch: {stale_after: ${inWords(fetch.staleAfter)}}` };
  return remember;
}

const ANSWERS: readonly unknown[] = [true, false, 'missing', 'changed', 'all', undefined];

/** What the program's rule says; undefined where there is none. */
async function chosenBy(
  { part, dataset, choose }: Question,
  stored: PartState | undefined,
): Promise<PolicyAnswer> {
  if (choose === undefined) return undefined;
  const asked: PolicyPart = {
    provider: dataset.portal,
    dataset: dataset.name,
    id: part.id,
    name: part.label,
    identifier: part.variables,
  };
  let answer: unknown;
  try {
    answer = await choose(asked, stored && factsOf(stored));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new LakeError(
      'LK7052',
      `the program's fetchPolicy failed for ${part.label} of ${dataset.name}: ${said}`,
      {
        hint: 'Look at the function that the program gives as `fetchPolicy`; nothing was asked of the portal for this part.',
        cause: error,
      },
    );
  }
  if (ANSWERS.includes(answer)) return answer as PolicyAnswer;
  throw new LakeError(
    'LK7052',
    `the program's fetchPolicy answers ${inspect(answer, { depth: 0, breakLength: Number.POSITIVE_INFINITY })} for ${part.label} of ${dataset.name}`,
    {
      hint: "It may answer true, false, 'missing', 'changed', 'all', or undefined for what the manifest says.",
    },
  );
}

/** A part all of which is stored: not a stretch of it, nothing of it lost, and under the names that it has now. */
function storedPart({ part, known }: Question): PartState | undefined {
  if (known === undefined || known.loads.length === 0 || known.sha256 === '') return undefined;
  return sameVariables(part.variables, known.variables) ? known : undefined;
}

/** A day that is not known is long ago. */
function isStale({ checked }: PartState, after: Duration, now: Date): boolean {
  return (
    checked === undefined || now.getTime() - Date.parse(checked) >= after.count * MILLISECONDS[after.unit]
  );
}

function inWords({ count, unit }: Duration): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function factsOf(part: PartState): PolicyStored {
  const { rows, loads, checked, validators, fingerprint, count, cursor } = part;
  const { etag, lastModified } = validators;
  const known = { etag, lastModified, fingerprint, count, cursor };
  return {
    rows,
    loadedAt: loadedAt(loads.at(-1)!),
    ...(checked !== undefined && { checkedAt: new Date(checked) }),
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
}

/** A load has the name of its run, which begins with its time: `20261121T074512Z-3f9c2a`. */
export function loadedAt(load: string): Date {
  return new Date(load.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));
}
