import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metaRelations } from '../../../src/lakehouse/meta/index.js';
import { runRows } from '../../../src/lakehouse/meta/runs.js';
import { testRows } from '../../../src/lakehouse/meta/tests.js';
import type { LoadRecord, PartState, RunSet, TableState, TestRecord } from '../../../src/lakehouse/types.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';
import { bareState, connect } from '../support/writer.js';

const load = (loadId: string, kind: LoadRecord['kind'], at: string): LoadRecord => ({
  loadId,
  run: loadId,
  at,
  kind,
  rows: 10,
  bytes: 1000,
  requests: 3,
  parts: ['p1'],
});

const part: PartState = {
  label: '2024',
  variables: { year: '2024' },
  loads: ['run-1'],
  validators: { etag: '"e1"' },
  count: 12,
  rows: 10,
  sha256: 'x',
  cursor: '2024-05-01',
};

const passed: TestRecord = {
  id: 'unique(silver.x.id)',
  hash: 'h1',
  status: 'pass',
  failures: 0,
  at: '2026-01-01T01:00:00.000Z',
};
const warned: TestRecord = {
  ...passed,
  hash: 'h2',
  status: 'warn',
  failures: 2,
  at: '2026-01-02T01:00:00.000Z',
};

describe('system tables', () => {
  let opened: OpenedLake;
  let query: (sql: string) => Promise<unknown[][]>;

  beforeAll(async () => {
    opened = await openedLake();
    const { lake, writer } = opened;
    const sql = `select 'a' as id`;
    const bronze = (run: string, more: object) => ({
      mode: 'append' as const,
      state: { ...bareState, run, ...more },
    });
    const first = { ...load('run-1', 'full', '2026-01-01T00:00:00.000Z'), counted: false };
    await writer.write('bronze.x', sql, bronze('run-1', { load: first, parts: { p1: part } }));
    await writer.write('silver.x', sql, { state: { ...bareState, run: 'run-1', tests: [passed] } });
    await lake.publishSet('run-1', { 'bronze.x': 0, 'silver.x': 0 }, { [passed.id]: passed });
    const judged = { table: 'bronze.x', requests: 1, bytes: 0 };
    await lake.recordAttempt({
      ...judged,
      run: 'run-1',
      at: first.at,
      status: 'committed',
      reason: 'first load',
    });
    await lake.recordAttempt({
      ...judged,
      run: 'run-2',
      at: '2026-01-02T00:00:00.000Z',
      status: 'unchanged',
      reason: 'etag',
    });
    // The first load again, beside validators that moved.
    await writer.writeNothing('bronze.x', sql, {
      mode: 'state',
      state: { ...bareState, run: 'run-2', load: first },
    });
    const third = load('run-3', 'incremental', '2026-01-03T00:00:00.000Z');
    await writer.write(
      'bronze.x',
      sql,
      bronze('run-3', { load: third, parts: { p1: { ...part, rows: 20 } } }),
    );
    const reason = `max_null_rise: "id" went from 0 to 50 %`;
    await lake.recordAttempt({
      ...judged,
      run: 'run-3',
      at: third.at,
      status: 'rejected',
      reason,
      code: 'LK4003',
    });
    await writer.write('silver.x', sql, { state: { ...bareState, run: 'run-3', tests: [warned] } });
    await lake.publishSet('run-3', { 'bronze.x': 2, 'silver.x': 1 }, { [warned.id]: warned });
    const failed = { ...judged, table: 'bronze.y', run: 'run-3', at: '2026-01-03T00:00:09.000Z' };
    await lake.recordAttempt({ ...failed, status: 'failed', reason: `it's down`, code: 'LK3001' });

    const connection = await connect();
    await connection.run('create schema meta');
    for (const { schema, name, columns, rows } of await metaRelations(lake)) {
      const types = columns.map((column) => `"${column.name}" ${column.type}`).join(', ');
      await connection.run(`create table "${schema}"."${name}" (${types})`);
      for (const row of rows!) {
        const values = row.map((value) => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`));
        await connection.run(`insert into "${schema}"."${name}" values (${values.join(', ')})`);
      }
    }
    query = async (text) => (await connection.runAndReadAll(text)).getRowsJson() as unknown[][];
  });
  afterAll(() => opened.remove());

  test('meta.loads has every load once, with how it ended', async () => {
    const sql = `select dataset, load_id, run, kind, rows::integer, requests::integer, version::integer, status, reason, counted from meta.loads order by loaded_at`;
    expect(await query(sql)).toEqual([
      ['x', 'run-1', 'run-1', 'full', 10, 3, 0, 'committed', 'first load', false],
      ['x', null, 'run-2', null, null, 1, null, 'unchanged', 'etag', null],
      [
        'x',
        'run-3',
        'run-3',
        'incremental',
        10,
        3,
        2,
        'rejected',
        'max_null_rise: "id" went from 0 to 50 %',
        null,
      ],
      ['y', null, 'run-3', null, null, 1, null, 'failed', `it's down`, null],
    ]);
  });

  test('meta.parts has the parts of the newest set', async () => {
    expect(
      await query(`select * replace (count::integer as count, rows::integer as rows) from meta.parts`),
    ).toEqual([['x', 'p1', '2024', 12, 20, '2024-05-01', null, '"e1"', null]]);
  });

  test('meta.tests has every result once, with the run that published it', async () => {
    const sql = `select id, owner, status, failures::integer, tested_at::varchar, version::integer, run from meta.tests order by tested_at`;
    expect(await query(sql)).toEqual([
      [passed.id, 'silver.x', 'pass', 0, '2026-01-01 01:00:00+00', 0, 'run-1'],
      [warned.id, 'silver.x', 'warn', 2, '2026-01-02 01:00:00+00', 1, 'run-3'],
    ]);
  });

  test('meta.runs counts what each run did', async () => {
    const counts = ['set', 'tables', 'committed', 'unchanged', 'failed', 'rejected'].map(
      (name) => `"${name}"::integer`,
    );
    expect(await query(`select run, ${counts} from meta.runs order by run`)).toEqual([
      ['run-1', 1, 2, 1, 0, 0, 0],
      ['run-2', null, 0, 0, 1, 0, 0],
      ['run-3', 2, 2, 1, 0, 1, 1],
    ]);
  });

  test('meta.runs knows a run that was killed by what it had committed', () => {
    const state = { at: '2026-01-05T00:00:00.000Z', load: load('run-5', 'full', '2026-01-05T00:00:00.000Z') };
    const head = { table: 'bronze.x', version: 5, state: state as Partial<TableState> as TableState };
    expect(runRows({ sets: [], attempts: [], accepting: [], runs: [], loads: [head], current: [] })).toEqual([
      expect.objectContaining({ run: 'run-5', committed: 1, ended_at: state.at, exit_code: undefined }),
    ]);
  });

  test('an empty lake has empty system tables with their columns', async () => {
    const empty = await openedLake();
    const relations = await metaRelations(empty.lake);
    expect(relations.map(({ name, rows, columns }) => [name, rows, columns[0]!.name])).toEqual([
      ['loads', [], 'dataset'],
      ['accepted', [], 'dataset'],
      ['parts', [], 'dataset'],
      ['pages', [], 'dataset'],
      ['columns', [], 'dataset'],
      ['tests', [], 'id'],
      ['runs', [], 'run'],
    ]);
    await empty.remove();
  });
});

describe('results in meta.tests', () => {
  const record = (id: string, at: string): TestRecord => ({ ...passed, id, at });
  const set = (number: number, tests: readonly TestRecord[]): RunSet => ({
    format: 1,
    number,
    run: `run-${number}`,
    at: `2026-01-0${number}`,
    tables: { 'silver.x': number },
    tests: Object.fromEntries(tests.map((test) => [test.id, test])),
  });
  const results = (sets: readonly RunSet[], tests: readonly TestRecord[]) => {
    const state = { run: 'run-9', tests } as Partial<TableState> as TableState;
    const rows = testRows({
      sets,
      attempts: [],
      accepting: [],
      runs: [],
      loads: [],
      current: [{ table: 'silver.x', version: 9, state }],
    });
    return rows.map(({ id, owner, tested_at, version, run }) => [id, owner, tested_at, version, run]);
  };

  test("those that stand in a table's state alone are there", () => {
    expect(results([set(1, [])], [record('tests/data/a.sql', '2026-01-01')])).toEqual([
      ['tests/data/a.sql', 'silver.x', '2026-01-01', 9, 'run-9'],
    ]);
  });

  test('of a state and a set the later one counts', () => {
    const id = 'unique(silver.x.id)';
    const old = record(id, '2026-01-01');
    const late = record(id, '2026-01-02');
    expect(results([set(1, [late])], [old])).toEqual([[id, 'silver.x', late.at, 1, 'run-1']]);
    expect(results([set(1, [late])], [late])).toEqual([[id, 'silver.x', late.at, 1, 'run-1']]);
    expect(results([set(1, [old])], [late])).toEqual([
      [id, 'silver.x', old.at, 1, 'run-1'],
      [id, 'silver.x', late.at, 9, 'run-9'],
    ]);
  });

  test("the owner of a set's result is read from its id where it names one", () => {
    const ids = ['not_null(gold.y.a b)', 'row_count(silver.x)', 'tests/data/a.sql'];
    expect(
      results(
        [
          set(
            1,
            ids.map((id) => record(id, '2026-01-01')),
          ),
        ],
        [],
      ).map(([, ...row]) => row),
    ).toEqual([
      ['gold.y', '2026-01-01', undefined, 'run-1'],
      ['silver.x', '2026-01-01', 1, 'run-1'],
      [undefined, '2026-01-01', undefined, 'run-1'],
    ]);
  });
});
