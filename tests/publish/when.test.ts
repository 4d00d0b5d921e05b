/** When tables go to publish targets, and what a run says of it: docs/publish.md. A folder of files stands for every kind. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { TempProject } from '../support/small-city.js';

const PROFILES = `shop:
  target: prod
  outputs:
    prod:
      type: duckdb
      lake: {type: local, path: lake}
      publish: {out: {type: files, path: exports, format: csv}}
    dev: {type: duckdb, lake: {type: local, path: lake-dev}}
`;
const ORDERS = 'id,amount\n1,10\n2,20\n';
const FILE = 'exports/totals.csv';

let shop: TempProject;
beforeAll(() => {
  shop = modelProject({
    'profiles.yml': PROFILES,
    'seeds/orders.csv': ORDERS,
    'models/gold/totals.sql': `select sum(amount)::integer as total from {{ref 'orders'}}`,
    'models/gold/totals.yml': `version: 2
models:
  - name: totals
    config:
      publish: [{to: out}]
    columns:
      - {name: total, data_tests: [{expression_is_true: {expression: total < 1000}}]}
`,
  });
});
afterAll(() => shop.remove());

const lake = (...args: readonly string[]) => runLake(shop.root, args);
const at = (path: string) => join(shop.root, path);
const text = (path: string) => readFileSync(at(path), 'utf8');
const bookmarks = () => readdirSync(at('lake/_bookmarks'));
const bookmark = () => JSON.parse(text(`lake/_bookmarks/${bookmarks()[0]}`));

describe('a build', () => {
  it('publishes what it built once its set is there, and notes which version the target has', async () => {
    const { exitCode, stdout } = await lake('build');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/✓ out\/totals\.csv .*first time · exports\/totals\.csv/);
    expect(stdout).toMatch(/Done: 2 built · 1 published · 1 test/);
    expect(text(FILE)).toBe('total\n30\n');
    expect(bookmark()).toMatchObject({ publication: 'out/totals.csv', table: 'gold.totals', versions: [0] });
    expect(bookmark().pending).toBeUndefined();
  });

  it('that changed nothing looks at no target: not even a missing file is noticed, and no engine starts', async () => {
    rmSync(at(FILE));
    const { stdout } = await lake('build');
    expect(stdout).toMatch(/Nothing changed: 2 reused .* no engine was started/);
    expect(existsSync(at(FILE))).toBe(false);
  });

  it('whose test fails publishes nothing of that table', async () => {
    await lake('publish');
    writeFileSync(at('seeds/orders.csv'), `${ORDERS}3,5000\n`);
    const { exitCode, stdout } = await lake('build');
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('1 published');
    expect(text(FILE)).toBe('total\n30\n');
  });

  it('with --no-publish leaves targets as they are; the next one brings them up to date', async () => {
    writeFileSync(at('seeds/orders.csv'), `${ORDERS}3,5\n`);
    expect((await lake('build', '--no-publish')).stdout).not.toContain('published');
    expect(text(FILE)).toBe('total\n30\n');
    const { stdout } = await lake('build');
    expect(stdout).toMatch(/2 reused · 1 published/);
    expect(stdout).toMatch(/version 0 to 1 · exports\/totals\.csv/);
    expect(text(FILE)).toBe('total\n35\n');
  });

  it('publishes nothing of a sample and nothing with --empty', async () => {
    const before = statSync(at(FILE)).mtimeMs;
    expect((await lake('build', '--limit', '1')).exitCode).toBe(0);
    expect((await lake('build', '--empty')).exitCode).toBe(0);
    expect(statSync(at(FILE)).mtimeMs).toBe(before);
  });

  it('whose output declares no such target says what went nowhere', async () => {
    const { exitCode, stdout } = await lake('build', '--target', 'dev');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Not published: gold.totals to out, which the output dev does not declare');
  });
});

describe('a target that fails', () => {
  it('fails its publication with its place, keeps the tables of the lake, and is retried alone', async () => {
    writeFileSync(at('seeds/orders.csv'), `${ORDERS}3,6\n`);
    // A file where the folder should be: refused for root as well.
    rmSync(at('exports'), { recursive: true });
    writeFileSync(at('exports'), '');
    const { exitCode, stdout } = await lake('build');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ out\/totals\.csv +failed\n +models\/gold\/totals\.yml:5:7 LK80/);
    expect(stdout).toContain('Next: mend what failed, then `lake publish --select gold.totals`');
    const asked = await lake('query', 'from gold.totals', '--output', 'json');
    expect(JSON.parse(asked.stdout)).toEqual([{ total: 36 }]);
    rmSync(at('exports'));
    const again = await lake('retry');
    expect(again.stderr).toContain('gold.totals not published');
    expect(again.exitCode).toBe(0);
    expect(text(FILE)).toBe('total\n36\n');
  });
});

describe('lake publish', () => {
  it('--dry-run says what is due and why, and changes nothing', async () => {
    writeFileSync(at('seeds/orders.csv'), `${ORDERS}3,7\n`);
    await lake('build', '--no-publish');
    const { stdout } = await lake('publish', '--dry-run', '--output', 'json');
    expect(JSON.parse(stdout)).toEqual([
      {
        publication: 'out/totals.csv',
        table: 'gold.totals',
        rows: 1,
        version: 3,
        there: '2',
        why: 'version 2 to 3',
      },
    ]);
    expect(text(FILE)).toBe('total\n36\n');
  });

  it('asks the target itself, so that what somebody took away is made again', async () => {
    await lake('publish');
    rmSync(at(FILE));
    const { exitCode, stdout } = await lake('publish');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Done: 1 published');
    expect(text(FILE)).toBe('total\n37\n');
    expect((await lake('publish')).stdout).toContain('Nothing changed: 1 as it was');
  });

  it('goes on where a run was killed between the target and the bookmark', async () => {
    const [name] = bookmarks();
    const pending = { ...bookmark(), versions: [2, 3], pending: true };
    writeFileSync(at(`lake/_bookmarks/${name}`), JSON.stringify(pending));
    const { stdout } = await lake('build');
    expect(stdout).not.toContain('failed');
    expect(bookmark()).toMatchObject({ versions: [3] });
    expect(bookmark().pending).toBeUndefined();
  });

  it('finds what it is to do anew when the publication says something else, and not when a table is only laid out anew', async () => {
    await lake('optimize', 'gold.totals');
    const why = async () =>
      JSON.parse((await lake('publish', '--dry-run', '--output', 'json')).stdout)[0].why;
    expect(await why()).toBe('nothing to do');
    shop.write({ 'profiles.yml': PROFILES.replace('path: exports', 'path: elsewhere') });
    expect(await why()).toBe('its settings or descriptions changed');
    shop.write({ 'profiles.yml': PROFILES });
  });

  it('finds rows to publish that a rollback brought back, though they are older than those of the target', async () => {
    await lake('rollback', 'gold.totals', '--to', '0');
    const { stdout } = await lake('publish');
    expect(stdout).toContain('Done: 1 published');
    expect(text(FILE)).toBe('total\n30\n');
    await lake('build', '--select', 'totals');
    await lake('rollback', 'gold.totals', '--to', '0');
    expect(JSON.parse((await lake('publish', '--dry-run', '--output', 'json')).stdout)[0].why).toMatch(
      /^version \d+ to \d+$/,
    );
    await lake('build', '--full-refresh');
    expect(text(FILE)).toBe('total\n37\n');
  });

  it('finds a publication that is of another table now', async () => {
    shop.write({
      'models/gold/other.sql': 'select 1 as total',
      'models/gold/other.yml': 'models: [{name: other, config: {publish: [{to: out, path: totals.csv}]}}]',
      'models/gold/totals.yml': text('models/gold/totals.yml').replace('[{to: out}]', '[]'),
    });
    const { stdout } = await lake('build');
    expect(stdout).toContain('gold.other instead of gold.totals');
    expect(text(FILE)).toBe('total\n1\n');
    rmSync(at('models/gold/other.sql'));
    rmSync(at('models/gold/other.yml'));
    shop.write({
      'models/gold/totals.yml': text('models/gold/totals.yml').replace('publish: []', 'publish: [{to: out}]'),
    });
    await lake('build');
    expect(text(FILE)).toBe('total\n37\n');
  });

  it('of a publication that the project no longer has keeps no version for it, and says so', async () => {
    const path = 'models/gold/totals.yml';
    const written = text(path);
    shop.write({ [path]: written.replace('[{to: out}]', '[{to: out, path: sum.csv}]') });
    const { stdout } = await lake('publish');
    expect(stdout).toContain('out/totals.csv is no longer published by this project');
    expect(bookmarks()).toHaveLength(1);
    expect(bookmark()).toMatchObject({ publication: 'out/sum.csv' });
    expect(text(FILE)).toBe('total\n37\n');
    shop.write({ [path]: written });
  });

  it('refuses a target that is not there, by its name', async () => {
    const { exitCode, stderr } = await lake('publish', '--to', 'oud');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('LK7060 the output "prod" has no publish target "oud"');
    expect(stderr).toContain('Did you mean "out"?');
  });
});

describe('a bookmark that cannot be read', () => {
  it('fails the publications, not the build, and is named', async () => {
    const path = `lake/_bookmarks/${bookmarks()[0]}`;
    const written = text(path);
    writeFileSync(at(path), written.slice(0, 40));
    writeFileSync(at('seeds/orders.csv'), `${ORDERS}3,8\n`);
    const { exitCode, stdout } = await lake('build');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ out\/totals\.csv +failed\n +models\/gold\/totals\.yml:5:7 LK6021/);
    expect(stdout).toMatch(/Failed: 2 built · 1 failed/);
    writeFileSync(at(path), written);
    expect((await lake('retry')).exitCode).toBe(0);
    expect(text(FILE)).toBe('total\n38\n');
  });
});
