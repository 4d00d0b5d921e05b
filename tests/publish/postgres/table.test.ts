/** What a table of Postgres is made of: types and values, columns that come, go and change, indexes, views, geometries. */
import { describe, expect, test } from 'vitest';
import { database, openShelves, people } from './support/shelf.js';

const opened = openShelves();

describe('types', () => {
  /** SQL of DuckDB; type of Postgres; what a server in UTC writes. */
  const VALUES: readonly (readonly [string, string, string | null])[] = [
    ['true', 'boolean', 't'],
    ['(-128)::tinyint', 'smallint', '-128'],
    ['255::utinyint', 'smallint', '255'],
    ['65535::usmallint', 'integer', '65535'],
    ['4294967295::uinteger', 'bigint', '4294967295'],
    ['9223372036854775807', 'bigint', '9223372036854775807'],
    ['18446744073709551615::ubigint', 'numeric(20,0)', '18446744073709551615'],
    [
      '99999999999999999999999999999999999999::hugeint',
      'numeric(38,0)',
      '99999999999999999999999999999999999999',
    ],
    ['(-0.05)::decimal(10,2)', 'numeric(10,2)', '-0.05'],
    ['0.1::float', 'real', '0.1'],
    ['0.1::double + 0.2::double', 'double precision', '0.30000000000000004'],
    ["'nan'::double", 'double precision', 'NaN'],
    ["'-infinity'::double", 'double precision', '-Infinity'],
    ["''", 'text', ''],
    ['null::varchar', 'text', null],
    ["E'a\"b\\\\c,d\\n\\r\\\\N \u{1f600} NULL'", 'text', 'a"b\\c,d\n\r\\N \u{1f600} NULL'],
    ["E'\\\\.'", 'text', '\\.'],
    ["'a' || chr(0) || 'b'", 'text', 'a\ufffdb'],
    ["'\\x00\\xff'::blob", 'bytea', '\\x00ff'],
    ["date '2026-02-28'", 'date', '2026-02-28'],
    ["date '0044-03-15 (BC)'", 'date', '0044-03-15 BC'],
    ["timestamp '2026-01-31 23:59:59.123456'", 'timestamp without time zone', '2026-01-31 23:59:59.123456'],
    ["timestamptz '2026-01-31 23:59:59+02'", 'timestamp with time zone', '2026-01-31 21:59:59+00'],
    ["['a', null, 'x\"y\\z', 'NULL', '', '{}']", 'text[]', '{a,NULL,"x\\"y\\\\z","NULL","","{}"}'],
    ['[1, null, 3]', 'integer[]', '{1,NULL,3}'],
    ['[]::integer[]', 'integer[]', '{}'],
    ["[date '2026-01-01']", 'date[]', '{2026-01-01}'],
    ["{'a': 1, 'b': 'x\\y' || chr(0)}", 'jsonb', '{"a": 1, "b": "x\\\\y\ufffd"}'],
    ["map {'k': 1.5::double}", 'jsonb', '{"k": 1.5}'],
    ["[{'a': 1}]", 'jsonb', '[{"a": 1}]'],
    ['[[1], [2, 3]]', 'jsonb', '[[1], [2, 3]]'],
    ["'8928308280fffff'", 'text', '8928308280fffff'],
  ];

  test('every type of the lake has one of Postgres, and every value comes back as it was', async () => {
    const { say, build, rows, schema } = await opened('mode: replace');
    await rows(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'`);
    say(`select ${VALUES.map(([sql], i) => `${sql} as c${i}`).join(', ')}`);
    const { notes } = await build();
    expect(notes).toEqual([
      expect.stringMatching(/^1 value of c17 had the character 0/),
      expect.stringMatching(/^1 value of c27 had the character 0/),
    ]);
    expect(
      await rows(
        `select format_type(atttypid, atttypmod) from pg_attribute where attrelid = '${schema}.people'::regclass and attnum > 0 order by attnum`,
      ),
    ).toEqual(VALUES.map(([, type]) => [type]));
    expect(await rows(`select * from ${schema}.people`)).toEqual([VALUES.map(([, , text]) => text)]);
  });

  test('names that need quotes stay as they are, those beyond 63 bytes end in a hash, and that is told', async () => {
    const { say, build, rows, schema } = await opened('key: ["Zip ""Code"]'.replace('""', '\\"'));
    const long = 'é'.repeat(40);
    say(`select 1 as "Zip ""Code", 2 as "select", 3 as "${long}"`);
    const { notes } = await build();
    expect(notes?.[0]).toMatch(/^names of columns beyond 63 bytes are cut: é+ is é+_[0-9a-f]{8}$/);
    expect(await rows(`select "Zip ""Code", "select" from ${schema}.people`)).toEqual([['1', '2']]);
  });
});

describe('a table that changes', () => {
  test('columns come, types get wider, columns go: rows there follow, and what is gone stays with NULLs', async () => {
    const { say, build, rows, schema } = await opened(
      'key: [id], mode: sync, views: {twice: {sql: "select id, n * 2 as n from people"}}',
    );
    say(people('id, n, old', "(1, 10::integer, 'x')", "(2, 20, 'y')"));
    await build();
    const [first] = await rows(`select xmin from ${schema}.people where id = 1`);
    say(people('id, n, fresh', '(1, 10::integer, null)', "(2, 20, 'new')"));
    expect((await build()).notes).toEqual([
      `the lake has no old any more: ${schema}.people keeps the column, with NULLs`,
    ]);
    expect(await rows(`select id, n, old, fresh from ${schema}.people order by id`)).toEqual([
      ['1', '10', null, null],
      ['2', '20', null, 'new'],
    ]);
    expect(first).toBeDefined();
    say(people('id, n, fresh', '(1, 10::bigint, null)', "(2, 3000000000, 'new')"));
    expect(await build()).toMatchObject({ added: 0, changed: 1, removed: 0 });
    expect(await rows(`select id, n, pg_typeof(n) from ${schema}.twice order by id`)).toEqual([
      ['1', '20', 'bigint'],
      ['2', '6000000000', 'bigint'],
    ]);
  });

  test('a type that may lose values is refused with the statement to run, after which it goes on', async () => {
    const { say, build, rows, schema } = await opened();
    say(people('id, zip', '(1, 123)'));
    await build();
    say(people('id, zip', "(1, '00123')"));
    const { error } = await build(true);
    expect(error).toMatchObject({ code: 'LK8009' });
    const [, statement] = /run: (alter table .*)$/.exec(error!.hint!)!;
    expect(await rows(`select zip from ${schema}.people`)).toEqual([['123']]);
    await rows(statement!);
    await build();
    expect(await rows(`select zip from ${schema}.people`)).toEqual([['00123']]);
  });

  test('a table that lake did not make is taken over by upsert where it fits, with columns and rows of its own', async () => {
    const { say, build, rows, schema } = await opened();
    await rows(`create schema ${schema}`);
    await rows(
      `create table ${schema}.people (serial bigserial, id bigint, name varchar(5), remark text default 'none')`,
    );
    await rows(
      `insert into ${schema}.people (id, name, remark) values (1, 'old', 'kept'), (9, 'zoe', 'theirs')`,
    );
    say(people('id, name', "(1, 'ann')", "(2, 'bobby tables')"));
    expect((await build(true)).error).toMatchObject({
      code: 'LK8009',
      hint: expect.stringContaining('add primary key ("id")'),
    });
    await rows(`alter table ${schema}.people add primary key (id)`);
    expect((await build()).notes).toEqual([expect.stringContaining('was there already')]);
    expect(await rows(`select id, name, remark from ${schema}.people order by id`)).toEqual([
      ['1', 'ann', 'kept'],
      ['2', 'bobby tables', 'none'],
      ['9', 'zoe', 'theirs'],
    ]);
  });

  test('indexes are made, changed and taken away as they are declared; what somebody added stays', async () => {
    const { say, build, rows, schema } = await opened(
      'key: [id], indexes: [name, {columns: [name, id], name: twofold, unique: true}]',
    );
    const sql = people('id, name', "(1, 'ann')");
    say(sql);
    await build();
    await rows(`create index theirs on ${schema}.people (name, id)`);
    say(sql, 'key: [id], indexes: [{columns: [name], name: twofold, method: hash, where: id > 0}]');
    await build();
    expect(
      await rows(
        `select indexdef from pg_indexes where schemaname = '${schema}' and tablename = 'people' order by indexname`,
      ),
    ).toEqual([
      [`CREATE UNIQUE INDEX people_pkey ON ${schema}.people USING btree (id)`],
      [`CREATE INDEX theirs ON ${schema}.people USING btree (name, id)`],
      [`CREATE INDEX twofold ON ${schema}.people USING hash (name) WHERE (id > 0)`],
    ]);
  });
});

describe('views', () => {
  const sql = (n: number) => people('id, day, n', `(1, 'mon', ${n})`, "(2, 'tue', 5)");

  test('are made in order, made anew where their SQL changes, dropped where they are declared no more; grants stay', async () => {
    const { say, build, rows, schema } = await opened(
      'key: [id], views: {big: {sql: select * from people where n > 3}, bigger: {sql: select * from big where n > 6}}',
    );
    say(sql(10));
    await build();
    await rows(`grant select on ${schema}.big to public`);
    say(sql(10), 'key: [id], views: {big: {sql: "select id, n from people where n > 4;"}}');
    await build();
    expect(
      await rows(`select table_name, array_to_string(relacl, ' ') like '%=r/%' from information_schema.views v
join pg_class c on c.oid = (v.table_schema || '.' || v.table_name)::regclass where table_schema = '${schema}'`),
    ).toEqual([['big', 't']]);
    expect(await rows(`select * from ${schema}.big order by id`)).toEqual([
      ['1', '10'],
      ['2', '5'],
    ]);
    await rows(`create view ${schema}.mine as select 1 as x`);
    say(sql(10), 'key: [id], views: {mine: {sql: select 2 as x}}');
    expect((await build(true)).error).toMatchObject({ code: 'LK8008' });
    expect(await rows(`select x from ${schema}.mine`)).toEqual([['1']]);
  });

  test('materialized ones are refreshed with the rows, while they are read where they have a unique index', async () => {
    const keys =
      'key: [id], mode: sync, views: {days: {sql: "select day, sum(n) as n from people group by 1", materialized: true, indexes: [{columns: day, unique: true}]}}';
    const { say, build, rows, schema } = await opened(keys);
    say(sql(10));
    await build();
    const [made] = await rows(`select relfilenode from pg_class where oid = '${schema}.days'::regclass`);
    await rows(`create materialized view ${schema}.total as select sum(n) as n from ${schema}.days`);
    say(sql(20), keys.replace('}}', `}}, refresh: [${schema}.total]`).replace('}}, refresh', '}}, refresh'));
    await build();
    expect(await rows(`select d.day, d.n, t.n from ${schema}.days d, ${schema}.total t order by 1`)).toEqual([
      ['mon', '20', '25'],
      ['tue', '5', '25'],
    ]);
    expect(await rows(`select relfilenode from pg_class where oid = '${schema}.days'::regclass`)).toEqual([
      made,
    ]);
    // The same rows again, and a view that fails.
    await rows(
      `create or replace function ${schema}.fails(numeric) returns numeric language sql immutable as 'select 1 / ($1 - 25)'`,
    );
    await rows(`drop materialized view ${schema}.total`);
    say(sql(30));
    expect((await build(true)).error).toMatchObject({
      code: 'LK8012',
      message: expect.stringContaining('there is no materialized view'),
    });
    await rows(
      `create materialized view ${schema}.total as select ${schema}.fails(sum(n) - 10) as n from ${schema}.days with data`,
    );
    expect((await build(true)).error).toMatchObject({
      code: 'LK8012',
      message: expect.stringContaining('division by zero'),
    });
    expect(await rows(`select n from ${schema}.people where id = 1`)).toEqual([['20']]);
    await rows(
      `create or replace function ${schema}.fails(numeric) returns numeric language sql immutable as 'select $1'`,
    );
    await build();
    expect(await rows(`select t.n, p.n from ${schema}.total t, ${schema}.people p where id = 1`)).toEqual([
      ['25', '30'],
    ]);
  });
});

describe('geometry', () => {
  const PLACES = people(
    'id, lng, lat, shape',
    `(1, -79.38::double, 43.65::double, '{"type": "Point", "coordinates": [1, 2]}')`,
    "(2, null, null, 'LINESTRING(0 0, 1 1)')",
    "(3, -79.4, 43.7, '')",
  );
  const keys =
    'key: [id], geometry: {place: [lng, lat], shape_there: shape}, indexes: [{columns: place, method: gist}]';

  test('is computed by PostGIS out of degrees, GeoJSON and WKT, whoever writes the row', async () => {
    const { say, build, rows, schema } = await opened(keys);
    await rows('create extension if not exists postgis');
    say(PLACES);
    await build();
    expect(
      await rows(
        `select st_astext(place), st_srid(place), st_astext(shape_there) from ${schema}.people order by id`,
      ),
    ).toEqual([
      ['POINT(-79.38 43.65)', '4326', 'POINT(1 2)'],
      [null, null, 'LINESTRING(0 0,1 1)'],
      ['POINT(-79.4 43.7)', '4326', null],
    ]);
    say(PLACES.replace('43.65', '44'), keys.replace('[lng, lat]', '{from: [lng, lat], srid: 3857}'));
    await build();
    expect(await rows(`select st_astext(place), st_srid(place) from ${schema}.people where id = 1`)).toEqual([
      ['POINT(-79.38 44)', '3857'],
    ]);
  });

  test('is left out with a note where the database has no PostGIS', async () => {
    const admin = await database();
    await admin.rows('drop database if exists plain');
    await admin.rows('create database plain template template0');
    await admin.end();
    const { say, build, rows, schema } = await opened(keys, admin.dsn.replace(/postgres$/, 'plain'));
    say(PLACES);
    expect((await build()).notes).toEqual([expect.stringContaining('create extension postgis')]);
    expect(await rows(`select count(*) from ${schema}.people`)).toEqual([['3']]);
  });
});
