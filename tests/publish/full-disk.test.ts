/** Targets on a disk that is full, and on another one than the project. Where no file system may be mounted this is skipped. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import { type TempProject, tempProject } from '../support/small-city.js';

const mounted = (path: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', path]).status === 0;

const mayMount = ((): boolean => {
  const { root, remove } = tempProject({});
  const can = mounted(root);
  if (can) spawnSync('umount', [root]);
  remove();
  return can;
})();

describe.skipIf(!mayMount)('a target on a small disk', () => {
  let shop: TempProject;
  beforeAll(() => {
    shop = modelProject({
      'profiles.yml': `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: local, path: lake}
      publish:
        out: {type: files, path: small, format: csv}
        duck: {type: duckdb, path: small/all.duckdb}
        lite: {type: sqlite, path: small/all.sqlite}
`,
      'models/gold/large.sql': 'select range as id, md5(range::varchar) as words from range(50000)\n',
      'models/gold/tiny.sql': 'select 1 as id\n',
      'models/gold/gold.yml': `version: 2
models:
  - {name: large, config: {publish: [{to: out}, {to: duck}, {to: lite}]}}
  - {name: tiny, config: {publish: [{to: out}]}}
`,
    });
    mkdirSync(join(shop.root, 'small'));
    expect(mounted(join(shop.root, 'small'))).toBe(true);
  });
  afterAll(() => {
    spawnSync('umount', [join(shop.root, 'small')]);
    shop.remove();
  });

  test('what has no room there is told, leaves nothing behind, and keeps nothing else out', async () => {
    const { exitCode, stdout, stderr } = await runLake(shop.root, ['build']);
    const text = stdout + stderr;
    expect(exitCode).toBe(1);
    expect(text.match(/LK8030 .*the disk is full/g)).toHaveLength(3);
    expect(text).toContain('Free some space there, then run `lake publish`');
    expect(readFileSync(join(shop.root, 'small', 'tiny.csv'), 'utf8')).toBe('id\n1\n');
    expect(readdirSync(join(shop.root, 'small')).sort()).toEqual(['tiny.csv', 'tiny.csv.manifest.json']);
    expect(readdirSync(join(shop.root, 'target', 'publish'))).toEqual([]);
  });
});
