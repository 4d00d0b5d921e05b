/** Dropping: what the views of a lake say afterwards. */
import { afterEach, expect, it } from 'vitest';
import { lakeOn } from '../../../src/lakehouse/open-lake.js';
import { dropTables } from '../../../src/lakehouse/sets/drop-tables.js';
import { LocalStore } from '../../../src/lakehouse/stores/local.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { Writer } from '../support/writer.js';

let folder: TemporaryFolder;
afterEach(() => folder.remove());

it('views.sql of a lake that has to be opened first still says how, and has what stays', async () => {
  folder = await temporaryFolder();
  const how = 'Plain DuckDB opens it with a secret';
  const lake = lakeOn(new LocalStore(folder.path), folder.path, [how]);
  const writer = await Writer.on(lake);
  await writer.write('gold.old', 'select 1 as id');
  await writer.write('gold.kept', 'select 2 as id');
  await lake.publishSet('run-1', { 'gold.old': 0, 'gold.kept': 0 }, {});
  const views = async () => String(await lake.store.get('views.sql'));
  expect(await views()).toContain(`\n-- ${how}\n`);

  const set = await dropTables(lake, { names: ['gold.old'], run: 'drop', folder: '/project' });
  expect(set.tables).toEqual({ 'gold.kept': 0 });
  expect(await lake.newestSet()).toEqual(set);
  expect(await views()).toMatch(/^-- The tables of set 2, published by run drop at /);
  expect(await views()).toContain(`\n-- ${how}\n`);
  expect(await views()).toContain('"gold"."kept"');
  expect(await views()).not.toContain('"gold"."old"');
});
