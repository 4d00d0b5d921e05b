/**
 * How the bodies of a part end: a CSV file that is cut inside of its last value has as many rows and values as before, and
 * only the missing line end tells. Pure.
 */
import type { SpoolFile } from '../../fetch/types.js';
import type { PartState } from '../../lakehouse/types.js';
import type { LandedPart } from './stage-load.js';

/** Of all bodies of a part together, the one that says least; undefined where none is CSV. */
export function endingOf(files: readonly SpoolFile[]): SpoolFile['ending'] {
  const endings = files.map(({ ending }) => ending);
  return (['open', 'framed', 'line'] as const).find((one) => endings.includes(one));
}

/** Why a body that ends without a line end, and without a length, is taken for one that was cut; undefined where it may be whole. */
export function endingDoubt(
  { fetch, fetched }: LandedPart,
  before: PartState | undefined,
): string | undefined {
  if (endingOf(fetched.files) !== 'open') return undefined;
  if (fetch.lineEnds === true) return 'this portal ends every row with one';
  if (fetched.files.some(({ ending }) => ending === 'line')) return 'its other pages end with one';
  return before?.ending === 'line' ? 'the load before ended with one' : undefined;
}

/** What a person is told of a body that may be whole or not, the first time that it is so. */
export function endingNotes(
  landed: readonly LandedPart[],
  before: Readonly<Record<string, PartState>> = {},
): readonly string[] {
  return landed
    .filter(
      ({ fetch, fetched }) => endingOf(fetched.files) === 'open' && before[fetch.partId]?.ending !== 'open',
    )
    .map(
      ({ fetch }) =>
        `${fetch.label}: its last row has no line end, and the portal told no length: whether the last value is whole cannot be seen`,
    );
}
