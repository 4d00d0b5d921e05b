/** Finds every key of every record, file by file, before the records are read: a portal leaves out what is null. */

import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LakeError } from '../../../errors/lake-error.js';
import { readReport } from '../../sql/duckdb-error.js';
import type { ReadyFile } from '../layout.js';
import { jsonFault } from './json-error.js';
import { type DocumentShape, selectRecords } from './records-source.js';
import { MOST_BYTES, tooLarge } from './shape.js';

export interface FoundKeys {
  /** Keys in order of appearance, for each file; undefined for a file without records. */
  readonly keys: readonly (readonly string[] | undefined)[];
  /** The shape that the files can be read with: larger documents, or a single object at the path. */
  readonly shape: DocumentShape;
}

/**
 * @throws LakeError LK5014 for broken JSON, LK5015 when a record is no object or none stands at the path, LK5017 when a
 * document is too large.
 */
export async function findKeys(
  connection: DuckDBConnection,
  files: readonly ReadyFile[],
  shape: DocumentShape,
): Promise<FoundKeys> {
  try {
    return { keys: await keysByFile(connection, files, shape), shape };
  } catch (error) {
    const { message } = readReport(error instanceof Error ? error.message : String(error));
    if (/maximum_object_size/.test(message)) {
      if (shape.maxBytes >= MOST_BYTES) throw tooLarge(files[0]!.part, basename(files[0]!.origin));
      return findKeys(connection, files, { ...shape, maxBytes: Math.min(MOST_BYTES, shape.maxBytes * 8) });
    }
    if (!shape.single && shape.path.length > 0 && /Expected ARRAY, but got OBJECT/.test(message)) {
      return findKeys(connection, files, { ...shape, single: true });
    }
    throw jsonFault(message, new Map(files.map((file) => [file.path, file]))) ?? error;
  }
}

async function keysByFile(
  connection: DuckDBConnection,
  files: readonly ReadyFile[],
  shape: DocumentShape,
): Promise<FoundKeys['keys']> {
  const paths = files.map((file) => file.path);
  const result = await connection.runAndReadAll(
    `SELECT file_index::INTEGER, missing, json_type(record), json_keys(record), min(place)::DOUBLE
     FROM (SELECT *, row_number() OVER () AS place FROM (${selectRecords(paths, shape)}))
     GROUP BY ALL ORDER BY min(place)`,
  );
  const keys: (Set<string> | undefined)[] = files.map(() => undefined);
  for (const [index, missing, type, names] of result.getRowsJson()) {
    const file = files[index as number]!;
    if (missing === true || type !== 'OBJECT')
      throw noRecord(file, shape, missing === true, type as string | null);
    keys[index as number] ??= new Set();
    for (const name of names as string[]) keys[index as number]!.add(name);
  }
  return keys.map((set) => set && [...set]);
}

function noRecord(file: ReadyFile, shape: DocumentShape, missing: boolean, type: string | null): LakeError {
  const path = shape.path.join('.');
  const where = `${file.part}: ${basename(file.origin)}`;
  const message = missing
    ? `${where} has no records at "${path}"`
    : `${where} holds a record that is ${WORDS[type ?? 'NULL'] ?? 'a value'}, not an object`;
  return new LakeError('LK5015', message, {
    hint: 'see where the records are in what the portal sends, and name it in `records:`',
    details: { path: file.origin, records: path },
  });
}

const WORDS: Readonly<Record<string, string>> = {
  NULL: 'null',
  ARRAY: 'a list',
  VARCHAR: 'a text',
  BOOLEAN: 'true or false',
  UBIGINT: 'a number',
  BIGINT: 'a number',
  DOUBLE: 'a number',
};
