/** Tables that are written by one COPY: what they hold, and when their rows count as the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../../dbt/support/models.js';

const READS_FILES = { 'models/gold/child.sql': "select max(id) as last from {{ref 'table_model'}}\n" };

describe('a table of which there is one version', () => {
  let project: ModelProject;
  const rebuilt = async (sql: string) => {
    project.write({ 'models/gold/table_model.sql': sql });
    const built = await project.run();
    return Object.fromEntries(built.nodes.map(({ id, status, reason }) => [id, `${status}: ${reason}`]));
  };
  beforeAll(async () => {
    project = modelProject(
      { table_model: "select r as id, 'row ' || r as name from range(5) t(r)\n" },
      READS_FILES,
    );
    await project.run();
  });
  afterAll(() => project.remove());

  test('is compared with the next one all the same: equal rows in another order publish nothing', async () => {
    const states = await rebuilt(
      "select r as id, concat('row ', r) as name from range(5) t(r) order by 1 desc\n",
    );
    expect(states['gold.table_model']).toMatch(/^unchanged: .*its rows are the same$/);
    expect(states['gold.child']).toMatch(/^reused/);
  });

  test('is replaced by as many other rows', async () => {
    const states = await rebuilt("select r + 1 as id, 'row ' || r as name from range(5) t(r)\n");
    expect(states['gold.table_model']).toMatch(/^success/);
    expect(states['gold.child']).toMatch(/^success/);
    expect(await project.rows('child')).toEqual([[5]]);
  });

  test('is replaced by the same values of another type', async () => {
    const states = await rebuilt("select (r + 1)::integer as id, 'row ' || r as name from range(5) t(r)\n");
    expect(states['gold.table_model']).toMatch(/^success/);
    expect(await project.columns('table_model')).toEqual(['id INTEGER', 'name VARCHAR']);
  });
});

describe('what a model yields', () => {
  let project: ModelProject;
  beforeAll(() => {
    project = modelProject({
      plain:
        'select 1::tinyint as a, 2.50::decimal(9, 2) as b, null::varchar as c, now()::timestamptz as d\n',
      cast: 'select sum(r) as total, uuid() as id, [r] as list from range(3) t(r) group by all -- the last line\n',
      none: 'select r as id from range(3) t(r) where r > 5\n',
    });
  });
  afterAll(() => project.remove());

  test('has the types that Delta has, cast only where it must be', async () => {
    await project.run('plain cast none');
    expect(await project.columns('plain')).toEqual([
      'a TINYINT',
      'b DECIMAL(9,2)',
      'c VARCHAR',
      'd TIMESTAMP WITH TIME ZONE',
    ]);
    expect(await project.columns('cast')).toEqual(['total DECIMAL(38,0)', 'id VARCHAR', 'list BIGINT[]']);
    expect(await project.rows('none')).toEqual([]);
    expect(await project.columns('none')).toEqual(['id BIGINT']);
  });

  test('a value that cannot be cast is told with its place, and nothing is published', async () => {
    project.write({
      'models/gold/broken.sql': "select\n  r as id,\n  ('x' || r)::integer as number\nfrom range(3) t(r)\n",
    });
    const built = await project.run('broken', { exit: 1 });
    expect(built.node('gold.broken')).toMatchObject({
      status: 'error',
      error: {
        code: 'LK5005',
        message: "gold.broken: Could not convert string 'x0' to INT32",
        details: { at: { file: 'models/gold/broken.sql', line: 3, col: 13 } },
      },
    });
  });
});

describe('lake test', () => {
  let project: ModelProject;
  const yml = (columns: string) =>
    `models:\n${['a', 'b', 'c'].map((name) => `  - name: ${name}\n    columns:\n${columns}`).join('')}`;
  beforeAll(async () => {
    project = modelProject(
      {
        a: 'select r as id from range(3) t(r)\n',
        b: 'select r % 2 as id from range(3) t(r)\n',
        c: 'select nullif(r, 1) as id from range(3) t(r)\n',
      },
      { 'models/gold/_models.yml': yml('      - name: id\n        data_tests: [not_null, unique]\n') },
    );
    await project.run(undefined, { command: 'run' });
  });
  afterAll(() => project.remove());

  test('of several tables whose tests are asked together says of each what it would say alone', async () => {
    const together = await project.run(undefined, { command: 'test', exit: 1 });
    const told = together.nodes.flatMap(({ tests }) =>
      tests.map(({ id, status, failures }) => [id, status, failures]),
    );
    expect(told.sort()).toEqual([
      ['not_null(gold.a.id)', 'pass', 0],
      ['not_null(gold.b.id)', 'pass', 0],
      ['not_null(gold.c.id)', 'fail', 1],
      ['unique(gold.a.id)', 'pass', 0],
      ['unique(gold.b.id)', 'fail', 1],
      ['unique(gold.c.id)', 'pass', 0],
    ]);
    const again = await project.run(undefined, { command: 'test', exit: 1 });
    expect(again.nodes.flatMap(({ tests }) => tests.map(({ status }) => status)).sort()).toEqual([
      ...['fail', 'fail'],
      ...['reused', 'reused', 'reused', 'reused'],
    ]);
  });
});
