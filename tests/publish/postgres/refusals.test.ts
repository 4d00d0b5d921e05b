/** What a server may refuse: each told with what to do, and nothing at the target changed. */
import { expect, test } from 'vitest';
import { database, filesFor, openShelves, people } from './support/shelf.js';

const opened = openShelves();

const SQL = people('id, name', "(1, 'ann')");

test('no server: the run ends with 75, and what it built is published in the lake; the dsn is never shown', async () => {
  const { say, write, publish, build, schema, dsn } = await opened();
  say(SQL);
  write(filesFor('postgresql://lake:secret@127.0.0.1:1/postgres', schema));
  expect((await build(true)).error).toMatchObject({ code: 'LK8020', transient: true });
  const { exitCode, stdout, stderr } = await publish();
  expect(exitCode).toBe(75);
  expect(stdout + stderr).toContain('LK8020');
  expect(stdout + stderr).not.toContain('secret');
  write(filesFor(dsn, schema));
  expect(await build()).toMatchObject({ status: 'success', rows: 1 });
});

test('a dsn that is none, a wrong password, a missing database: each said, none of them transient', async () => {
  const { say, write, build, schema, dsn, rows } = await opened();
  say(SQL);
  await rows(`create role clerk_${schema} login password 'right'`);
  const server = dsn.replace('lake@', `clerk_${schema}:wrong@`);
  const cases = [
    ['postgresql://lake:p@ss/word@h:x/db', 'LK8003', 'percent|%40'],
    ['service=wrong', 'LK8003', 'pg_service.conf'],
    [server, 'LK8004', 'password authentication failed'],
    [dsn.replace(/postgres$/, 'nowhere'), 'LK8004', 'database "nowhere" does not exist'],
    [`${dsn}?sslmode=require`, 'LK8004', 'SSL'],
  ] as const;
  for (const [given, code, says] of cases) {
    write(filesFor(given, schema));
    const { error } = await build(true);
    expect(error).toMatchObject({ code, transient: false });
    expect(`${error!.message} ${error!.hint}`).toMatch(new RegExp(says));
    expect(JSON.stringify(error)).not.toMatch(/wrong|p@ss/);
  }
});

test('a missing privilege: the hint is the statement to run, after which it goes on', async () => {
  const { say, write, build, schema, dsn, rows } = await opened();
  say(SQL);
  const clerk = `clerk_${schema}`;
  await rows(`create role ${clerk} login password 'right'`);
  await rows(`create schema ${schema}`);
  const words = `host=127.0.0.1 port=${new URL(dsn).port} dbname=postgres user=${clerk} password=right`;
  write(filesFor(words, schema));
  const { error } = await build(true);
  expect(error).toMatchObject({ code: 'LK8007', transient: false });
  const [, statement] = /run: (grant .*) to </.exec(error!.hint!)!;
  await rows(`${statement} to ${clerk}`);
  expect(await build()).toMatchObject({ status: 'success' });
});

test('rows that the key does not tell apart, and those without one: nothing is written', async () => {
  const { say, build, rows, schema } = await opened();
  say(people('id, name', "(1, 'ann')", "(1, 'bob')"));
  expect((await build(true)).error).toMatchObject({
    code: 'LK8010',
    message: expect.stringContaining('(id)=(1)'),
  });
  say(people('id, name', "(1, 'ann')", "(null, 'bob')"));
  expect((await build(true)).error).toMatchObject({ code: 'LK8010' });
  expect(await rows(`select to_regclass('${schema}.people')`)).toEqual([[null]]);
});

test('rows of somebody else are not replaced, and a constraint of theirs is told', async () => {
  const { say, build, rows, schema } = await opened('mode: replace');
  await rows(`create schema ${schema}`);
  await rows(`create table ${schema}.people (id integer primary key check (id < 5), name text)`);
  await rows(`insert into ${schema}.people values (7 - 4, 'theirs')`);
  say(SQL);
  expect((await build(true)).error).toMatchObject({
    code: 'LK8008',
    hint: expect.stringContaining('mode: upsert'),
  });
  say(people('id, name', "(6, 'too many')"), 'key: [id]');
  expect((await build(true)).error).toMatchObject({
    code: 'LK8016',
    message: expect.stringContaining('people_id_check'),
  });
  expect(await rows(`table ${schema}.people`)).toEqual([['3', 'theirs']]);
});

test('a view or an index that cannot be made takes the rows back with it', async () => {
  const admin = await database();
  await admin.rows('create database refusing template template0');
  await admin.end();
  const { say, build, rows, schema } = await opened(
    'key: [id], views: {v: {sql: select nothing from people}}',
    admin.dsn.replace(/postgres$/, 'refusing'),
  );
  say(SQL);
  expect((await build(true)).error).toMatchObject({
    code: 'LK8012',
    message: expect.stringContaining('column "nothing" does not exist'),
  });
  say(SQL, 'key: [id], indexes: [{columns: name, where: "nothing > 1"}]');
  expect((await build(true)).error).toMatchObject({ code: 'LK8013' });
  say(SQL, 'key: [id], indexes: [{columns: nothing}]');
  expect((await build(true)).error).toMatchObject({ code: 'LK8013', hint: 'It has id, name' });
  say(SQL, 'key: [id], views: {v: {sql: "select 1 as one; drop schema public"}}');
  expect((await build(true)).error).toMatchObject({
    code: 'LK8012',
    message: expect.stringContaining('multiple commands'),
  });
  expect(await rows(`select to_regclass('${schema}.people')`)).toEqual([[null]]);
  // Other tests publish to other databases of the server meanwhile.
  expect(
    await rows(
      "select count(*) from pg_stat_activity where application_name = 'lake publish' and datname = current_database()",
    ),
  ).toEqual([['0']]);
});
