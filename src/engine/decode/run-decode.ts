/** Decodes one task: spooled bodies in, bronze Parquet files out, in a database that can touch nothing else. */

import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { LakeError } from '../../errors/lake-error.js';
import { openDatabase } from '../process/open-database.js';
import type { ProcessSettings } from '../process/protocol.js';
import { duckdbError, readReport } from '../sql/duckdb-error.js';
import type { DecodeResult, DecodeTask } from '../types.js';
import { copyBatches } from './copy-batches.js';
import { csvFault } from './csv/csv-error.js';
import { readyCsv } from './csv/ready-csv.js';
import { jsonFault } from './json/json-error.js';
import { readyJson } from './json/ready-json.js';
import type { ReadyPart } from './layout.js';
import { readyXlsx } from './xlsx/ready-xlsx.js';

let taskNumber = 0;

/** @throws LakeError LK5003, LK5007 and LK5010 to LK5017. */
export async function runDecode(
  task: DecodeTask,
  settings: ProcessSettings,
  spill: string,
): Promise<DecodeResult> {
  const scratch = join(spill, `decode-${taskNumber++}`);
  await mkdir(scratch, { recursive: true });
  const folders = new Set(task.parts.flatMap((part) => part.files.map((file) => dirname(file))));
  const ready: ReadyPart[] = [];
  let instance: DuckDBInstance | undefined;
  try {
    instance = await openDatabase({
      threads: settings.threads,
      memoryLimit: settings.memoryLimit,
      spill: scratch,
      onlyFolders: [...folders, task.outDir, scratch],
    });
    ready.push(...(await makeReady(instance, task, scratch)));
    const written = await copyBatches(instance, task, ready, settings.threads);
    const rows = (index: number) => written.reduce((sum, batch) => sum + (batch.rows.get(index) ?? 0), 0);
    return {
      files: written.flatMap(({ file }) => (file ? [file] : [])),
      parts: [...ready]
        .sort((a, b) => a.index - b.index)
        .map(({ index, layout, rowIdColumn }) => ({
          partId: task.parts[index]!.partId,
          rows: rows(index),
          columns: layout?.columns ?? [],
          rowIdColumn,
        })),
    };
  } catch (error) {
    throw await decodeError(error, task, ready);
  } finally {
    instance?.closeSync();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function makeReady(
  instance: DuckDBInstance,
  task: DecodeTask,
  scratch: string,
): Promise<readonly ReadyPart[]> {
  const numbered = task.parts.map((part, index) => ({ part, index }));
  const of = (format: string) => numbered.filter(({ part }) => part.decode.format === format);
  const ready: ReadyPart[] = [];
  for (const { part, index } of of('csv')) ready.push(await readyCsv(part, index, scratch));
  for (const { part, index } of of('xlsx')) ready.push(await readyXlsx(part, index, scratch));
  const json = of('json');
  if (json.length > 0) {
    const connection = await instance.connect();
    try {
      ready.push(...(await readyJson(connection, json, scratch)));
    } finally {
      connection.disconnectSync();
    }
  }
  return ready;
}

/** DuckDB's message about a file's content as a sentence about that file; anything else as for all SQL. */
async function decodeError(
  error: unknown,
  task: DecodeTask,
  ready: readonly ReadyPart[],
): Promise<LakeError> {
  if (error instanceof LakeError) return error;
  const { message } = readReport(error instanceof Error ? error.message : String(error));
  const files = new Map(ready.flatMap((part) => part.files.map((file) => [file.path, file] as const)));
  return (
    (await csvFault(message, files)) ?? jsonFault(message, files) ?? duckdbError(error, { label: task.label })
  );
}
