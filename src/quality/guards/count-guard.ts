/**
 * The guard `count`: whether what was read of a part is what the portal has of it. Pure.
 *
 * The portal counts before and after a part is read. A reading is whole when as many rows came as were counted before,
 * and the count after it is the same and of the same state of the data. Otherwise the table moved, or the answer was
 * short, and the part is read once more in the protocol's safer way. That second reading has to fit the count after it,
 * which is asked for twice if it is not the one before: a wrong count and a missing row must not make up for each other.
 * Read from key to key, no row that is there all the while is missed or doubled by others that come and go: where the
 * portal itself says that its data changed meanwhile, the rows may lie between two counts that are close.
 */
import { counted } from './guard.js';

/** One part of a staged load, as numbers. */
export interface PartCounts {
  readonly label: string;
  readonly kind: 'full' | 'incremental';
  /** Distinct portal rows that landed. */
  readonly rows: number;
  /** Rows that the portal counts for the same question; undefined where it does not count. */
  readonly expected?: number;
  /** Rows of the part that would be current after the commit, and that the portal counts in all. */
  readonly held: number;
  readonly total?: number;
  /** Rows of the whole part by the portal's count after the reading; undefined where it was not asked. */
  readonly after?: number;
  /** True: the portal says that its data changed while it was read. */
  readonly moved?: boolean;
  /** True: two counts after the reading were not the same. */
  readonly unsure?: boolean;
  /** The first of two counts after the reading that were not the same; `after` is the second. */
  readonly firstAfter?: number;
  /** True: this is the second reading, in the protocol's safer way. */
  readonly safe?: boolean;
  /** True: each page began behind the last key of the one before. */
  readonly byKey?: boolean;
  /** Rows that are current now; undefined on the first load. */
  readonly before?: number;
  /** Rows that the portal writes at a time while it refreshes a table; undefined where nothing is known of it. */
  readonly batch?: number;
  /** Why the end of its last row is taken for a cut, in words. */
  readonly unfinished?: string;
  /** Counts at which the portal's answers end without a word, and what each is. */
  readonly caps?: Readonly<Record<number, string>>;
  /** True when all rows of the part were asked for, not only those of a stretch of its cursor. */
  readonly whole?: boolean;
  /** Append: how many of the rows before the portal no longer had at the last load; undefined in other modes. */
  readonly kept?: number;
  /** Rows that a sweep found gone at the portal. */
  readonly withdrawn?: number;
  /** Rows that two pages delivered, of a portal whose rows carry no id; undefined where it was not looked for. */
  readonly repeated?: number;
  /** True where the manifest names a key: then no row may come twice. */
  readonly keyed?: boolean;
}

export interface Miscount {
  readonly message: string;
  /** What to do beside accepting it. */
  readonly advice: string;
  /** True where only the whole part can heal it: what was asked for came, but the lake does not hold what the portal has. */
  readonly inFull: boolean;
  /** Why it is asked for again, where that can be said better than by `message`. */
  readonly reason?: string;
}

/** Two counts are close when they differ by at most this share. */
const CLOSE = 0.01;

/** Undefined where the counts fit, or the portal does not count. */
export function miscount(part: PartCounts): Miscount | undefined {
  const { expected, rows } = part;
  // What a table holds that changed while it was read is judged as a whole: its parts may have moved from one to another.
  const wholeFits = part.kind === 'incremental' && part.safe === true && moved(part) && fits(part, part.held);
  if (expected !== undefined && !wholeFits && !(asksAll(part) ? fits(part, rows) : rows === expected)) {
    const withdrawn = part.kept === undefined && part.total !== undefined && part.held > part.total;
    return { ...unequal(expected, rows, part), inFull: asksAll(part) || withdrawn };
  }
  // Without a key equal rows may be right: they are a reason to look twice, and no more.
  if (part.repeated && (part.keyed || part.safe !== true)) {
    return {
      message: `two pages deliver the same ${part.repeated === 1 ? 'row' : `${part.repeated.toLocaleString('en')} rows`}: the table moved while it was read, and others may be missing`,
      advice:
        'run the same command again, and ask in `url:` for rows in a fixed order, if the portal has a parameter for it',
      inFull: asksAll(part),
    };
  }
  if (part.kept !== undefined) return archiveMiscount(part);
  if (part.kind === 'incremental' && part.total !== undefined && !fits(part, part.held)) {
    if (part.held === part.total) return { ...unequal(part.total, part.held, part), inFull: false };
    return {
      message: `the portal counts ${counted(part.total)} in all, the lake would hold ${part.held.toLocaleString('en')}`,
      advice: 'load it in full with `--full-refresh`',
      inFull: true,
      ...(part.held > part.total
        ? { reason: `the portal counts ${part.total} rows, the lake ${part.held}: rows were withdrawn` }
        : {}),
    };
  }
  return undefined;
}

/**
 * An archive also holds what is gone at the portal. From a stretch of the cursor on it lacks rows when it holds fewer than
 * those and the portal's, which shows rows that came late; once everything was asked for, when it holds fewer than the portal.
 */
function archiveMiscount(part: PartCounts): Miscount | undefined {
  const { total, held, kept = 0 } = part;
  if (part.kind === 'full' || total === undefined) return undefined;
  const least = Math.min(total, part.after ?? total) + (part.whole ? 0 : kept);
  if (held >= least) return undefined;
  const gone = kept > 0 ? `, ${kept.toLocaleString('en')} of them gone at the portal` : '';
  return {
    message: `the portal counts ${counted(total)} in all, the lake would hold ${held.toLocaleString('en')}${gone}`,
    advice: 'load it in full with `--full-refresh`',
    inFull: true,
  };
}

/** Append: rows that this load is the first to find gone at the portal. They are kept. */
export function newlyGone({ held, total, kept }: PartCounts): number {
  return kept === undefined || total === undefined ? 0 : held - total - kept;
}

function asksAll({ kind, whole }: PartCounts): boolean {
  return kind === 'full' || whole === true;
}

/** Whether so many rows of the whole part are what the portal has of it. */
function fits(part: PartCounts, rows: number): boolean {
  const before = asksAll(part) ? part.expected! : part.total!;
  const after = part.after ?? before;
  if (!moved(part)) return rows === before;
  if (part.safe !== true) return false;
  if (rows === after) return part.unsure !== true;
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const isBetween = rows >= low && rows <= high && high - low <= high * CLOSE;
  return part.byKey === true && part.moved === true && isBetween;
}

function moved(part: PartCounts): boolean {
  const before = asksAll(part) ? part.expected : part.total;
  return part.moved === true || (part.after !== undefined && part.after !== before);
}

function unequal(before: number, rows: number, part: PartCounts): Pick<Miscount, 'message' | 'advice'> {
  if (!moved(part)) {
    return {
      message: `the portal counts ${counted(before)}, ${counted(rows)} came`,
      advice: 'the table may have changed while it was read; run the same command again',
    };
  }
  const after = (part.after ?? before).toLocaleString('en');
  const first = part.firstAfter === undefined ? '' : `${part.firstAfter.toLocaleString('en')} and then `;
  const restless = part.unsure === true ? ": the portal's count does not hold still" : '';
  return {
    message: `the table changed while it was read: ${counted(before)} before, ${first}${after} after, ${rows.toLocaleString('en')} came${restless}`,
    advice: 'the portal may be in the middle of a refresh; run the same command again in some minutes',
  };
}
