/** From a table's files to rows that can be served: canonical CSV as it lies on disk, all else converted in memory. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import type { SourceFile, TableSpec } from '../types.js';
import { CanonicalWriter, splitLine } from './canonical.js';
import { apiDate } from './export-dates.js';
import { matchColumn } from './match-column.js';
import { parseCsv } from './parse-csv.js';
import { readJsonRecords } from './parse-json.js';
import { fileRows, memoryRows, type RowStore } from './row-store.js';
import { CanonicalScanner } from './scanner.js';

/**
 * @throws LakeError LK7103 when a file cannot be read as a table: ragged CSV, JSON without the records, files whose
 *   headers differ.
 */
export async function loadRows(spec: TableSpec): Promise<RowStore> {
  const only = spec.files.length === 1 ? spec.files[0] : undefined;
  if (only !== undefined && isCsv(only) && spec.dialect === 'api') {
    const store = await canonicalFile(only);
    if (store !== undefined) return store;
  }
  return convert(spec);
}

function isCsv(file: SourceFile): boolean {
  return path.extname(file.path).toLowerCase() === '.csv';
}

/** Undefined when the file is not canonical. Most others are known by their first byte. */
async function canonicalFile(file: SourceFile): Promise<RowStore | undefined> {
  const scanner = new CanonicalScanner();
  for await (const chunk of createReadStream(file.path, { highWaterMark: 1024 * 1024 })) {
    if (!scanner.push(chunk as Buffer)) return undefined;
  }
  const lineEnds = scanner.finish();
  if (lineEnds === undefined) return undefined;
  return fileRows(await readHeader(file.path, lineEnds[0]!), lineEnds, file.path);
}

async function readHeader(file: string, bytes: number): Promise<string[]> {
  const handle = await open(file, 'r');
  try {
    const header = Buffer.alloc(bytes);
    await handle.read(header, 0, bytes, 0);
    return headerNames(header.toString('utf8'));
  } finally {
    await handle.close();
  }
}

function headerNames(line: string): string[] {
  const names: (string | null)[] = [];
  splitLine(line, 0, names);
  return names.map((name) => name ?? '');
}

async function convert(spec: TableSpec): Promise<RowStore> {
  let columns: readonly string[] | undefined;
  let dates: readonly boolean[] = [];
  const writer = new CanonicalWriter();
  const add = (values: (string | null)[]) => {
    if (spec.dialect === 'export') {
      for (let i = 0; i < values.length; i++) if (dates[i]) values[i] = apiDate(values[i] ?? null);
    }
    writer.add(values);
  };
  const begin = (header: readonly string[], file: SourceFile) => {
    if (columns !== undefined) {
      if (columns.length !== header.length || columns.some((name, i) => name !== header[i])) {
        throw unreadable(file, 'its columns differ from those of the table’s first file');
      }
      return;
    }
    columns = header;
    const times = (spec.columns ?? []).filter((column) => column.type === 'floating_timestamp');
    const positions = new Set(times.map((column) => matchColumn(column, header)));
    dates = header.map((_, i) => positions.has(i));
    writer.add(header);
  };

  const jsonFiles = spec.files.filter((file) => !isCsv(file));
  if (jsonFiles.length === 0) {
    for (const file of spec.files) {
      const text = (await readFile(file.path, 'utf8')).replace(/^\uFEFF/, '');
      parseCsv(text, {
        header: (names) => begin(names, file),
        row: add,
        fail: (why) => unreadable(file, why),
      });
    }
  } else {
    const { header, rows } = await readJsonRecords(spec, (file, why) => unreadable(file, why));
    begin(header, spec.files[0]!);
    for (const row of rows) add(row);
  }

  const bytes = writer.finish();
  const scanner = new CanonicalScanner();
  scanner.push(bytes);
  return memoryRows(columns ?? [], scanner.finish() ?? new Float64Array(1), bytes);
}

function unreadable(file: SourceFile, why: string): LakeError {
  return new LakeError('LK7103', `${path.basename(file.path)} cannot be served as a table: ${why}`, {
    hint: 'Correct the file, or its entry in portal.yml.',
    details: { file: file.path },
  });
}
