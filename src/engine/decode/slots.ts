/** How many decode tasks run at once, and how much memory each may take: every one opens a database of its own. */

export interface DecodeSlots {
  readonly atOnce: number;
  /** In DuckDB's notation; undefined where none was set. */
  readonly memoryLimit?: string;
}

const MIB = 2 ** 20;
/** What a decode task should have at least: fewer run at once where less would be left for each. */
const WANTED = 1024 * MIB;
/** DuckDB counts `KB`, `MB`, … by thousands and `KiB`, `MiB`, … by 1,024. */
const POWERS = ['', 'k', 'm', 'g', 't'];
const SIZE = /^\s*(\d+(?:\.\d+)?)\s*(?:bytes?|([kmgt]?)(i?)b?)\s*$/i;

/**
 * As many as there are threads and at least two, so that a small file does not wait for a large one; together they stay
 * within `memoryLimit`. A limit that is no size is handed on as it is: the engine says what is wrong with it.
 */
export function decodeSlots(threads: number, memoryLimit: string | undefined): DecodeSlots {
  const most = Math.max(2, threads);
  const bytes = memoryLimit === undefined ? undefined : bytesOf(memoryLimit);
  if (bytes === undefined) return { atOnce: most, memoryLimit };
  const atOnce = Math.max(2, Math.min(most, Math.floor(bytes / WANTED)));
  return { atOnce, memoryLimit: `${Math.max(1, Math.floor(bytes / atOnce / MIB))}MiB` };
}

function bytesOf(size: string): number | undefined {
  const [, number, unit = '', binary] = SIZE.exec(size) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (binary ? 1024 : 1000) ** POWERS.indexOf(unit.toLowerCase());
}
