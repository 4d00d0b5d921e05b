/** The engine's own wall, behind what compiling refuses: folders that SQL may not leave. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/index.js';
import type { Engine } from '../../../src/engine/types.js';

let folder: string;
let engine: Engine;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lake-folders-'));
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'a.csv'), 'n\n1\n');
  writeFileSync(join(folder, 'out.csv'), 'n\n2\n');
  engine = createEngine({ tempDir: join(folder, 'spill'), onlyFolders: [join(folder, 'in')] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const run = (sql: string) =>
  engine.sql({ label: 'task', relations: [], macros: [], statements: [{ sql, collect: 'rows' }] });

it('files in the folders are read and written', async () => {
  const inside = join(folder, 'in');
  expect((await run(`from '${inside}/a.csv'`))[0]!.rows).toEqual([[1]]);
  await run(`copy (select 3 as n) to '${inside}/b.parquet'`);
  expect((await run(`from '${inside}/b.parquet'`))[0]!.rows).toEqual([[3]]);
});

it.each([
  ["from '$/out.csv'"],
  ["from '$/in/../out.csv'"],
  ["select content from read_text('/etc/hostname')"],
  ["copy (select 1) to '$/new.csv'"],
  ["attach '$/other.db' as other"],
  ["export database '$/exported'"],
  ['install httpfs'],
  ['load httpfs'],
  ["from 'https://example.org/x.parquet'"],
])('%s is refused', async (sql) => {
  await expect(run(sql.replaceAll('$', folder))).rejects.toMatchObject({ code: 'LK5008' });
});
