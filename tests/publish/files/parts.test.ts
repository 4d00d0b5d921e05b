/** A table that is too large for one file: a folder of parts that its manifest names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine } from '../../../src/engine/index.js';
import type { Engine } from '../../../src/engine/types.js';
import { type FilesTarget, publishFiles } from '../../../src/publish/files/index.js';
import type { Manifest } from '../../../src/publish/files/manifest.js';
import type { PublishTask } from '../../../src/publish/types.js';
import { type OpenedLake, openedLake } from '../../lakehouse/support/opened-lake.js';
import { type TemporaryFolder, temporaryFolder } from '../../lakehouse/support/temporary-folder.js';

let opened: OpenedLake;
let folder: TemporaryFolder;
let engine: Engine;
beforeAll(async () => {
  [opened, folder] = await Promise.all([openedLake(), temporaryFolder()]);
  engine = createEngine({ threads: 2, tempDir: join(folder.path, 'spill') });
});
afterAll(async () => {
  await engine.close();
  await Promise.all([opened.remove(), folder.remove()]);
});

test('every row stands in one of several parts, whatever the format; parts that are there are left', async () => {
  const table = await opened.writer.write(
    'gold.items',
    'select range as id, md5(range::varchar) as words from range(300000)',
  );
  let held = 0;
  for (const format of ['parquet', 'csv', 'json'] as const) {
    const task: PublishTask<FilesTarget> = {
      publication: {
        id: `out/${format}/`,
        node: 'gold.items',
        to: 'out',
        spec: { to: 'out', path: `${format}/`, format },
        key: [],
        definitionHash: format,
        at: { file: 'gold.yml', line: 1, col: 1 },
      },
      target: { type: 'files', path: 'out' },
      columns: table.state.columns,
      scratch: join(folder.path, `scratch-${format}`),
      hold: async () => {
        held += 1;
      },
      ...{ table, engine, lake: opened.lake, root: folder.path, secrets: {}, macros: [], run: 'run-1' },
      ...{ startedAt: new Date(), fullRefresh: false, signal: new AbortController().signal },
    };
    expect(await publishFiles(task, 1 << 20)).toMatchObject({ status: 'success', rows: 300_000 });
    const out = join(folder.path, 'out', format);
    const { files }: Manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(files.length).toBeGreaterThan(1);
    expect(readdirSync(out).sort()).toEqual([...files.map(({ name }) => name), 'manifest.json'].sort());
    const paths = files.map(({ name }) => `'${join(out, name)}'`).join(', ');
    const read = await opened.writer.connection.runAndReadAll(
      `select count(*)::int, count(distinct id)::int, sum(id)::bigint::varchar from read_${format}${format === 'json' ? '_auto' : ''}([${paths}])`,
    );
    expect(read.getRows()).toEqual([[300_000, 300_000, '44999850000']]);
    expect(await publishFiles(task, 1 << 20)).toMatchObject({ status: 'unchanged' });
  }
  expect(held).toBe(3);
});
