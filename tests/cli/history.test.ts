/** What the lake remembers of its runs: `history`, `show`, and the system tables. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignWriter } from '../lakehouse/support/foreign-writer.js';
import { connect } from '../lakehouse/support/writer.js';
import { runLake } from '../support/run-lake.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
beforeAll(async () => {
  city = smallCity();
  await runLake(city.root, ['build', '-q']);
  city.write({
    'portal/portal.yml': `${SMALL_CITY['portal/portal.yml']!.replaceAll('2026-10-01', '2026-10-02')}faults: [{at: '/resource/*.csv*', kind: rows, by: -2}]\n`,
  });
  await runLake(city.root, ['run', '-q', '--full-refresh']);
  city.write({
    'portal/portal.yml': SMALL_CITY['portal/portal.yml']!.replaceAll('2026-10-01', '2026-10-02'),
  });
});
afterAll(() => city.remove());

const json = async (...args: string[]) =>
  JSON.parse((await runLake(city.root, [...args, '--output', 'json'])).stdout);

describe('lake history', () => {
  it('tells every load, newest first, with the command that asked and why', async () => {
    const rows = await json('history');
    expect(
      rows.slice(-2).map((r: Record<string, unknown>) => [r['command'], r['status'], r['reason']]),
    ).toEqual([
      ['build', 'committed', 'first load'],
      ['build', 'committed', 'first load'],
    ]);
    const rejected = rows.find((r: Record<string, unknown>) => r['status'] === 'rejected');
    expect(rejected).toMatchObject({ command: 'run', dataset: 'trees', rows: 3 });
    expect(rejected.reason).toMatch(/the portal counts 5 rows, 3 rows came/);
    const times = rows.map((r: { at: string }) => r.at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('takes selectors, and a limit', async () => {
    const rows = await json('history', '--select', 'trees', '--limit', '1');
    expect(rows.map((r: { dataset: string }) => r.dataset)).toEqual(['trees']);
  });
});

describe('lake history --versions', () => {
  it('tells every version of a table, newest first: what it did, how many rows there are then, and who wrote it', async () => {
    const rows = await json('history', 'silver.trees', '--versions');
    expect(rows.at(-1)).toMatchObject({
      table: 'silver.trees',
      version: 0,
      operation: 'WRITE',
      rows: 4,
      files: 1,
      data_version: 0,
      writer: expect.stringMatching(/^lake\//),
    });
    expect(rows.map((r: { version: number }) => r.version)).toEqual(
      rows.map((_: unknown, i: number) => rows.length - 1 - i),
    );
  });

  it('of other programs, too', async () => {
    const twin = smallCity();
    cpSync(join(city.root, 'lake'), join(twin.root, 'lake'), { recursive: true, verbatimSymlinks: true });
    const other = new ForeignWriter(join(twin.root, 'lake', 'silver', 'parks'), await connect());
    const version = await other.append(`select 'x' as park, 1::double as hectares, '' as _load_id`);
    const newest = (output: 'json' | 'table') =>
      runLake(twin.root, ['history', 'silver.parks', '--versions', '--limit', '1', '--output', output]);
    const { stdout } = await newest('json');
    expect(JSON.parse(stdout)).toMatchObject([
      { version, operation: 'WRITE', writer: 'delta-rs:py-1.6.6', run: null, files: 2 },
    ]);
    const table = await newest('table');
    expect(table.stdout).toContain('delta-rs:py-1.6.6');
    expect(table.stderr).toContain('older ones; show more with --limit 10');
    twin.remove();
  });
});

describe('lake show', () => {
  it('says what a dataset is and how it stands', async () => {
    const [bronze, silver] = await json('show', 'trees');
    expect(bronze).toMatchObject({
      node: 'bronze.trees',
      source: 'id tree-0001 at https://data.trees.example',
      read_by: ['silver.trees'],
      rows: 5,
    });
    expect(silver).toMatchObject({ node: 'silver.trees', key: ['tree_id'], rows: 4, quarantined: 1 });
    expect(silver.columns.map((c: { column: string }) => c.column)).toContain('height');
  });

  it('lists the loads of a dataset', async () => {
    const rows = await json('show', 'trees', '--loads');
    expect(rows.map((r: { status: string }) => r.status)).toEqual(['rejected', 'committed']);
  });

  it('knows the nearest name', async () => {
    const { stderr, exitCode } = await runLake(city.root, ['show', 'tress']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Did you mean "trees"?')]);
  });
});

describe('system tables', () => {
  it('meta.pages has every answer of every load, those of the refused one too', async () => {
    const rows = await json(
      'query',
      `select dataset, l.status, p.status as http, tries, length(sha256) as hash, url like 'https://data.trees.example/%' as real
       from meta.pages p join meta.loads l using (dataset, run) where dataset = 'trees' order by loaded_at`,
    );
    const page = { dataset: 'trees', http: 200, tries: 1, hash: 64, real: true };
    expect(rows[0]).toEqual({ ...page, status: 'committed' });
    expect(rows.slice(1)).not.toEqual([]);
    for (const row of rows.slice(1)) expect(row).toEqual({ ...page, status: 'rejected' });
  });

  it('meta.runs knows command, exit code and requests', async () => {
    const rows = await json(
      'query',
      'select command, exit_code, nodes, rejected from meta.runs order by started_at',
    );
    expect(rows).toEqual([
      { command: 'build', exit_code: 0, nodes: 5, rejected: 0 },
      { command: 'run', exit_code: 1, nodes: 5, rejected: 1 },
    ]);
  });
});
