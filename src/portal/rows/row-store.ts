/** Canonical rows that can be read by row number: from a file without holding it in memory, or from memory. */
import { type FileHandle, open } from 'node:fs/promises';
import { splitLine } from './canonical.js';

/** Bytes of some consecutive rows: whole canonical lines. */
export interface RowBlock {
  readonly bytes: Buffer;
  readonly firstRow: number;
  /** Exclusive. */
  readonly lastRow: number;
  /** Where a row's line ends within `bytes`, its LF included. */
  lineEnd(row: number): number;
}

/** Rows from `first` up to but without `last`. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** Rows in their stored order. */
export interface RowStore {
  /** Column names in stored order. */
  readonly columns: readonly string[];
  readonly count: number;
  /** The rows of `runs`, in blocks of half a megabyte or less, at least one row each; no block spans two runs. */
  blocks(runs: readonly Run[]): AsyncGenerator<RowBlock>;
}

type ReadBytes = (start: number, end: number) => Promise<Buffer>;

const blockBytes = 512 * 1024;

/**
 * @param lineEnds as `CanonicalScanner.finish` yields them: header first.
 * @param session opens whatever must be open while blocks are read, and closes it afterwards.
 */
function rowStore(
  columns: readonly string[],
  lineEnds: Float64Array,
  session: () => Promise<{ readBytes: ReadBytes; close: () => Promise<void> }>,
): RowStore {
  return {
    columns,
    count: lineEnds.length - 1,
    async *blocks(runs) {
      const { readBytes, close } = await session();
      try {
        for (const { first, last } of runs) {
          for (let row = first; row < last; ) {
            const start = lineEnds[row]!;
            const end = rowAtOrAfter(lineEnds, start + blockBytes, row + 1, last);
            const bytes = await readBytes(start, lineEnds[end]!);
            yield { bytes, firstRow: row, lastRow: end, lineEnd: (of) => lineEnds[of + 1]! - start };
            row = end;
          }
        }
      } finally {
        await close();
      }
    },
  };
}

/** The first row in [low, high] that begins at or after `offset`, else `high`. */
function rowAtOrAfter(lineEnds: Float64Array, offset: number, low: number, high: number): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (lineEnds[middle]! < offset) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Rows whose canonical lines are in memory. `lineEnds` as `CanonicalScanner.finish` yields them: header first. */
export function memoryRows(columns: readonly string[], lineEnds: Float64Array, bytes: Buffer): RowStore {
  const readBytes: ReadBytes = async (start, end) => bytes.subarray(start, end);
  return rowStore(columns, lineEnds, async () => ({ readBytes, close: async () => {} }));
}

/** Rows of a canonical file, read as they are wanted. `lineEnds` as `CanonicalScanner.finish` yields them. */
export function fileRows(columns: readonly string[], lineEnds: Float64Array, path: string): RowStore {
  return rowStore(columns, lineEnds, async () => {
    const file = await open(path, 'r');
    return { readBytes: (start, end) => readFully(file, start, end), close: () => file.close() };
  });
}

async function readFully(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) throw new Error('a file of the portal became shorter while it was served');
    filled += bytesRead;
  }
  return bytes;
}

/** Calls `visit` with the values of each row of `runs`. The array is reused: copy what must stay. */
export async function visitRows(
  store: RowStore,
  runs: readonly Run[],
  visit: (values: readonly (string | null)[], row: number) => void,
): Promise<void> {
  for await (const each of rowsByBlock(store, runs)) each(visit);
}

/** The rows of `runs` as text: what `write` makes of each, in blocks of UTF-8. The array of values is reused. */
export async function* writtenRows(
  store: RowStore,
  runs: readonly Run[],
  write: (values: readonly (string | null)[], row: number) => string,
): AsyncGenerator<Buffer> {
  for await (const each of rowsByBlock(store, runs)) {
    let text = '';
    each((values, row) => {
      text += write(values, row);
    });
    yield Buffer.from(text, 'utf8');
  }
}

type Visit = (values: readonly (string | null)[], row: number) => void;

/** Block for block a function that calls another with each of its rows. */
async function* rowsByBlock(store: RowStore, runs: readonly Run[]): AsyncGenerator<(visit: Visit) => void> {
  const values: (string | null)[] = [];
  for await (const block of store.blocks(runs)) {
    const text = block.bytes.toString('utf8');
    yield (visit) => {
      let at = 0;
      for (let row = block.firstRow; row < block.lastRow; row++) {
        at = splitLine(text, at, values);
        visit(values, row);
      }
    };
  }
}
