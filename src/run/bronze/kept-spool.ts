/** What becomes of a dataset's bodies in the spool when its load has ended, and what is told of those of an earlier run. */
import { LakeError } from '../../errors/lake-error.js';
import type { FetchedPart } from '../../fetch/types.js';

/**
 * Codes of failures that say nothing against the bodies that are there: the portal was not to be reached (LK30xx,
 * LK31xx), the machine or the lake failed (LK500x, LK60xx). A body that could not be read, or that a guard refused, is
 * asked for again.
 */
const innocent = /^LK(30\d\d|310\d|311[0-35-8]|312\d|500[1-7]|60\d\d)$/;

/** Bodies that could not be read: the next run asks anew, also where that may help. */
const unreadable = /^LK501\d$/;

/** Whether the next run goes on with what was fetched before this failure. */
export function keepsSpool(error: unknown): boolean {
  return (
    error instanceof LakeError &&
    (innocent.test(error.code) || (error.transient && !unreadable.test(error.code)))
  );
}

/** How many of a load's bodies an earlier run had left; undefined where none was used again. */
export function resumedBodies(
  fetched: readonly FetchedPart[],
): { readonly saved: number; readonly bodies: number } | undefined {
  const saved = fetched.reduce((sum, { resumed }) => sum + resumed.saved + resumed.confirmed, 0);
  return saved === 0
    ? undefined
    : { saved, bodies: fetched.reduce((sum, { files }) => sum + files.length, 0) };
}

/** What a person is told of the work of an earlier run that was used again, or could not be. */
export function resumeNotes(fetched: readonly FetchedPart[]): readonly string[] {
  const sum = (of: (part: FetchedPart) => number) => fetched.reduce((total, part) => total + of(part), 0);
  const saved = sum(({ resumed }) => resumed.saved);
  const confirmed = sum(({ resumed }) => resumed.confirmed);
  const misfits = new Map<string, number>();
  for (const { resumed } of fetched)
    for (const [why, count] of Object.entries(resumed.misfits))
      misfits.set(why, (misfits.get(why) ?? 0) + count);
  const notes: string[] = [];
  if (saved + confirmed > 0) {
    const checked = confirmed > 0 ? `, ${plural(confirmed, 'body', 'bodies')} confirmed by 304` : '';
    notes.push(`went on where an earlier run stopped: ${plural(saved, 'request')} saved${checked}`);
  }
  for (const [why, count] of misfits)
    notes.push(
      `started over with ${plural(count, 'body', 'bodies')} of an earlier run: ${reasons[why] ?? why}`,
    );
  return notes;
}

const reasons: Readonly<Record<string, string>> = {
  'asked differently': 'something else is asked for now',
  'data changed': 'the portal’s data has changed since',
  damaged: 'the file in the spool is missing or damaged',
  'may have changed': 'the portal does not tell whether its data has changed since',
};

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
