/** Which rows reach a table of Postgres, by mode, and which of them are written. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/types.js';
import { openProject } from '../../../src/index.js';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import { publishPostgres } from '../../../src/publish/postgres/index.js';
import { openShelves, people } from './support/shelf.js';

const opened = openShelves();

const THREE = people('id, name, n', "(1, 'ann', 10)", "(2, 'bob', 20)", "(3, 'cid', 30)");
/** Bob is another, cid is gone, dan is new. */
const NEXT = people('id, name, n', "(1, 'ann', 10)", "(2, 'rob', 20)", "(4, 'dan', 40)");

describe('by key', () => {
  test('the first time the table is made: types, primary key, comments, and a row of lake_loads', async () => {
    const { say, build, rows, schema, load } = await opened();
    say(THREE);
    expect(await build()).toMatchObject({ status: 'success', rows: 3, added: 3 });
    expect(await rows(`select * from ${schema}.people order by id`)).toEqual([
      ['1', 'ann', '10'],
      ['2', 'bob', '20'],
      ['3', 'cid', '30'],
    ]);
    expect(
      await rows(`select a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum), obj_description(a.attrelid)
from pg_attribute a where attrelid = '${schema}.people'::regclass and attnum > 0`),
    ).toEqual([
      ['id', 'integer', null, 'Who lives here.'],
      ['name', 'text', "It's a name.", 'Who lives here.'],
      ['n', 'integer', null, 'Who lives here.'],
    ]);
    expect(
      await rows(
        `select pg_get_constraintdef(oid) from pg_constraint where conrelid = '${schema}.people'::regclass`,
      ),
    ).toEqual([['PRIMARY KEY (id)']]);
    expect(
      await load(
        'publication, table_name, lake_table, lake_version, base_version, mode, rows_total, finished_at > started_at',
      ),
    ).toEqual([`warehouse/${schema}.people`, 'people', 'gold.people', '0', null, 'upsert', '3', 't']);
  });

  test('sync: only rows that differ are written, and those that are gone are deleted', async () => {
    const { say, build, rows, schema, load } = await opened('key: [id], mode: sync');
    say(THREE);
    await build();
    const before = await rows(`select id, xmin from ${schema}.people order by id`);
    say(NEXT);
    expect(await build()).toMatchObject({ rows: 3, added: 1, changed: 1, removed: 1 });
    const after = await rows(`select id, xmin, name from ${schema}.people order by id`);
    expect(after.map(([id, , name]) => [id, name])).toEqual([
      ['1', 'ann'],
      ['2', 'rob'],
      ['4', 'dan'],
    ]);
    expect(after[0]!.slice(0, 2)).toEqual(before[0]);
    expect(
      await load('lake_version, base_version, rows_added, rows_changed, rows_removed, rows_total'),
    ).toEqual(['1', '0', '1', '1', '1', '3']);
  });

  test('upsert: rows that are gone from the lake stay, and their number is told', async () => {
    const { say, build, rows, schema } = await opened();
    say(THREE);
    await build();
    say(NEXT);
    const { notes, ...result } = await build();
    expect(result).toMatchObject({ rows: 4, added: 1, changed: 1, removed: 0 });
    expect(notes).toEqual([
      `1 row gone from the lake since version 0 stay in ${schema}.people; mode: sync deletes them there`,
    ]);
    expect(await rows(`select name from ${schema}.people order by id`)).toEqual([
      ['ann'],
      ['rob'],
      ['cid'],
      ['dan'],
    ]);
  });

  test('append: rows of a new key are added, no row is touched', async () => {
    const { say, build, rows, schema } = await opened('key: [id], mode: append');
    say(THREE);
    await build();
    say(NEXT);
    expect((await build()).notes).toEqual([
      `2 rows changed or gone in the lake since version 0 stay in ${schema}.people as they were: mode: append`,
    ]);
    expect(await rows(`select name from ${schema}.people order by id`)).toEqual([
      ['ann'],
      ['bob'],
      ['cid'],
      ['dan'],
    ]);
  });

  test('where the record is lost all rows are compared, and only those that differ are written', async () => {
    const { say, build, rows, schema, publish } = await opened('key: [id], mode: sync');
    say(THREE);
    await build();
    const before = await rows(`select xmin from ${schema}.people order by id`);
    await rows(`delete from ${schema}.lake_loads`);
    // Nobody wrote who it was: it is taken over by upsert only.
    expect(await publish()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('LK8008') });
    say(THREE, 'key: [id]');
    expect(await build()).toMatchObject({ added: 0, changed: 0 });
    say(THREE, 'key: [id], mode: sync');
    await rows(`insert into ${schema}.people values (9, 'zoe', 1)`);
    await rows(`update ${schema}.people set name = 'x' where id = 1`);
    expect(await build()).toMatchObject({ added: 0, changed: 1, removed: 1 });
    const after = await rows(`select xmin from ${schema}.people order by id`);
    expect(after.slice(1)).toEqual(before.slice(1));
  });

  test('a target that has the version is left alone; a table that was dropped there is made again', async () => {
    const { say, build, rows, schema, publish } = await opened();
    say(THREE);
    await build();
    expect((await publish()).stdout).toContain('Nothing changed');
    expect(await rows(`select count(*) from ${schema}.lake_loads`)).toEqual([['1']]);
    await rows(`drop table ${schema}.people`);
    expect((await publish()).stdout).toContain('1 published');
    expect(await rows(`select count(*) from ${schema}.people`)).toEqual([['3']]);
  });
});

