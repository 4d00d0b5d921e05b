/** Files that came to an end in the middle of a row: an answer that was broken off looks like one that is whole. */
import { LakeError } from '../../errors/lake-error.js';
import type { Doubtful, ReadPart } from './read-parts.js';

/** @returns the part whose file ends early, where its rows are counted, so that more of it is known to be there. */
export function cutOff(error: unknown, read: Iterable<ReadPart>): ReadPart | undefined {
  if (!(error instanceof LakeError) || error.details['endsEarly'] !== true) return undefined;
  const { path } = error.details;
  return [...read].find(
    ({ fetch, fetched }) =>
      fetch.expectedRows !== undefined && fetched.files.some((file) => file.path === path),
  );
}

/** The doubt that it raises, or what is told where it was read in the safer way already. */
export function brokenOff({ fetch }: ReadPart, error: LakeError): Doubtful {
  const { line, file, path } = error.details;
  return {
    fetch,
    error: new LakeError(
      'LK5011',
      `${fetch.label}: the file ends in the middle of a row: line ${line} of ${file}`,
      {
        hint: 'the portal broke off its answer; run the same command again in some minutes',
        transient: true,
        details: { path, line, file },
      },
    ),
  };
}
