/** What the lake remembers of its runs: `history`, `show`, and the system tables. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
