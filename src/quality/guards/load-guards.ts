/** Load guards: what is wrong with a load before anything of it is committed (DESIGN §4). Pure. */
import type { Dataset } from '../../project/types.js';
import { miscount, newlyGone, type PartCounts } from './count-guard.js';
import { acceptHint, counted, firstHint, type GuardBreach, type GuardName } from './guard.js';

export type { PartCounts } from './count-guard.js';

/** Counts that pages, limits and exports stop at: CKAN 32,000, Socrata 1,000 and 50,000, Opendatasoft 10,000, ArcGIS 2,000. */
const CAPS: ReadonlySet<number> = new Set([1000, 2000, 10_000, 32_000, 50_000]);

/** Where no `max_row_drop` is written: losing half of a table is a broken refresh until somebody says otherwise. */
const DEFAULT_ROW_DROP = 0.5;

export interface Judged {
  /** False: this is the dataset's first load, and there is no version that could stay. */
  readonly published: boolean;
  /** Current rows over all parts, given where rows go because parts are gone at the portal: no load of those parts would show it. */
  readonly whole?: { readonly before: number; readonly now: number };
}

/** Every guard that the load trips, worst first. */
export function loadGuards(
  dataset: Dataset,
  parts: readonly PartCounts[],
  { published, whole }: Judged,
): readonly GuardBreach[] {
  const accept = (guard: GuardName) => (published ? acceptHint : firstHint)(dataset.name, guard);
  const breaches: GuardBreach[] = [];
  const allowed = dataset.guards.maxRowDrop ?? DEFAULT_ROW_DROP;
  const rowDrop = (where: string, before: number, now: number): GuardBreach => ({
    guard: 'row_drop',
    code: 'LK4004',
    message: `${where}: ${counted(before)} before, ${now.toLocaleString('en')} now: ${((1 - now / before) * 100).toFixed(1)} % fewer, at most ${allowed * 100} % are allowed`,
    hint: accept('row_drop'),
  });
  for (const part of parts) {
    const where =
      parts.length > 1 || part.label !== dataset.name ? `${dataset.name} (${part.label})` : dataset.name;
    const wrong = miscount(part);
    if (wrong) {
      breaches.push({
        guard: 'count',
        code: 'LK4001',
        message: `${where}: ${wrong.message}`,
        hint: `${wrong.advice}, or, ${accept('count')}`,
      });
    }
    if (part.kind === 'full' && part.held === 0 && dataset.guards.allowEmpty !== true) {
      breaches.push({
        guard: 'empty',
        code: 'LK4002',
        message: `${where}: the portal delivered no rows`,
        hint: published
          ? `an empty table must not replace a good one; ${accept('empty')}`
          : `see at the portal whether what \`source:\` of ${dataset.path} asks for has rows; ${accept('empty')}`,
      });
      continue;
    }
    if (part.unfinished !== undefined) {
      breaches.push({
        guard: 'unfinished',
        code: 'LK4015',
        message: `${where}: ${unfinished(part.unfinished)}`,
        hint: `the portal may have broken off its answer; run the same command again in some minutes, or, ${accept('unfinished')}`,
      });
    }
    const cap = capOf(dataset, part);
    if (cap !== undefined) {
      breaches.push({
        guard: 'cap',
        code: 'LK4003',
        message: `${where}: exactly ${counted(part.rows)} came, which is ${cap}`,
        hint: `the table is probably cut off there; ${accept('cap')}`,
      });
    }
    if (part.kind === 'full' && part.before !== undefined && part.held < part.before * (1 - allowed)) {
      breaches.push(rowDrop(where, part.before, part.held));
    } else if (isHalfRefreshed(part)) {
      breaches.push({
        guard: 'half_refreshed',
        code: 'LK4014',
        message: `${where}: ${counted(part.before!)} before, ${part.held.toLocaleString('en')} now, a multiple of ${part.batch!.toLocaleString('en')}: the portal seems to be in the middle of writing the table anew`,
        hint: `run the same command again in an hour, or, ${accept('half_refreshed')}`,
      });
    }
    const gone = part.withdrawn ?? newlyGone(part);
    if (part.before !== undefined && gone > part.before * allowed) {
      breaches.push(rowDrop(`${where}, at the portal`, part.before, part.before - gone));
    }
  }
  if (whole === undefined) return breaches;
  if (whole.now === 0 && dataset.guards.allowEmpty !== true) {
    breaches.push({
      guard: 'empty',
      code: 'LK4002',
      message: `${dataset.name}: of ${counted(whole.before)} none would be left, for the portal has none of its parts any more`,
      hint: `an empty table must not replace a good one; ${accept('empty')}`,
    });
  } else if (whole.now < whole.before * (1 - allowed) && !breaches.some((b) => b.guard === 'row_drop')) {
    breaches.push(rowDrop(dataset.name, whole.before, whole.now));
  }
  return breaches;
}

/** What is wrong with the end of a file, for the guard and for why it is asked for again. */
export function unfinished(because: string): string {
  return `the last row has no line end, and ${because}: its last value may be cut off`;
}

/**
 * Fewer rows than before, and whole batches of them: a table that is deleted and filled again in the open, seen midway.
 * A first batch alone loses most rows, and trips `row_drop` instead.
 */
function isHalfRefreshed({ kind, before, held, batch }: PartCounts): boolean {
  if (kind !== 'full' || before === undefined || batch === undefined) return false;
  return held > 0 && held < before && held % batch === 0;
}

function capOf(dataset: Dataset, part: PartCounts): string | undefined {
  if (dataset.guards.cap === false || part.kind !== 'full') return undefined;
  // One file per row of another dataset: nobody cuts those off, and a few of thousands are bound to have such a length.
  if (dataset.source.forEach) return undefined;
  if (dataset.guards.cap?.includes(part.rows)) return 'a cap that the manifest lists';
  if (!CAPS.has(part.rows)) return undefined;
  return part.caps?.[part.rows] ?? 'a number at which many portals cut their answers off';
}