test('who comes late with an older version leaves the newer one that another run of this lake brought', async () => {
  const { root, say, build, rows, schema, dsn } = await opened('key: [id], mode: sync');
  say(THREE);
  await build();
  say(NEXT);
  await build();
  await using project = await openProject(root);
  const lake = await openLake({ type: 'local', path: 'lake' }, root);
  const [publication] = project.graph.publications!;
  const table = await lake.at('gold.people', 0);
  const refused = () => Promise.reject(new Error('nothing is to be written'));
  const published = await publishPostgres({
    publication: publication!,
    target: { type: 'postgres', schema },
    secrets: { dsn },
    table,
    columns: table.state.columns,
    held: { table: 'gold.people', dataVersion: 0, versions: [0], definition: '', run: '', at: '' },
    lake,
    engine: { sql: refused, steps: refused } as unknown as Engine,
    macros: [],
    root,
    scratch: root,
    run: 'late',
    startedAt: new Date(),
    fullRefresh: false,
    signal: new AbortController().signal,
    hold: refused,
  });
  expect(published).toMatchObject({
    status: 'unchanged',
    notes: [`${schema}.people has version 1 of gold.people already, which is newer than 0`],
  });
  expect(await rows(`select name from ${schema}.people order by id`)).toEqual([['ann'], ['rob'], ['dan']]);
});

describe('without a key', () => {
  test('replace: a new table takes the place of the old one, with its owner, grants, indexes and views', async () => {
    const keys = `mode: replace, indexes: [name, {columns: [n, id], unique: true}], views: {big: {sql: select * from people where n > 15}}`;
    const { say, build, rows, schema } = await opened(keys);
    say(THREE);
    await build();
    const role = `reader_${schema}`;
    await rows(`create role ${role}`);
    await rows(`grant select on ${schema}.people to ${role}`);
    await rows(`grant update (name) on ${schema}.people to ${role}`);
    await rows(`grant select on ${schema}.big to ${role}`);
    const [old] = await rows(`select '${schema}.people'::regclass::oid`);
    say(NEXT);
    expect(await build()).toMatchObject({ status: 'success', rows: 3 });
    expect(await rows(`select '${schema}.people'::regclass::oid`)).not.toEqual([old]);
    expect(await rows(`select name from ${schema}.big order by id`)).toEqual([['rob'], ['dan']]);
    expect(
      await rows(`select has_table_privilege('${role}', '${schema}.people', 'select'),
has_column_privilege('${role}', '${schema}.people', 'name', 'update'), has_table_privilege('${role}', '${schema}.big', 'select'),
has_table_privilege('${role}', '${schema}.people', 'delete')`),
    ).toEqual([['t', 't', 't', 'f']]);
    expect(
      await rows(
        `select indexname from pg_indexes where schemaname = '${schema}' and tablename = 'people' order by 1`,
      ),
    ).toEqual([['people_n_id_idx'], ['people_name_idx']]);
  });

  test('replace: what others depend on stays, and its rows are written anew in one transaction', async () => {
    const { say, build, rows, schema } = await opened('mode: replace');
    say(THREE);
    await build();
    await rows(`create view ${schema}.theirs as select name from ${schema}.people`);
    say(NEXT);
    expect((await build()).notes).toEqual([expect.stringContaining('could not be swapped')]);
    expect(await rows(`select name from ${schema}.theirs order by 1`)).toEqual([['ann'], ['dan'], ['rob']]);
  });

  test('append: rows are added as often as a version has more of them; what cannot be told apart is refused', async () => {
    const { say, build, rows, schema, publish } = await opened('mode: append');
    say(people('n, name', "(1, 'a')", "(1, 'a')", "(2, 'b')"));
    await build();
    say(people('n, name', "(1, 'a')", "(1, 'a')", "(1, 'a')", "(3, 'c')"));
    expect(await build()).toMatchObject({ added: 2 });
    const all = `select n, count(*) from ${schema}.people group by 1 order by 1`;
    expect(await rows(all)).toEqual([
      ['1', '3'],
      ['2', '1'],
      ['3', '1'],
    ]);
    await rows(`delete from ${schema}.lake_loads`);
    expect(await publish()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('LK8011') });
    expect((await publish('--full-refresh')).exitCode).toBe(0);
    expect(await rows(all)).toEqual([
      ['1', '3'],
      ['3', '1'],
    ]);
  });
});
