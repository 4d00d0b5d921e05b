/** Makes a workbook part ready: its sheets become one table, by column name, written as CSV into the scratch folder. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkFormat } from '../check-format.js';
import { bronzeNames } from '../column-names.js';
import { csvLayout } from '../csv/layout.js';
import type { Reading, ReadyFile, ReadyPart } from '../layout.js';
import { patternVariables } from '../name-pattern.js';
import type { Scratch } from '../scratch.js';
import { readSheets, type SheetTable } from './read-sheets.js';

/** @throws LakeError LK5010, LK5016 or LK5017 naming the part and the file. */
export async function readyXlsx({ part, index }: Reading, scratch: Scratch): Promise<ReadyPart> {
  const variables = patternVariables(part.decode.sheet);
  const reserved = [...Object.keys(part.variables), ...variables];
  const books: { readonly origin: string; readonly tables: readonly NamedTable[] }[] = [];
  for (const origin of part.files) {
    if (!(await checkFormat(origin, 'xlsx', part.label))) continue;
    const sheets = await readSheets(origin, part.decode, part.label);
    books.push({
      origin,
      tables: sheets.map((sheet) => ({ ...sheet, names: bronzeNames(sheet.header, reserved) })),
    });
  }
  if (books.length === 0) return { index, variables: part.variables, files: [] };

  const columns = unionOf(books.flatMap(({ tables }) => tables.map(({ names }) => names)));
  const files: ReadyFile[] = [];
  for (const { origin, tables } of books) {
    const path = scratch.path('sheets.csv', origin);
    await pipeline(Readable.from(csvLines(tables, columns, variables)), createWriteStream(path));
    files.push({ path, bytes: (await stat(path)).size, part: part.label, origin, linesBefore: 0 });
  }
  const { rowId } = part.decode;
  return {
    index,
    variables: part.variables,
    layout: csvLayout({
      columns,
      variables: variables.map((name) => `_${name}`),
      delimiter: ',',
      quote: '"',
      header: false,
      lineFeeds: true,
    }),
    files,
    rowIdColumn: rowId !== undefined && columns.includes(rowId) ? rowId : undefined,
  };
}

interface NamedTable extends SheetTable {
  readonly names: readonly string[];
}

/** Every name once, whatever its case, in order of appearance. */
function unionOf(lists: readonly (readonly string[])[]): readonly string[] {
  const names = new Map<string, string>();
  for (const name of lists.flat()) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  return [...names.values()];
}

function* csvLines(
  tables: readonly NamedTable[],
  columns: readonly string[],
  variables: readonly string[],
): Generator<string> {
  for (const { names, rows, variables: captured } of tables) {
    const places = new Map(names.map((name, place) => [name.toLowerCase(), place]));
    const order = columns.map((column) => places.get(column.toLowerCase()));
    const constants = variables.map((name) => csvValue(captured[name] ?? null));
    for (const row of rows) {
      const values = order.map((place) => csvValue(place === undefined ? null : (row[place] ?? null)));
      yield `${[...values, ...constants].join(',')}\n`;
    }
  }
}

function csvValue(value: string | null): string {
  return value === null ? '' : `"${value.replaceAll('"', '""')}"`;
}
