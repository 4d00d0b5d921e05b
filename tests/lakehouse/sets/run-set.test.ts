import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt, TestRecord } from '../../../src/lakehouse/types.js';
import { type OpenedLake, openedLake } from '../support/opened-lake.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const record = (id: string, at: string, status: TestRecord['status'] = 'pass'): TestRecord => ({
  id,
  hash: `hash of ${id} at ${at}`,
  status,
  failures: status === 'pass' ? 0 : 3,
  at,
});

describe('a set', () => {
  test('is the newest one, overlaid with what the run brings', async () => {
    const { lake } = opened;
    const old = record('unique(a)', '2026-01-01T00:00:00.000Z');
    await lake.publishSet('run-1', { 'silver.a': 0, 'silver.b': 4 }, { [old.id]: old });
    const [again, other] = [
      record('unique(a)', '2026-01-02T00:00:00.000Z', 'warn'),
      record('unique(b)', '2026-01-02T00:00:00.000Z'),
    ];
    const set = await lake.publishSet(
      'run-2',
      { 'silver.a': 1, 'gold.c': 0 },
      { [again.id]: again, [other.id]: other },
    );
    expect(set).toMatchObject({
      format: 1,
      number: 2,
      run: 'run-2',
      tables: { 'gold.c': 0, 'silver.a': 1, 'silver.b': 4 },
      tests: { [again.id]: again, [other.id]: other },
    });
    expect(await (await opened.again()).newestSet()).toEqual(set);
    expect(JSON.parse(await readFile(opened.at('_sets/1.json'), 'utf8'))).toMatchObject({
      number: 1,
      run: 'run-1',
    });
  });

  test('does not turn back a table that another run published meanwhile', async () => {
    await opened.lake.publishSet('run-1', { 'silver.a': 5 }, {});
    expect((await opened.lake.publishSet('run-2', { 'silver.a': 4, 'silver.b': 0 }, {})).tables).toEqual({
      'silver.a': 5,
      'silver.b': 0,
    });
  });

  test('F26: of runs that end at once none is lost, and the views are those of the last', async () => {
    const runs = Array.from({ length: 12 }, (_, i) => `run-${i}`);
    for (const run of runs) await opened.writer.write(`gold.${run}`, 'select 1 as a');
    const lakes = await Promise.all(runs.map(() => opened.again()));
    const sets = await Promise.all(
      runs.map((run, i) => lakes[i]!.publishSet(run, { [`gold.${run}`]: 0 }, {})),
    );
    expect(sets.map((set) => set.number).sort((a, b) => a - b)).toEqual(runs.map((_, i) => i + 1));
    const newest = (await opened.lake.newestSet())!;
    expect(Object.keys(newest.tables).sort()).toEqual(runs.map((run) => `gold.${run}`).sort());
    const views = await readFile(opened.at('views.sql'), 'utf8');
    expect(views.match(/create or replace view/g)).toHaveLength(12);
    expect(views.split('\n')[0]).toContain('The tables of set 12,');
  });
});

describe('attempts', () => {
  const attempt = (run: string, table: string, at: string): Attempt => ({
    run,
    table,
    at,
    status: 'unchanged',
    reason: 'etag',
    requests: 1,
    bytes: 0,
  });

  test('come back newest first, as many as asked for', async () => {
    const all = [
      attempt('20260101T000000Z-a', 'bronze.x', '2026-01-01T00:00:01.000Z'),
      attempt('20260101T000000Z-a', 'bronze.y', '2026-01-01T00:00:02.000Z'),
      attempt('20260102T000000Z-b', 'bronze.x', '2026-01-02T00:00:01.000Z'),
    ];
    for (const one of all) await opened.lake.recordAttempt(one);
    expect(await opened.lake.attempts()).toEqual([...all].reverse());
    expect(await opened.lake.attempts(1)).toEqual([all[2]]);
    expect(await opened.lake.attempts(2)).toEqual([all[2], all[1]]);
  });

  test('a second one of the same run and table replaces the first', async () => {
    const first = attempt('run-1', 'bronze.x', '2026-01-01T00:00:01.000Z');
    const second: Attempt = { ...first, status: 'failed', reason: '503', code: 'LK3001' };
    await opened.lake.recordAttempt(first);
    await opened.lake.recordAttempt(second);
    expect(await opened.lake.attempts()).toEqual([second]);
  });

  test('B20: names that lead elsewhere are refused', async () => {
    const good = attempt('run-1', 'bronze.x', '2026-01-01T00:00:01.000Z');
    const refused = { code: 'LK6010' };
    await expect(opened.lake.recordAttempt({ ...good, run: '../run' })).rejects.toMatchObject(refused);
    await expect(opened.lake.recordAttempt({ ...good, table: '../../x' })).rejects.toMatchObject(refused);
  });
});
