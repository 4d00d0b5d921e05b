import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { writeEveryKindOfTable } from '../lakehouse/support/every-kind-of-table.js';

test('writes a lake with every kind of table to LAKE_DIR', async () => {
  const path = process.env['LAKE_DIR'] ?? '';
  expect(isAbsolute(path)).toBe(true);
  const lake = await openLake({ type: 'local', path }, path);
  await writeEveryKindOfTable(lake);
  expect((await lake.tables()).length).toBeGreaterThan(15);
});
