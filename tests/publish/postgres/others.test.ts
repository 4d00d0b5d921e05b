/** Tables that are not as lake left them: by somebody else at the target, by another lake, by another manifest. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openProject } from '../../../src/index.js';
import { filesFor, openShelves, people } from './support/shelf.js';

const opened = openShelves();

const THREE = people('id, name, n', "(1, 'ann', 10)", "(2, 'bob', 20)", "(3, 'cid', 30)");
const TWO = people('id, name, n', "(1, 'ann', 10)", "(2, 'bob', 20)");

describe('columns', () => {
  test('one that columns: names later comes with its values, in rows that did not change as well', async () => {
    const { say, build, rows, schema } = await opened('key: [id], mode: sync, columns: [id, name]');
    say(THREE);
    await build();
    say(THREE, 'key: [id], mode: sync, columns: [id, name, n]');
    expect(await build()).toMatchObject({ added: 0, changed: 3, removed: 0 });
    expect(await rows(`select id, n from ${schema}.people order by id`)).toEqual([
      ['1', '10'],
      ['2', '20'],
      ['3', '30'],
    ]);
  });

  test('one that somebody renamed or dropped there comes back with its values', async () => {
    const { say, build, rows, schema } = await opened('key: [id], mode: sync');
    say(THREE);
    await build();
    await rows(`alter table ${schema}.people rename name to called`);
    await rows(`alter table ${schema}.people drop n`);
    say(TWO);
    await build();
    expect(await rows(`select id, name, n, called from ${schema}.people order by id`)).toEqual([
      ['1', 'ann', '10', 'ann'],
      ['2', 'bob', '20', 'bob'],
    ]);
  });

  test('more than 1,600, and names of Postgres, are refused with a sentence', async () => {
    const { say, build } = await opened('mode: replace');
    say('select 1 as id, 2 as ctid');
    expect((await build(true)).error).toMatchObject({
      code: 'LK8018',
      message: expect.stringContaining('ctid'),
    });
    say(`select ${Array.from({ length: 1601 }, (_, i) => `${i} as c${i}`).join(', ')}`);
    expect((await build(true)).error).toMatchObject({
      code: 'LK8018',
      message: expect.stringContaining('1601 columns'),
    });
  });
});

describe('whose table it is', () => {
  test('a copy of the project with a lake of its own is refused by sync and replace, and --full-refresh takes over', async () => {
    const { root, say, build, rows, schema, publish } = await opened('key: [id], mode: sync');
    say(THREE);
    await build();
    cpSync(join(root, 'lake'), join(root, 'first'), { recursive: true });
    rmSync(join(root, 'lake'), { recursive: true });
    say(people('id, name, n', "(1, 'ann', 10)"));
    expect((await build(true)).error).toMatchObject({
      code: 'LK8008',
      message: expect.stringContaining('another lake'),
      hint: expect.stringContaining('built anew from nothing'),
    });
    expect(await rows(`select count(*) from ${schema}.people`)).toEqual([['3']]);
    expect((await publish('--full-refresh')).exitCode).toBe(0);
    expect(await rows(`select count(*) from ${schema}.people`)).toEqual([['1']]);
    // The first lake comes back and sees it.
    rmSync(join(root, 'lake'), { recursive: true });
    cpSync(join(root, 'first'), join(root, 'lake'), { recursive: true });
    say(TWO);
    expect((await build(true)).error).toMatchObject({ code: 'LK8008' });
    expect(await rows(`select count(*) from ${schema}.people`)).toEqual([['1']]);
  });

  test('a second publication to one table is refused, and --full-refresh takes over', async () => {
    const { root, write, say, build, rows, schema, dsn, publish } = await opened();
    say(THREE);
    await build();
    const profiles = filesFor(dsn, schema)['profiles.yml'].replace(
      '{warehouse: ',
      `{warehouse: {type: postgres, dsn: '${dsn}', schema: ${schema}}, second: `,
    );
    write({ 'profiles.yml': profiles });
    write({
      'models/gold/other.sql': people('id, name, n', "(1, 'other', 1)"),
      'models/gold/gold.yml': `version: 2
models:
  - name: people
  - name: other
    config: {publish: [{to: second, table: people, key: [id]}]}
`,
    });
    await using project = await openProject(root);
    const { nodes } = await project.build();
    expect(nodes.find(({ kind }) => kind === 'publication')?.error).toMatchObject({
      code: 'LK8008',
      message: expect.stringContaining(`kept by another publication, warehouse/${schema}.people`),
    });
    expect(await rows(`select name from ${schema}.people where id = 1`)).toEqual([['ann']]);
    expect((await publish('--full-refresh')).exitCode).toBe(0);
    expect(await rows(`select name from ${schema}.people where id = 1`)).toEqual([['other']]);
  });

  test('where the record is lost, --full-refresh adopts table and views, and says so', async () => {
    const keys = 'key: [id], mode: sync, views: {few: {sql: select * from people where n < 15}}';
    const { say, build, rows, schema, publish } = await opened(keys);
    say(THREE);
    await build();
    const before = await rows(`select xmin from ${schema}.people order by id`);
    await rows(`delete from ${schema}.lake_loads`);
    await rows(`insert into ${schema}.people values (9, 'zoe', 1)`);
    const refused = await publish();
    expect(refused.stdout).toMatch(/LK8008.*--full-refresh/s);
    const taken = await publish('--full-refresh');
    expect(taken.exitCode).toBe(0);
    expect(taken.stdout).toContain("it is lake's now");
    expect(await rows(`select xmin from ${schema}.people order by id`)).toEqual(before);
    expect(await rows(`select id from ${schema}.few`)).toEqual([['1']]);
  });
});

describe('keys', () => {
  test('another key: the one of before goes, its column may be NULL, and so may a column that is gone', async () => {
    const { say, build, rows, schema } = await opened('key: [id], mode: sync');
    say(THREE);
    await build();
    await rows(`alter table ${schema}.people alter n set not null`);
    say(people('id, name', "(1, 'ann')", "(null, 'bob')"), 'key: [name], mode: sync');
    await build();
    expect(await rows(`select id, name, n from ${schema}.people order by name`)).toEqual([
      ['1', 'ann', null],
      [null, 'bob', null],
    ]);
    say(people('id, name', "(1, 'ann')", '(1, null)'), 'mode: replace');
    await rows(`create view ${schema}.theirs as select id from ${schema}.people`);
    await build();
    expect(await rows(`select * from ${schema}.theirs`)).toEqual([['1'], ['1']]);
  });

  test('a key with a column that is new: sync writes the rows anew, upsert does when it is told to', async () => {
    const { say, build, rows, schema, publish } = await opened('key: [id], mode: sync');
    say(TWO);
    await build();
    const fresh = people('id, part, name', "(1, 'a', 'ann')", "(1, 'b', 'ann')");
    say(fresh, 'key: [id, part], mode: sync');
    expect(await build()).toMatchObject({ rows: 2 });
    const more = people('id, part, sub', "(1, 'a', 1)", "(1, 'a', 2)");
    say(more, 'key: [id, part, sub], mode: upsert');
    expect((await build(true)).error).toMatchObject({
      code: 'LK8009',
      hint: expect.stringContaining('--full-refresh'),
    });
    expect((await publish('--full-refresh')).exitCode).toBe(0);
    expect(await rows(`select part, sub from ${schema}.people order by sub`)).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
  });

  test('two rows that swap a value which no two may have; one that another row has is told by its constraint', async () => {
    const { say, build, rows, schema } = await opened(
      'key: [id], indexes: [{columns: name, unique: true, name: names}]',
    );
    say(THREE);
    await build();
    await rows(`alter table ${schema}.people add remark text default 'none'`);
    await rows(`update ${schema}.people set remark = 'kept' where id = 1`);
    await rows(`create unique index theirs on ${schema}.people (lower(name)) where n > 0`);
    say(THREE.replace('ann', 'x').replace('bob', 'ann').replace('x', 'bob'));
    expect(await build()).toMatchObject({ changed: 2 });
    expect(await rows(`select id, name, remark from ${schema}.people order by id`)).toEqual([
      ['1', 'bob', 'kept'],
      ['2', 'ann', 'none'],
      ['3', 'cid', 'none'],
    ]);
    await rows(`insert into ${schema}.people values (9, 'zoe', 1)`);
    say(THREE.replace('cid', 'zoe'));
    expect((await build(true)).error).toMatchObject({
      code: 'LK8016',
      message: expect.stringMatching(/"(names|theirs)"/),
    });
  });
});

describe('views', () => {
  test('the statement that alters a column lossily drops the views of lake first, and they come back', async () => {
    const { say, build, rows, schema } = await opened(
      'key: [id], views: {v: {sql: "select id, n from people"}, m: {sql: select * from v, materialized: true}}',
    );
    say(THREE);
    await build();
    say(THREE.replaceAll(/(\d0)\)/g, "'$1')"));
    const { error } = await build(true);
    expect(error).toMatchObject({ code: 'LK8009' });
    const [, statements] = /run: (drop .*?); lake publish makes/.exec(error!.hint!)!;
    await rows(statements!);
    await build();
    expect(await rows(`select n from ${schema}.m order by id`)).toEqual([['10'], ['20'], ['30']]);
  });

  test('a view of somebody that reads a column which gets wider is named', async () => {
    const { say, build, rows, schema } = await opened();
    say(people('id, n', '(1, 10::integer)'));
    await build();
    await rows(`create view ${schema}.theirs as select n from ${schema}.people`);
    say(people('id, n', '(1, 10::bigint)'));
    expect((await build(true)).error).toMatchObject({
      code: 'LK8012',
      hint: expect.stringContaining('Drop theirs'),
    });
  });

  test('they follow the table to another name, and one that was dropped by hand is made again', async () => {
    const views = 'views: {v: {sql: select * from people, materialized: true}}';
    const { say, build, rows, schema, publish } = await opened(`key: [id], ${views}`);
    say(THREE);
    await build();
    await rows(`drop materialized view ${schema}.v`);
    expect((await publish()).stdout).toContain('1 published');
    expect(await rows(`select count(*) from ${schema}.v`)).toEqual([['3']]);
    say(TWO, `key: [id], table: persons, ${views.replace('people', 'persons')}`);
    await build();
    expect(await rows(`select count(*) from ${schema}.v`)).toEqual([['2']]);
  });
});

test('replace keeps a table that has an index, a default, statistics or a setting of somebody', async () => {
  const { say, build, rows, schema } = await opened('mode: replace, indexes: [n]');
  say(THREE);
  await build();
  const oid = () => rows(`select '${schema}.people'::regclass::oid`);
  const theirs = [
    ['create index theirs on', '(name)', `drop index ${schema}.theirs`],
    ['alter table', 'alter n set default 5', `alter table ${schema}.people alter n drop default`],
    [`create statistics ${schema}.s on name, n from`, '', `drop statistics ${schema}.s`],
    ['alter table', 'set (fillfactor = 70)', `alter table ${schema}.people reset (fillfactor)`],
  ] as const;
  for (const [nth, [before, after, undo]] of theirs.entries()) {
    await rows(`${before} ${schema}.people ${after}`);
    const had = await oid();
    say(THREE.replace('30', `${40 + nth}`));
    expect((await build()).notes).toEqual([expect.stringContaining('could not be swapped')]);
    expect(await oid()).toEqual(had);
    await rows(undo);
  }
  const had = await oid();
  say(TWO);
  expect((await build()).notes).toBeUndefined();
  expect(await oid()).not.toEqual(had);
});

test('where somebody else wrote, the rows are counted', async () => {
  const { say, build, rows, schema, load } = await opened('key: [id], mode: sync');
  say(THREE);
  await build();
  await rows(`delete from ${schema}.people where id in (1, 3)`);
  say(TWO);
  expect(await build()).toMatchObject({ rows: 1, removed: 0 });
  expect(await load('rows_total')).toEqual(['1']);
});
