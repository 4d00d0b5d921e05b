/** Decodes one task: spooled bodies in, bronze Parquet files out, in a database that can touch nothing else. */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { LakeError } from '../../errors/lake-error.js';
import { openDatabase } from '../process/open-database.js';
import type { ProcessSettings } from '../process/protocol.js';
import { duckdbError, readReport } from '../sql/duckdb-error.js';
import type { DecodeResult, DecodeTask } from '../types.js';
import { copyBatches, type WrittenBatch } from './copy-batches.js';
import { csvFault, lostItsWay } from './csv/csv-error.js';
import { readyCsv } from './csv/ready-csv.js';
import { jsonFault } from './json/json-error.js';
import { readyJson } from './json/ready-json.js';
import type { Reading, ReadyPart } from './layout.js';
import { namedError } from './named-error.js';
import { parquetFault } from './parquet/parquet-error.js';
import { readyParquet } from './parquet/ready-parquet.js';
import { readingsOf } from './readings.js';
import { Scratch } from './scratch.js';
import { readyXlsx } from './xlsx/ready-xlsx.js';

let taskNumber = 0;

/** @throws LakeError LK5003, LK5007 and LK5010 to LK5019. */
export async function runDecode(
  task: DecodeTask,
  settings: ProcessSettings,
  spill: string,
): Promise<DecodeResult> {
  const scratch = new Scratch(join(spill, `decode-${taskNumber++}`));
  await mkdir(scratch.folder, { recursive: true });
  const folders = new Set(task.parts.flatMap((part) => part.files.map((file) => dirname(file))));
  let ready: readonly ReadyPart[] = [];
  let instance: DuckDBInstance | undefined;
  try {
    instance = await openDatabase({
      // Each COPY of `copyBatches` runs on a thread of its own; one beside them that looks for work made each of them dearer.
      threads: 1,
      memoryLimit: settings.memoryLimit,
      spill: scratch.folder,
      onlyFolders: [...folders, task.outDir, scratch.folder],
    });
    const readings = await readingsOf(task, scratch);
    const others = await makeReady(instance, readings, scratch);
    ready = [...(await makeCsvReady(readings, scratch, false)), ...others];
    const copy = () => copyBatches(instance!, task, ready, settings.threads);
    const written = await copy().catch(async (error: unknown) => {
      if (!lostItsWay(messageOf(error))) throw error;
      // Brought to one kind of line end, or refused with the line that is wrong.
      await clear(task.outDir);
      ready = [...(await makeCsvReady(readings, scratch, true)), ...others];
      return copy();
    });
    return {
      files: written.flatMap(({ file }) => (file ? [file] : [])),
      parts: results(task, ready, written),
    };
  } catch (error) {
    throw namedError(await decodeError(error, task, ready), task, scratch);
  } finally {
    instance?.closeSync();
    await rm(scratch.folder, { recursive: true, force: true });
  }
}

async function makeCsvReady(
  readings: readonly Reading[],
  scratch: Scratch,
  rewrite: boolean,
): Promise<readonly ReadyPart[]> {
  const ready: ReadyPart[] = [];
  for (const reading of readings)
    if (reading.part.decode.format === 'csv') ready.push(await readyCsv(reading, scratch, rewrite));
  return ready;
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name));
}

async function makeReady(
  instance: DuckDBInstance,
  readings: readonly Reading[],
  scratch: Scratch,
): Promise<readonly ReadyPart[]> {
  const of = (...formats: string[]) => readings.filter(({ part }) => formats.includes(part.decode.format));
  const ready: ReadyPart[] = [];
  for (const reading of of('xlsx')) ready.push(await readyXlsx(reading, scratch));
  const json = of('json', 'geojson');
  const parquet = of('parquet');
  if (json.length + parquet.length === 0) return ready;
  const connection = await instance.connect();
  try {
    if (json.length > 0) ready.push(...(await readyJson(connection, json, scratch)));
    for (const reading of parquet) ready.push(...(await readyParquet(connection, reading)));
  } finally {
    connection.disconnectSync();
  }
  return ready;
}

/** One result for each part: an archive's members are one part, whose columns are those of all of them. */
function results(
  task: DecodeTask,
  ready: readonly ReadyPart[],
  written: readonly WrittenBatch[],
): DecodeResult['parts'] {
  return task.parts.map(({ partId }, index) => {
    const own = ready.filter((one) => one.index === index);
    const columns = new Map<string, string>();
    for (const name of own.flatMap(({ layout }) => layout?.columns ?? [])) {
      if (!columns.has(name.toLowerCase())) columns.set(name.toLowerCase(), name);
    }
    const notes = own.flatMap((one) => one.notes ?? []);
    return {
      partId,
      rows: written.reduce((sum, batch) => sum + (batch.rows.get(index) ?? 0), 0),
      columns: [...columns.values()],
      rowIdColumn: own.find(({ rowIdColumn }) => rowIdColumn !== undefined)?.rowIdColumn,
      ...(notes.length > 0 ? { notes } : {}),
    };
  });
}

/** DuckDB's message about a file's content as a sentence about that file; anything else as for all SQL. */
async function decodeError(
  error: unknown,
  task: DecodeTask,
  ready: readonly ReadyPart[],
): Promise<LakeError> {
  if (error instanceof LakeError) return error;
  const message = messageOf(error);
  const files = new Map(ready.flatMap((part) => part.files.map((file) => [file.path, file] as const)));
  return (
    (await csvFault(message, files)) ??
    (await jsonFault(message, files)) ??
    parquetFault(message, files) ??
    duckdbError(error, { label: task.label })
  );
}

function messageOf(error: unknown): string {
  return readReport(error instanceof Error ? error.message : String(error)).message;
}
