/** Makes JSON parts ready: one column for each key of any of a part's records, parts with the same keys together. */

import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LakeError } from '../../../errors/lake-error.js';
import { didYouMean } from '../../../errors/nearest.js';
import { checkFormat } from '../check-format.js';
import { bronzeNames } from '../column-names.js';
import type { Reading, ReadyFile, ReadyPart } from '../layout.js';
import type { Scratch } from '../scratch.js';
import { asUtf8, replacedNote } from '../to-utf8.js';
import { type FileKeys, findKeys } from './keys.js';
import { jsonLayout } from './layout.js';
import type { DocumentShape, KeyPath } from './records-source.js';
import { documentShape, pathKeys } from './shape.js';

type Part = Reading['part'];

interface ShapedPart extends Reading {
  readonly files: readonly ReadyFile[];
  readonly shape: DocumentShape;
  readonly replaced: number;
}

/** @throws LakeError LK5010, LK5012, LK5014, LK5015 or LK5017 naming the part and the file. */
export async function readyJson(
  connection: DuckDBConnection,
  readings: readonly Reading[],
  scratch: Scratch,
): Promise<readonly ReadyPart[]> {
  const shaped: ShapedPart[] = [];
  const empty: ReadyPart[] = [];
  for (const reading of readings) {
    const found = await shapedPart(reading, scratch);
    if (found) shaped.push(found);
    else empty.push({ index: reading.index, variables: reading.part.variables, files: [] });
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

async function shapedPart(reading: Reading, scratch: Scratch): Promise<ShapedPart | undefined> {
  const { part } = reading;
  const files: ReadyFile[] = [];
  let shape: DocumentShape | undefined;
  let replaced = 0;
  for (const origin of part.files) {
    if (!(await checkFormat(origin, 'json', part.label))) continue;
    const text = await asUtf8(origin, part.decode, scratch, part.label);
    replaced += text.replaced;
    const { size } = await stat(text.path);
    const own = await documentShape(text.path, size, part.decode, part.label);
    files.push({ path: text.path, bytes: size, part: part.label, origin, linesBefore: 0 });
    shape = shape ? bothShapes(shape, own) : own;
  }
  return shape && { ...reading, files, shape, replaced };
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
  const { explode } = group[0]!.part.decode;
  const list = explode && !explode.keepEmpty ? pathKeys(explode.path) : undefined;
  const found = await findKeys(connection, all, { ...group[0]!.shape, maxBytes }, list);
  requireList(group, found.files);
  let next = 0;
  const orders = new Map<string, readonly KeyPath[]>();
  return group.map(({ part, index, files, replaced }): ReadyPart => {
    const { variables, label, decode } = part;
    const perFile = found.files.slice(next, next + files.length).filter((file) => file !== undefined);
    next += files.length;
    if (perFile.length === 0) return { index, variables, files: [] };
    const delivered = distinct(perFile.flatMap((file) => file.keys));
    if (delivered.length === 0) throw withoutMembers(label);
    // The same keys in another order are the same layout.
    const set = JSON.stringify(delivered.map((key) => JSON.stringify(key)).sort());
    const keys = orders.get(set) ?? delivered;
    orders.set(set, keys);
    const names = columnNames(keys, Object.keys(variables));
    const rowId = keys.findIndex((key) => key.at(-1) === decode.rowId);
    const layout = jsonLayout({ shape: found.shape, keys, names, explode: explodeOf(part, keys, names) });
    const sum = (count: (file: FileKeys) => number) =>
      perFile.reduce((total, file) => total + count(file), 0);
    const notes = [
      ...replacedNote(replaced, label),
      ...geometryNote(
        sum((file) => file.withoutGeometry),
        label,
      ),
      ...elementsNote(
        sum((file) => file.withoutElements),
        label,
      ),
    ];
    return { index, variables, layout, files, rowIdColumn: names[rowId], notes };
  });
}

function distinct(keys: readonly KeyPath[]): readonly KeyPath[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

/** A feature's `geometry` keeps its name beside a property that is called so, too; other members give way. */
function columnNames(keys: readonly KeyPath[], variables: readonly string[]): readonly string[] {
  const rank = (key: KeyPath) => (key.length > 1 ? 1 : key[0] === 'geometry' ? 0 : 2);
  const features = keys.some((key) => key.length > 1);
  const order = keys.map((_, i) => i);
  if (features) order.sort((a, b) => rank(keys[a]!) - rank(keys[b]!));
  const names = bronzeNames(
    order.map((i) => keys[i]!.at(-1)!),
    variables,
  );
  const byKey = new Map(order.map((i, place) => [i, names[place]!]));
  return keys.map((_, i) => byKey.get(i)!);
}

function geometryNote(without: number, part: string): readonly string[] {
  if (without === 0) return [];
  const features = without === 1 ? '1 feature has' : `${without.toLocaleString('en')} features have`;
  return [`${part}: ${features} no geometry; the rows are kept`];
}

function elementsNote(without: number, part: string): readonly string[] {
  if (without === 0) return [];
  const [records, them] =
    without === 1 ? ['1 record', 'it'] : [`${without.toLocaleString('en')} records`, 'them'];
  return [`${part}: ${records} without elements left out; \`keep_empty: true\` keeps ${them}`];
}

/** A list that no record has is a mistake in the manifest; one that some files lack is how portals are. */
function requireList(group: readonly ShapedPart[], files: readonly (FileKeys | undefined)[]): void {
  const path = group[0]!.part.decode.explode?.path;
  const found = files.flatMap((file) => (file ? [file.keys.map(([name]) => name!)] : []));
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

function explodeOf(part: Part, keys: readonly KeyPath[], names: readonly string[]) {
  const { explode } = part.decode;
  if (!explode) return undefined;
  const path = pathKeys(explode.path);
  const own = path.length === 1 ? keys.findIndex(([name]) => name === path[0]) : -1;
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
