/** dbt's adapter tests of microbatch, and what they leave open: batches that fail, are kept and are run again. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadAndCompile } from '../../../src/api/load-and-compile.js';
import { planRun } from '../../../src/run/plan-run.js';
import { type ModelProject, modelProject } from '../support/models.js';

const events = (...days: readonly number[]) => `{{config event_time='event_time'}}
select * from (values ${days.map((day) => `(${day}, timestamp '2020-01-0${day} 00:00:00', '${day}')`).join(', ')}) t(id, event_time, code)
`;
const MODEL = `{{config materialized='incremental' incremental_strategy='microbatch' unique_key='id'
  event_time='event_time' batch_size='day' begin='2020-01-01'}}
select id, event_time, code::integer as code from {{ref 'input_model'}}
`;

const at = (moment: string) => vi.setSystemTime(new Date(moment));

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterAll(() => void vi.useRealTimers());

let project: ModelProject;
beforeEach(() => {
  project = modelProject({ input_model: events(1, 2, 3), batched: MODEL });
});
afterEach(() => project.remove());

const ids = async () => (await project.rows('batched', 'id')).map(([id]) => id);

describe('dbt test_incremental_microbatch', () => {
  test('test_run_with_event_time: each run takes in the days up to its own', async () => {
    at('2020-01-03T13:57:00Z');
    const first = await project.run();
    expect(first.node('gold.batched').reason).toBe('first build; 3 batches from 2020-01-01 to 2020-01-03');
    expect(await ids()).toEqual([1, 2, 3]);

    at('2020-01-03T14:57:00Z');
    expect((await project.run()).node('gold.batched').status).toBe('reused');

    project.write({ 'models/gold/input_model.sql': events(1, 2, 3, 4, 5) });
    const early = await project.run();
    expect(early.node('gold.batched').status).toBe('unchanged');
    expect(await ids()).toEqual([1, 2, 3]);

    at('2020-01-04T14:57:00Z');
    const next = await project.run('batched');
    expect(next.node('gold.batched').reason).toBe(
      'a new batch began; 2 batches from 2020-01-03 to 2020-01-04',
    );
    expect(await ids()).toEqual([1, 2, 3, 4]);

    at('2020-01-05T14:57:00Z');
    await project.run('batched');
    expect(await ids()).toEqual([1, 2, 3, 4, 5]);
    expect(existsSync(join(project.root, 'target', 'batches', 'dev', 'gold.batched'))).toBe(false);
  });
});

describe('a batch', () => {
  test('is replaced as a whole when it is built again, and older ones stay as they are', async () => {
    at('2020-01-03T13:00:00Z');
    await project.run();
    // Day 1 is gone, day 2 has another row, day 3 has two.
    project.write({
      'models/gold/input_model.sql': events(2, 3, 3)
        .replace('(2,', '(22,')
        .replace(/\(3,([^)]*)\)$/m, '(3,$1)'),
    });
    await project.run();
    expect(await ids()).toEqual([1, 3, 3, 22]);
    await project.run(undefined, { fullRefresh: true });
    expect(await ids()).toEqual([3, 3, 22]);
  });

  test('is built again when --since asks for its time (dbt: --event-time-start, --event-time-end)', async () => {
    at('2020-01-05T13:00:00Z');
    await project.run();
    project.write({ 'models/gold/input_model.sql': events(3, 4) });
    const asked = await project.run('batched', { backfill: { since: '2020-01-01', until: '2020-01-03' } });
    expect(asked.node('gold.batched').reason).toMatch(
      /^--since 2020-01-01; 2 batches from 2020-01-01 to 2020-01-02/,
    );
    // The input is that of its last build: it was not selected.
    expect(await ids()).toEqual([1, 2, 3]);
    await project.run('input_model');
    await project.run('batched', { backfill: { since: '2020-01-02', until: '2020-01-03' } });
    expect(await ids()).toEqual([1, 3]);
    expect((await project.state('gold.batched')).batches).toEqual({ until: '2020-01-06T00:00:00.000Z' });
    // What changed in the newest batches is still to be taken in.
    expect((await project.run('batched')).node('gold.batched').reason).toMatch(
      /^gold\.input_model changed; 2 batches/,
    );
    expect(await ids()).toEqual([1, 3, 4]);
  });

  test('of a first build, or of one that begins anew, is only what --since and --until ask for', async () => {
    at('2020-01-05T13:00:00Z');
    const backfill = { since: '2020-01-02', until: '2020-01-03' };
    const first = await project.run(undefined, { backfill });
    expect(first.node('gold.batched').reason).toBe('first build; the batch 2020-01-02');
    expect(await ids()).toEqual([2]);
    // What follows is built by the next run, what was before it by another --since.
    await project.run();
    expect(await ids()).toEqual([2, 3]);
    const anew = await project.run('batched', { backfill, fullRefresh: true });
    expect(anew.node('gold.batched').reason).toBe('--full-refresh; the batch 2020-01-02');
    expect(await ids()).toEqual([2]);
  });

  test('that fails leaves the table as it was; the others are kept and only it is run again', async () => {
    at('2020-01-03T13:00:00Z');
    project.write({
      'models/gold/batched.sql': MODEL.replace('code::integer', `if(code = '2', error('two!'), 1)`),
    });
    const failed = await project.run(undefined, { exit: 1 });
    expect(failed.node('gold.batched').error).toMatchObject({
      code: 'LK4052',
      message: expect.stringMatching(/^gold\.batched: 1 of 3 batches failed, 2020-01-02 with: .*two!/),
      details: { batches: ['2020-01-02'] },
    });
    const [key] = readdirSync(join(project.root, 'target/batches/dev/gold.batched'));
    expect(readdirSync(join(project.root, 'target/batches/dev/gold.batched', key!)).sort()).toEqual([
      '2020-01-01.parquet',
      '2020-01-03.parquet',
    ]);
    await expect(ids()).rejects.toMatchObject({ code: 'LK5004' });
    const again = await project.run(undefined, { exit: 1 });
    expect(again.node('gold.batched').error?.message).toContain('1 of 3 batches failed');
    // Mended: another definition, nothing of before counts.
    project.write({ 'models/gold/batched.sql': MODEL });
    expect((await project.run()).node('gold.batched').reason).toBe(
      'first build; 3 batches from 2020-01-01 to 2020-01-03',
    );
    expect(await ids()).toEqual([1, 2, 3]);
  });

  test('that is there already is told, and is not run', async () => {
    at('2020-01-03T13:00:00Z');
    const clock = join(project.root, 'fails.csv');
    project.write({
      'fails.csv': 'day\n2\n',
      'models/gold/batched.sql': MODEL.replace(
        'code::integer',
        `if(code in (select day::varchar from read_csv('${clock}')), error('not yet'), 1)`,
      ),
    });
    await project.run(undefined, { exit: 1 });
    project.write({ 'fails.csv': 'day\n9\n' });
    expect((await project.run()).node('gold.batched').reason).toBe(
      'first build; 3 batches from 2020-01-01 to 2020-01-03, 2 of them kept from the run before',
    );
    expect(await ids()).toEqual([1, 2, 3]);
  });
});

describe('a microbatch model', () => {
  test('without an event_time on its inputs says that each batch reads all of them', async () => {
    at('2020-01-03T13:00:00Z');
    project.write({ 'models/gold/input_model.sql': events(1, 2, 3).replace(/^.*\n/, '') });
    const built = await project.run();
    expect(built.node('gold.batched').notes).toEqual([
      'none of its inputs has an event_time: each batch reads all of them',
    ]);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  test('says how many rows lie outside of their batch', async () => {
    at('2020-01-03T13:00:00Z');
    project.write({
      'models/gold/batched.sql': MODEL.replace(
        'event_time,',
        `event_time + interval 1 day as event_time,`,
      ).replace('from', 'from'),
    });
    expect((await project.run()).node('gold.batched').notes).toEqual([
      '3 rows were left out: the event_time is NULL or not in its batch',
    ]);
  });

  test('whose begin has not come is told so', async () => {
    at('2019-12-31T13:00:00Z');
    expect((await project.run(undefined, { exit: 1 })).node('gold.batched').error).toMatchObject({
      code: 'LK4053',
    });
  });
});

describe('lake plan', () => {
  const planned = async (flags: { readonly fullRefresh?: boolean; readonly since?: string } = {}) => {
    const opened = await loadAndCompile(project.root);
    const { nodes } = await planRun({
      ...opened,
      target: opened.project.target,
      selected: ['gold.input_model', 'gold.batched'],
      fullRefresh: flags.fullRefresh ?? false,
      ...(flags.since !== undefined && { backfill: { since: flags.since } }),
    });
    return nodes.map(({ action, reason }) => `${action}: ${reason}`).at(-1);
  };

  test('says which batches a build would make, as the build then does', async () => {
    at('2020-01-03T13:57:00Z');
    expect(await planned()).toBe('run: first build; 3 batches from 2020-01-01 to 2020-01-03');
    await project.run();
    expect(await planned()).toBe('reuse: nothing changed');
    at('2020-01-04T14:57:00Z');
    const next = 'a new batch began; 2 batches from 2020-01-03 to 2020-01-04';
    expect(await planned()).toBe(`run: ${next}`);
    expect(await planned({ fullRefresh: true })).toBe(
      'run: --full-refresh; 4 batches from 2020-01-01 to 2020-01-04',
    );
    expect(await planned({ since: '2020-01-02' })).toBe(
      'run: --since 2020-01-02; 3 batches from 2020-01-02 to 2020-01-04',
    );
    expect((await project.run()).node('gold.batched').reason).toContain(next);
    project.write({ 'models/gold/input_model.sql': events(1, 2, 3, 4, 5) });
    expect(await planned()).toBe(
      'depends: if gold.input_model changes; 2 batches from 2020-01-03 to 2020-01-04',
    );
  });

  test('says where there are too many, or none', async () => {
    at('2020-01-03T13:57:00Z');
    project.write({ 'models/gold/batched.sql': MODEL.replace('2020-01-01', '2020-02-01') });
    expect(await planned()).toBe('error: gold.batched: begin is 2020-02-01, which has not come yet');
    project.write({
      'models/gold/batched.sql': MODEL.replace('2020-01-01', '1900-01-01').replace("'day'", "'hour'"),
    });
    expect(await planned()).toMatch(/^error: .* there are 1,051,\d{3} batches of one hour$/);
  });
});
