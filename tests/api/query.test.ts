/** A project opened by a program: built, and asked with bounded memory. One project serves all cases. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LakeError, type LakeProject, openProject, ProjectError } from '../../src/index.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

let city: TempProject;
let lake: LakeProject;
beforeAll(async () => {
  const parks = `${SMALL_CITY['datasets/parks.yml']}freshness: {warn_after: 1000000 days}\n`;
  city = smallCity({ 'datasets/parks.yml': parks });
  lake = await openProject(city.root);
});
afterAll(async () => {
  await lake.close();
  city.remove();
});

describe('openProject and build', () => {
  it('a plan, a build and its events; a second build reuses everything, and a node that fails throws nothing', async () => {
    const plan = await lake.plan({ select: 'parks' });
    expect(plan.nodes.map(({ id, action }) => [id, action])).toEqual([
      ['bronze.parks', 'run'],
      ['silver.parks', 'run'],
    ]);
    const ended: string[] = [];
    const built = await lake.build({
      onEvent: (event) => event.type === 'node_finished' && ended.push(event.result.id),
    });
    expect(built.exitCode).toBe(0);
    expect(ended.sort()).toEqual(built.nodes.map(({ id }) => id).sort());
    expect((await lake.build()).engineStarted).toBe(false);

    city.write({ 'models/gold/broken.sql': "select error('no') as a from {{ref 'parks'}}" });
    const failed = await lake.build({ select: ['broken'], vars: { unused: 1 } });
    expect(failed).toMatchObject({ exitCode: 1, nodes: [{ id: 'gold.broken', status: 'error' }] });
    city.write({ 'models/gold/broken.sql': "select {{nonsense 'x'}}" });
    const mistakes = await lake.build().catch((error: unknown) => error);
    expect(mistakes).toBeInstanceOf(ProjectError);
    expect(String(mistakes)).toMatch(
      /1 mistake in the project: models\/gold\/broken.sql:1:10 LK\d+ .*nonsense/,
    );
    // Thrown by a program and printed by Node.js: nothing of the project's files but the mistakes.
    expect(inspect(mistakes, { depth: 9 })).not.toMatch(/trees_by_park|dataset:/);
    city.write({ 'models/gold/broken.sql': '' });
    await expect(lake.build({ select: 'shotings' })).rejects.toMatchObject({ code: 'LK2060' });
    expect(await lake.select({ select: ['trees'] })).toEqual(['bronze.trees', 'silver.trees']);
  });

  it('tests of what is published, and how old it is', async () => {
    const tested = await lake.test({ select: 'trees_by_park' });
    expect([tested.exitCode, tested.command]).toEqual([0, 'test']);
    expect(tested.nodes.flatMap(({ tests }) => tests)).toHaveLength(2);
    expect(await lake.freshness({ select: 'parks' })).toMatchObject([
      { dataset: 'parks', status: 'pass', of: 'portal' },
    ]);
  });

  it('what is published: tables with their rows and columns', async () => {
    const tables = await lake.tables();
    expect(tables.map(({ name }) => name)).toContain('gold.trees_by_park');
    expect(tables.find(({ name }) => name === 'silver.parks')).toMatchObject({
      type: 'table',
      rows: 2,
      columns: expect.arrayContaining([{ name: 'hectares', type: 'DOUBLE' }]),
    });
  });
});

describe('query', () => {
  it('Arrow record batches, objects, and all at once', async () => {
    const parks = lake.query('select park, hectares from silver.parks order by park');
    const names: string[] = [];
    for await (const batch of parks) for (const row of batch) names.push(row['park']);
    expect(names).toEqual(['High Park', 'Riverdale']);
    expect(await parks.toArray()).toEqual([
      { park: 'High Park', hectares: 161 },
      { park: 'Riverdale', hectares: 18.5 },
    ]);
    const none = await lake.query('from silver.parks where false').toTable();
    expect([none.numRows, none.schema.names]).toEqual([0, expect.arrayContaining(['park', 'hectares'])]);
  });

  const docs = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const typed = [...docs.matchAll(/^\| `[^|]*\| `([^|]+)` \| `([^|]+)` \| `([^|]+)` \|$/gm)];
  it('has each type of the table in docs/api.md', () => expect(typed).toHaveLength(27));
  it.each(typed.map(([, sql, arrow, json]) => ({ sql, arrow, json })))(
    '$sql is $arrow, and $json in rows',
    async ({ sql, arrow, json }) => {
      const question = lake.query(`select ${sql} as v from range(1) union all select null`);
      const table = await question.toTable();
      expect([String(table.schema.fields[0]!.type), table.numRows]).toEqual([arrow, 2]);
      expect([table.get(0)?.['v'] === null, table.get(1)?.['v']]).toEqual([false, null]);
      expect(JSON.stringify((await question.toArray())[0]!['v'])).toBe(json);
    },
  );

  it('a type that Arrow batches do not hold is refused with its column and the cast', async () => {
    const refused = lake.query('select interval 1 day as age');
    await expect(refused.toTable()).rejects.toMatchObject({
      code: 'LK5020',
      hint: expect.stringContaining('cast(age as varchar) as age'),
    });
    expect(await refused.toArray()).toHaveLength(1);
  });

  it.each([
    ['create table x as select 1', 'LK7010'],
    ["copy silver.parks to 'x.csv'", 'LK7010'],
    ['select 1; select 2', 'LK7010'],
    ['', 'LK7010'],
    ['-- nothing', 'LK7010'],
    ["from read_text('/etc/hostname')", 'LK5008'],
    ['from silver.park', 'LK5004'],
  ])('%s is refused as lake query refuses it: %s', async (sql, code) => {
    await expect(lake.query(sql).toArray()).rejects.toMatchObject({ code });
  });

  it('leaving the loop frees the engine: of a question without end nothing is left', async () => {
    const catalogs = async () =>
      (await lake.query('select count(*) as n from duckdb_databases()').toArray())[0]!['n'];
    const before = await catalogs();
    for await (const batch of lake.query('select range as n from range(1000000000000)')) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    for await (const row of lake.query('select range as n from range(1000000000000)').rows()) {
      if (row['n'] === 5000) break;
    }
    expect(await catalogs()).toBe(before);
  });

  it('two questions at once share the engine; an error in the middle of one reaches its reader alone', async () => {
    const good = lake.query('select sum(range) as s from range(100000)').toArray();
    const bad = lake.query(
      "select case when range = 9000000 then error('row ' || range) else range end from range(10000000)",
    );
    let rows = 0;
    const reading = async () => {
      for await (const batch of bad) rows += batch.numRows;
    };
    await expect(reading()).rejects.toThrow(/row 9000000/);
    expect(rows).toBeGreaterThan(0);
    expect(await good).toEqual([{ s: 4999950000 }]);
  });

  it('an aborted signal ends what is being computed, and is what the loop throws', async () => {
    const stop = new AbortController();
    const endless = lake.query('select count(*) from range(10000000000000)', { signal: stop.signal });
    const reading = endless.toArray();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(reading).rejects.toThrow('enough');
    expect(await lake.query('select 1 as a').toArray()).toEqual([{ a: 1 }]);
  });

  it('a closed project answers no more', async () => {
    const other = await openProject(city.root);
    const waiting = other.query('select count(*) from range(10000000000000)').toArray();
    const first = expect(waiting).rejects.toThrow(LakeError);
    await other.query('select 1').toArray();
    await other.close();
    await first;
    await expect(other.query('select 1').toArray()).rejects.toMatchObject({ code: 'LK7050' });
  });
});

it("importing 'lake' loads no dependency and a handful of files", () => {
  const seen = new Set<string>();
  const walk = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const text = readFileSync(url, 'utf8');
    for (const [, to] of text.matchAll(/^(?:import|export)\s[^'";]*?from '([^']+)'|^import '([^']+)'/gm)) {
      expect(to, `${url.pathname} imports`).toMatch(/^\.|^node:/);
      if (to!.startsWith('.')) walk(new URL(to!, url));
    }
  };
  walk(new URL('../../dist/index.js', import.meta.url));
  expect(seen.size).toBeLessThan(15);
});
