/**
 * Rows as Socrata's CSV. Stored lines already are that: a page of all stored columns is sent as it lies in the file,
 * any other selection is copied field by field, as bytes.
 */
import type { RowBlock, RowStore, Run } from '../rows/row-store.js';
import type { Field, StoredSource } from './fields.js';

const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;

/** The header line: names in quotes. */
export function csvHeader(fields: readonly Field[]): Buffer {
  return Buffer.from(`${fields.map((field) => `"${field.name.replaceAll('"', '""')}"`).join(',')}\n`);
}

/** The rows of `runs`, in blocks. */
export async function* rowsAsCsv(
  store: RowStore,
  runs: readonly Run[],
  sources: readonly StoredSource[],
): AsyncGenerator<Buffer> {
  const width = store.columns.length;
  const isWholeLine =
    sources.length === width && sources.every((source, i) => 'position' in source && source.position === i);
  const pieces = piecesOf(sources, width);
  for await (const block of store.blocks(runs))
    yield isWholeLine ? block.bytes : project(block, pieces, width);
}

/** Neighbouring stored columns, copied at once, or one made value. */
type Piece =
  | { readonly from: number; readonly to: number; readonly toLineEnd: boolean }
  | { readonly make: (row: number) => string };

function piecesOf(sources: readonly StoredSource[], width: number): Piece[] {
  const pieces: Piece[] = [];
  for (const source of sources) {
    const last = pieces.at(-1);
    if (!('position' in source)) {
      pieces.push({ make: source.make });
    } else if (last !== undefined && 'to' in last && last.to === source.position) {
      const to = source.position + 1;
      pieces[pieces.length - 1] = { from: last.from, to, toLineEnd: to === width };
    } else {
      pieces.push({
        from: source.position,
        to: source.position + 1,
        toLineEnd: source.position + 1 === width,
      });
    }
  }
  return pieces;
}

function project(block: RowBlock, pieces: readonly Piece[], width: number): Buffer {
  const { bytes } = block;
  const made = pieces.filter((piece) => 'make' in piece).length;
  const scanTo = Math.max(
    0,
    ...pieces.map((piece) => ('to' in piece ? (piece.toLineEnd ? piece.from : piece.to) : 0)),
  );
  const starts = new Int32Array(width + 1);
  // Made values are short; a selection may name a column more than once.
  let out = Buffer.allocUnsafe((bytes.length + (block.lastRow - block.firstRow) * (made * 40 + 1)) * 1);
  let length = 0;
  const reserve = (more: number) => {
    if (length + more <= out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(out.length * 2, length + more));
    out.copy(larger, 0, 0, length);
    out = larger;
  };
  let line = 0;
  for (let row = block.firstRow; row < block.lastRow; row++) {
    const next = block.lineEnd(row);
    fieldStarts(bytes, line, scanTo, starts);
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]!;
      if ('make' in piece) {
        const text = `"${piece.make(row)}"`;
        reserve(text.length + 1);
        length += out.write(text, length, 'latin1');
      } else {
        const from = starts[piece.from]!;
        const to = piece.toLineEnd ? next - 1 : starts[piece.to]! - 1;
        reserve(to - from + 1);
        bytes.copy(out, length, from, to);
        length += to - from;
      }
      reserve(1);
      out[length++] = i === pieces.length - 1 ? newline : comma;
    }
    line = next;
  }
  return out.subarray(0, length);
}

/** Offsets at which fields 0 to `scanTo` of the line at `from` begin. */
function fieldStarts(bytes: Buffer, from: number, scanTo: number, starts: Int32Array): void {
  let at = from;
  starts[0] = at;
  for (let field = 1; field <= scanTo; field++) {
    if (bytes[at] === quote) {
      at++;
      for (;;) {
        while (bytes[at] !== quote) at++;
        if (bytes[at + 1] !== quote) break;
        at += 2;
      }
      at++;
    }
    at++;
    starts[field] = at;
  }
}
