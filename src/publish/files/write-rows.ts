/** Writes the rows of a task into files of this machine, by the engine. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rows as sendBack } from '../../engine/statement.js';
import { LakeError } from '../../errors/lake-error.js';
import { refusedRow } from '../../formats/refused-row.js';
import { writeFile } from '../../formats/write-file.js';
import { rowsOf } from '../rows.js';
import type { PublishTask } from '../types.js';
import type { NamedPlace } from './named.js';

/** The engine ends a file at the next row group beyond it. */
export const PART_BYTES = 256 << 20;

export interface WrittenRows {
  /** Absolute paths; of a table in parts in the order of its rows. */
  readonly paths: readonly string[];
  readonly rows: number;
}

/** @throws LakeError LK8032 for rows that the format cannot have, LK50xx of the engine. */
export async function writeRows(
  task: PublishTask,
  { format, gzip, inParts }: NamedPlace,
  partBytes = PART_BYTES,
): Promise<WrittenRows> {
  const { publication, engine, scratch, signal } = task;
  const { relation, from, select, columns } = rowsOf(task);
  const path = join(scratch, 'whole');
  let rows = 0;
  mkdirSync(scratch, { recursive: true });
  const source = { sql: select, columns, title: relation.name };
  const file = { path, scratch: join(scratch, 'rows'), format, gzip, signal, ...(inParts && { partBytes }) };
  try {
    await writeFile(source, file, async (statement) => {
      const statements = [statement, sendBack(`select count(*) from ${from}`, 1)];
      const answers = await engine.sql({
        label: publication.id,
        macros: [],
        relations: [relation],
        statements,
      });
      rows = Number(answers.at(-1)!.rows[0]![0]);
    });
  } catch (error) {
    throw asRefused(error, publication.id);
  }
  if (!inParts) return { paths: [path], rows };
  const parts = readdirSync(path).sort((a, b) => numberOf(a) - numberOf(b));
  return { paths: parts.map((name) => join(path, name)), rows };
}

/** `data_12.parquet`, as DuckDB calls the files of a folder. */
const numberOf = (name: string): number => Number(/\d+/.exec(name)?.[0]);

function asRefused(error: unknown, publication: string): unknown {
  if (!(error instanceof LakeError)) return error;
  const { place } = refusedRow(error);
  if (error.code !== 'LK7041' && place === undefined) return error;
  const why = place === undefined ? error.message : `a row has a place that GeoJSON has not: ${place}`;
  return new LakeError('LK8032', `${publication} was not published: ${why}`, {
    hint: 'GeoJSON needs one geometry (WKT, GeoJSON or WKB), or a pair lng and lat, in degrees: choose them with `columns:`, or publish another format.',
    cause: error,
  });
}
