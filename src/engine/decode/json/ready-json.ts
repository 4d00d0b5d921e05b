/** Makes JSON parts ready: one column for each key of any of a part's records, parts with the same keys together. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LakeError } from '../../../errors/lake-error.js';
import { didYouMean } from '../../../errors/nearest.js';
import type { DecodeTask } from '../../types.js';
import { checkFormat } from '../check-format.js';
import { bronzeNames } from '../column-names.js';
import type { ReadyFile, ReadyPart } from '../layout.js';
import { encodingOf, writeAsUtf8 } from '../to-utf8.js';
import { findKeys } from './keys.js';
import { jsonLayout } from './layout.js';
import type { DocumentShape } from './records-source.js';
import { documentShape, pathKeys } from './shape.js';

type Part = DecodeTask['parts'][number];

interface ShapedPart {
  readonly part: Part;
  readonly index: number;
  readonly files: readonly ReadyFile[];
  readonly shape: DocumentShape;
}

/** @throws LakeError LK5010, LK5012, LK5014, LK5015 or LK5017 naming the part and the file. */
export async function readyJson(
  connection: DuckDBConnection,
  parts: readonly { readonly part: Part; readonly index: number }[],
  scratch: string,
): Promise<readonly ReadyPart[]> {
  const shaped: ShapedPart[] = [];
  const empty: ReadyPart[] = [];
  for (const { part, index } of parts) {
    const found = await shapedPart(part, index, scratch);
    if (found) shaped.push(found);
    else empty.push({ index, files: [] });
  }
  // Hundreds of small files (one a match) are looked through in one go.
  const ready: ReadyPart[] = [];
  for (const group of groupBy(shaped, ({ part, shape }) =>
    JSON.stringify([{ ...shape, maxBytes: 0 }, part.decode.explode]),
  )) {
    ready.push(...(await readyGroup(connection, group)));
  }
  return [...empty, ...ready];
}

async function shapedPart(part: Part, index: number, scratch: string): Promise<ShapedPart | undefined> {
  const files: ReadyFile[] = [];
  let shape: DocumentShape | undefined;
  for (const [i, origin] of part.files.entries()) {
    if (!(await checkFormat(origin, 'json', part.label))) continue;
    const encoding = await encodingOf(origin, part.decode.encoding, part.label);
    const path = encoding === 'utf-8' ? origin : join(scratch, `${index}-${i}.utf8.json`);
    if (path !== origin) await writeAsUtf8(origin, path, encoding, part.label);
    const { size } = await stat(path);
    const own = await documentShape(path, size, part.decode.records, part.label);
    files.push({ path, bytes: size, part: part.label, origin, linesBefore: 0 });
    shape = shape ? bothShapes(shape, own) : own;
  }
  return shape && { part, index, files, shape };
}

/** Pages of one part are alike; where a last page is one object or a few lines, the reader for any documents fits both. */
function bothShapes(a: DocumentShape, b: DocumentShape): DocumentShape {
  const maxBytes = Math.max(a.maxBytes, b.maxBytes);
  return { ...a, format: a.format === b.format ? a.format : 'documents', maxBytes };
}

async function readyGroup(
  connection: DuckDBConnection,
  group: readonly ShapedPart[],
): Promise<readonly ReadyPart[]> {
  const all = group.flatMap(({ files }) => files);
  const maxBytes = Math.max(...group.map(({ shape }) => shape.maxBytes));
  const found = await findKeys(connection, all, { ...group[0]!.shape, maxBytes });
  requireList(group, found.keys);
  let next = 0;
  const orders = new Map<string, readonly string[]>();
  return group.map(({ part, index, files }): ReadyPart => {
    const perFile = found.keys.slice(next, next + files.length).filter((keys) => keys !== undefined);
    next += files.length;
    if (perFile.length === 0) return { index, files: [] };
    const delivered = [...new Set(perFile.flat())];
    if (delivered.length === 0) throw withoutMembers(part.label);
    // The same keys in another order are the same layout.
    const set = JSON.stringify([...delivered].sort());
    const keys = orders.get(set) ?? delivered;
    orders.set(set, keys);
    const names = bronzeNames(keys, Object.keys(part.variables));
    const rowId = part.decode.rowId === undefined ? -1 : keys.indexOf(part.decode.rowId);
    const layout = jsonLayout({ shape: found.shape, keys, names, explode: explodeOf(part, keys, names) });
    return { index, layout, files, rowIdColumn: names[rowId] };
  });
}

/** A list that no record has is a mistake in the manifest; one that some files lack is how portals are. */
function requireList(group: readonly ShapedPart[], keys: readonly (readonly string[] | undefined)[]): void {
  const path = group[0]!.part.decode.explode?.path;
  const found = keys.filter((names) => names !== undefined);
  if (path === undefined || found.length === 0 || found.some((names) => names.includes(pathKeys(path)[0]!)))
    return;
  throw new LakeError('LK5015', `${group[0]!.part.label}: no record has a list at "${path}"`, {
    hint: didYouMean(path, found.flat()) ?? 'correct `explode:`',
    details: { explode: path },
  });
}

function withoutMembers(part: string): LakeError {
  return new LakeError('LK5015', `${part}: its records are empty objects`, {
    hint: 'see where the records are in what the portal sends, and name it in `records:`',
  });
}

function explodeOf(part: Part, keys: readonly string[], names: readonly string[]) {
  const { explode } = part.decode;
  if (!explode) return undefined;
  const path = pathKeys(explode.path);
  const own = path.length === 1 ? keys.indexOf(path[0]!) : -1;
  const last = path.at(-1)!;
  // A list within a member gets a column of its own, whose name no other column has.
  const column = own >= 0 ? names[own]! : bronzeNames([...names, last], Object.keys(part.variables)).at(-1)!;
  return { path, keepEmpty: explode.keepEmpty, column };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
