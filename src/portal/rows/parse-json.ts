/** JSON documents as tables: an array of records by path, nested values as JSON text. */
import { readFile } from 'node:fs/promises';
import type { SourceFile, TableSpec } from '../types.js';

/** All records of a table's files. Columns are every member that occurs, in the order of first occurrence. */
export async function readJsonRecords(
  spec: TableSpec,
  fail: (file: SourceFile, why: string) => Error,
): Promise<{ header: string[]; rows: (string | null)[][] }> {
  const positions = new Map<string, number>();
  const rows: (string | null)[][] = [];
  const put = (row: (string | null)[], name: string, value: unknown) => {
    let position = positions.get(name);
    if (position === undefined) {
      position = positions.size;
      positions.set(name, position);
    }
    row[position] = asText(value);
  };

  for (const file of spec.files) {
    for (const record of await recordsOf(file, spec.records, fail)) {
      const row: (string | null)[] = [];
      for (const [name, value] of Object.entries(record)) {
        if (name === spec.spread && typeof value === 'object' && value !== null) {
          for (const [inner, innerValue] of Object.entries(value)) put(row, inner, innerValue);
        } else {
          put(row, name, value);
        }
      }
      rows.push(row);
    }
  }
  const header = [...positions.keys()];
  for (const row of rows) {
    for (let i = 0; i < header.length; i++) row[i] ??= null;
  }
  return { header, rows };
}

async function recordsOf(
  file: SourceFile,
  path: string | undefined,
  fail: (file: SourceFile, why: string) => Error,
): Promise<object[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file.path, 'utf8'));
  } catch {
    throw fail(file, 'it is not JSON');
  }
  for (const step of path?.split('.') ?? []) value = (value as Record<string, unknown> | null)?.[step];
  if (!Array.isArray(value) || value.some((record) => typeof record !== 'object' || record === null)) {
    throw fail(file, `there is no array of records at "${path ?? '(top level)'}"`);
  }
  return value;
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
