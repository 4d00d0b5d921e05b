/** `lake export`: every format holds the rows that the lake holds, or no file is written. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { read, utils } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLake } from '../../support/run-lake.js';
import { type City, city, sqlProject } from '../support/city.js';

/** A row with everything that a format may stumble on, and one without anything. */
const ODD = `select * from (values
  (1, 'plain', true, 9007199254740993, 1.5::double, 12345678901234567890.12::decimal(38,2), date '2024-02-29',
    timestamptz '2024-02-29 12:30:00.5+00', timestamp '2024-02-29 12:30:00', ['a', 'b'], '\\x00\\xFF'::blob),
  (2, 'a,"b" <c> & d' || chr(10) || 'e' || chr(7) || '_x0041_', false, -1, 'nan'::double, -1.25, date '1850-01-01',
    timestamptz '1600-01-01 00:00:00+00', timestamp '9999-12-31 23:59:59', [], ''::blob),
  (3, '', null, null, null, null, null, null, null, null, null)
) t(id, "odd ""text""", yes, big, x, exact, day, seen_at, local, list, bytes)
`;
const PLACES = `select * from (values
  (1, 'POINT (-79.4 43.7)'), (2, 'POLYGON ((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1))'),
  (3, 'MULTIPOINT ((1 2), (3 4))'), (4, 'MULTIPOLYGON Z (((0 0 5, 1 0 5, 1 1 5, 0 0 5)))'), (5, 'linestring(1e-7 2, 3 4)'),
  (6, '{"type": "Point", "coordinates": [1, 2]}'), (7, null), (8, 'POINT EMPTY'), (9, '')
) t(id, geometry)
`;

let shop: City;
beforeAll(async () => {
  shop = sqlProject({
    'models/gold/odd.sql': ODD,
    'models/gold/nothing.sql': 'select 1 as id, current_date as day where false\n',
    'models/gold/places.sql': PLACES,
    'models/gold/points.sql':
      'select * from (values (1, -79.4, 43.7), (2, null, 43.7)) t(id, "Longitude", "Latitude")\n',
    'models/gold/metres.sql': 'select 1 as id, 630084.0 as lng, 4833438.0 as lat\n',
    'models/gold/long_text.sql': "select 1 as id, repeat('x', 32768) as words\n",
    'models/gold/many.sql': 'select range as id from range(1100000)\n',
    'models/gold/nested.sql': `select * from (values
  (1, 1::tinyint, 2::smallint, 3::integer, 2.5::float, -12345678901234567890123456789.01234::decimal(38,5),
    [[1], [], null], {'a': 1, 'b': [{'c': 'x'}]}, map {'k': 1, 'l': null}),
  (2, null, null, null, null, null, null, null, null),
  (3, -127::tinyint, -1::smallint, -3::integer, 'inf'::float, 0.00001, [], {'a': null, 'b': null}, map {})
) t(id, tiny, small, whole, single, exact, lists, record, pairs)\n`,
    'models/gold/seen.sql': `{{config materialized='view'}}\nselect id, seen_at from {{ref 'odd'}}\n`,
  });
  await shop.build();
  mkdirSync(join(shop.root, 'out'));
});
afterAll(() => shop.remove());

const lake = (...args: readonly string[]) => runLake(shop.root, ['export', ...args]);
const path = (name: string) => join(shop.root, 'out', name);

async function exported(name: string, ...args: readonly string[]): Promise<Buffer> {
  const { exitCode, stderr } = await lake(...args, '--to', `out/${name}`);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`Wrote out/${name}`)]);
  return readFileSync(path(name));
}

async function inDuckDB(sql: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
}

test('Parquet has the rows and types of the table', async () => {
  await exported('odd.parquet', 'gold.odd');
  const difference = await inDuckDB(
    `(from '${path('odd.parquet')}' except all from (${ODD})) union all (from (${ODD}) except all from '${path('odd.parquet')}')`,
  );
  expect(difference).toEqual([]);
});

test('CSV leaves NULL empty, quotes an empty text, and writes instants in ISO 8601', async () => {
  const csv = (await exported('odd.csv', 'odd')).toString();
  expect(csv).toContain(
    '1,plain,true,9007199254740993,1.5,12345678901234567890.12,2024-02-29,2024-02-29T12:30:00.5Z,2024-02-29T12:30:00,"[""a"",""b""]",AP8=\n',
  );
  expect(csv).toContain('\n3,"",,,,,,,,,\n');
  expect(csv).toContain('2,"a,""b"" <c> & d\ne\u0007_x0041_",false,-1,nan,');
  const packed = gunzipSync(await exported('odd.csv.gz', 'odd')).toString();
  expect(packed.length).toBe(csv.length);
});

test('JSON is an array of objects, or one a line; what JSON has no number for is null', async () => {
  const text = (await exported('odd.json', 'odd')).toString();
  const rows = JSON.parse(text) as Record<string, unknown>[];
  const [first, second, third] = rows.sort((a, b) => Number(a['id']) - Number(b['id']));
  expect(first).toMatchObject({
    'odd "text"': 'plain',
    seen_at: '2024-02-29T12:30:00.5Z',
    list: ['a', 'b'],
    bytes: 'AP8=',
  });
  expect(text).toContain('"big":9007199254740993,');
  expect(text).toContain('"exact":12345678901234567890.12');
  expect([second!['x'], third!['odd "text"'], third!['yes']]).toEqual([null, '', null]);
  const lines = (await exported('odd.ndjson', 'odd')).toString().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line)['id']).sort()).toEqual([1, 2, 3]);
  expect(JSON.parse((await exported('none.json', 'nothing')).toString())).toEqual([]);
});

describe('GeoJSON', () => {
  const collection = async (name: string, ...args: string[]) => {
    const text = (await exported(name, ...args)).toString();
    const { type, features } = JSON.parse(text);
    expect(type).toBe('FeatureCollection');
    return features.sort(
      (a: { properties: { id: number } }, b: { properties: { id: number } }) =>
        a.properties.id - b.properties.id,
    );
  };

  test('is made of WKT and of GeoJSON, with holes, parts and heights; no place is null', async () => {
    const features = await collection('places.geojson', 'places');
    expect(features[0]).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [-79.4, 43.7] },
      properties: { id: 1 },
    });
    expect(features.map((one: { geometry: unknown }) => one.geometry).slice(1)).toEqual([
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
          [
            [0.1, 0.1],
            [0.2, 0.1],
            [0.2, 0.2],
            [0.1, 0.1],
          ],
        ],
      },
      {
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
      {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [0, 0, 5],
              [1, 0, 5],
              [1, 1, 5],
              [0, 0, 5],
            ],
          ],
        ],
      },
      {
        type: 'LineString',
        coordinates: [
          [1e-7, 2],
          [3, 4],
        ],
      },
      { type: 'Point', coordinates: [1, 2] },
      null,
      null,
      null,
    ]);
  });

  test('is made of two columns of degrees, which stay properties', async () => {
    const [one, two] = await collection('points.geojson.gz', 'points').catch(async () => {
      const text = gunzipSync(readFileSync(path('points.geojson.gz'))).toString();
      return JSON.parse(text).features;
    });
    expect(one.geometry).toEqual({ type: 'Point', coordinates: [-79.4, 43.7] });
    expect(one.properties).toEqual({ id: 1, Longitude: -79.4, Latitude: 43.7 });
    expect(two.geometry).toBeNull();
  });

  test('is made of WKB', async () => {
    const [one] = await collection(
      'wkb.geojson',
      '--query',
      `select id, st_aswkb(cast('POINT (1 2)' as geometry)) as shape from gold.points where id = 1`,
    );
    expect(one).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [1, 2] },
      properties: { id: 1 },
    });
  });

  test.each([
    [['odd'], 'LK7041 GeoJSON needs a geometry, and no column looks like one'],
    [['metres'], 'these are no degrees: 630084.0 4833438.0'],
    [['places', '--geometry', 'nowhere'], 'LK7041 --geometry: there is no column "nowhere"'],
    [['--query', `select 'over there' as wkt`], 'Failed to parse geometry'],
    [
      ['--query', `select 'GEOMETRYCOLLECTION (POINT (1 2))' as wkt`],
      'GeoJSON is not made of GEOMETRYCOLLECTION',
    ],
    [['--query', `select '{"type": "Feature"}' as geometry`], 'this is no geometry'],
  ])('of %j is refused', async (args, message) => {
    const { exitCode, stderr } = await lake(...args, '--to', 'out/refused.geojson');
    expect([exitCode > 0, stderr]).toEqual([true, expect.stringContaining(message)]);
    expect(readdirSync(path('')).filter((name) => name.includes('refused'))).toEqual([]);
  });
});

describe('XLSX', () => {
  test('has numbers, days and texts as a spreadsheet knows them, and what it does not know as text', async () => {
    const book = read(await exported('odd.xlsx', '--query', 'from gold.odd order by id'), {
      cellDates: true,
      UTC: true,
    });
    expect(book.SheetNames).toEqual(['rows']);
    const rows = utils.sheet_to_json<unknown[]>(book.Sheets['rows']!, { header: 1, defval: null, UTC: true });
    expect(rows[0]).toEqual([
      'id',
      'odd "text"',
      'yes',
      'big',
      'x',
      'exact',
      'day',
      'seen_at',
      'local',
      'list',
      'bytes',
    ]);
    expect(rows[1]).toEqual([
      1,
      'plain',
      true,
      '9007199254740993',
      1.5,
      '12345678901234567890.12',
      new Date('2024-02-29T00:00:00Z'),
      new Date('2024-02-29T12:30:00.500Z'),
      new Date('2024-02-29T12:30:00Z'),
      '["a","b"]',
      'AP8=',
    ]);
    expect(rows[2]!.slice(0, 8)).toEqual([
      2,
      'a,"b" <c> & d\ne\u0007_x0041_',
      false,
      -1,
      'nan',
      '-1.25',
      '1850-01-01',
      '1600-01-01 00:00:00+00',
    ]);
    expect(rows[3]).toEqual([3, '', null, null, null, null, null, null, null, null, null]);
  });

  test.each([
    ['many', '1,048,576 rows'],
    ['long_text', 'the column words has a text of 32768 characters'],
  ])('that Excel would cut is refused: %s', async (table, message) => {
    const { exitCode, stderr } = await lake(table, '--to', 'out/cut.xlsx');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(path('')).filter((name) => name.includes('cut'))).toEqual([]);
  });
});

test('some columns and rows, a view, the lake as it was, and the order of a question', async () => {
  const some = await exported('some.csv', 'odd', '--columns', 'id,yes', '--where', 'id > 1', '--limit', '5');
  expect(some.toString().trim().split('\n').sort()).toEqual(['2,false', '3,', 'id,yes']);
  expect((await exported('seen.csv', 'seen')).toString()).toContain('1,2024-02-29T12:30:00.5Z');
  const ordered = await exported(
    'ordered.csv',
    '--query',
    'select id from gold.odd order by id desc;',
    '--at',
    '1',
  );
  expect(ordered.toString()).toBe('id\n3\n2\n1\n');
});

test.each([
  [['odd', '--to', 'out/odd.dbf'], 'LK7040 the ending of out/odd.dbf says no format'],
  [['odd', '--format', 'shp'], 'LK7040 there is no format "shp"'],
  [['od', '--to', 'out/a.csv'], 'Did you mean "odd"?'],
  [['odd', '--to', 'nowhere/a.csv'], 'LK7040 there is no folder'],
  [[], 'LK7040 nothing says what is to be exported'],
  [['odd', '--query', 'select 1', '--to', 'out/a.csv'], 'LK7040 --query says all'],
  [['--query', `copy (select 1) to 'out/b.csv'`, '--to', 'out/a.csv'], 'LK'],
  [['--query', 'select 1); drop view gold.odd; (select 1', '--to', 'out/a.csv'], 'LK7010'],
  [['odd', '--to', 'out/a.parquet.gz'], 'LK7040 a file of parquet is compressed inside'],
])('%j is refused', async (args, message) => {
  const { exitCode, stderr } = await lake(...args);
  expect([exitCode > 0, stderr]).toEqual([true, expect.stringContaining(message)]);
  expect(readdirSync(path('')).filter((name) => /^\.?(a|b)\./.test(name))).toEqual([]);
});

test('a file that was there stays until the new one is whole', async () => {
  writeFileSync(path('kept.csv'), 'mine');
  const failing = `select case when range < 900000 then 1 else error('stop') end as a from range(1000000)`;
  const { exitCode } = await lake('--query', failing, '--to', 'out/kept.csv');
  expect([exitCode, readFileSync(path('kept.csv'), 'utf8')]).toEqual([1, 'mine']);
  expect(readdirSync(path('')).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('datapackage.json has columns, sources and licences, and takes no other’s place', async () => {
  const trees = city(
    {
      'datasets/trees.yml': `dataset: trees
portal: files
owner: City of Trees
license: Open Government Licence – Trees
source: {url: trees.csv}
key: [tree]
fields: {tree: {type: varchar, description: Its number}, planted: date}
`,
    },
    { files: { 'trees.csv': 'tree,planted\na,2024-01-01\n' } },
  );
  try {
    await trees.build();
    const run = (...args: string[]) => runLake(trees.root, ['export', 'trees', '--datapackage', ...args]);
    expect((await run('--to', 'trees.csv')).stderr).toContain('and datapackage.json beside it');
    expect(JSON.parse(readFileSync(join(trees.root, 'datapackage.json'), 'utf8'))).toMatchObject({
      $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
      name: 'silver.trees',
      sources: [{ title: 'City of Trees', path: expect.stringContaining('http') }],
      contributors: [{ title: 'City of Trees', roles: ['publisher'] }],
      licenses: [{ name: 'Open-Government-Licence-Trees', title: 'Open Government Licence – Trees' }],
      resources: [
        {
          path: 'trees.csv',
          format: 'csv',
          mediatype: 'text/csv',
          encoding: 'utf-8',
          hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          schema: {
            fields: [
              { name: 'tree', type: 'string', description: 'Its number' },
              { name: 'planted', type: 'date' },
              { name: '_load_id', type: 'string' },
            ],
          },
        },
      ],
    });
    const other = await run('--to', 'other.csv');
    expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining('describes something else')]);
    expect(existsSync(join(trees.root, 'other.csv'))).toBe(false);
  } finally {
    trees.remove();
  }
});

describe('Arrow', () => {
  const table = async (name: string, ...args: readonly string[]) => {
    const { tableFromIPC } = await import('apache-arrow');
    return tableFromIPC(await exported(name, ...args));
  };
  const typesOf = ({ schema }: { schema: { fields: readonly { name: string; type: unknown }[] } }) =>
    Object.fromEntries(schema.fields.map(({ name, type }) => [name, String(type)]));

  test('has the types and values of the table, exact to the last digit', async () => {
    const odd = await table('odd.arrow', 'gold.odd');
    expect(typesOf(odd)).toEqual({
      id: 'Int32',
      'odd "text"': 'Utf8',
      yes: 'Bool',
      big: 'Int64',
      x: 'Float64',
      exact: 'Decimal[38e+2]',
      day: 'Date32<DAY>',
      seen_at: 'Timestamp<MICROSECOND, UTC>',
      local: 'Timestamp<MICROSECOND>',
      list: 'List<Utf8>',
      bytes: 'Binary',
    });
    const column = (name: string) => [...odd.getChild(name)!];
    expect(column('odd "text"')).toEqual(['plain', 'a,"b" <c> & d\ne\x07_x0041_', '']);
    expect(column('yes')).toEqual([true, false, null]);
    expect(column('big')).toEqual([9007199254740993n, -1n, null]);
    expect(column('x')).toEqual([1.5, Number.NaN, null]);
    expect(column('list').map((list) => list && [...list])).toEqual([['a', 'b'], [], null]);
    expect(column('bytes')).toEqual([new Uint8Array([0, 255]), new Uint8Array(), null]);
    const raw = (name: string) => odd.getChild(name)!.data[0]!.values;
    expect([...new BigInt64Array(raw('exact').slice(0, 8).buffer)]).toEqual([
      BigInt.asIntN(64, 1234567890123456789012n),
      1234567890123456789012n >> 64n,
      -125n,
      -1n,
    ]);
    expect([...raw('day')].slice(0, 2)).toEqual([19782, -43829]);
    expect([...raw('seen_at')].slice(0, 2)).toEqual([1709209800500000n, -11676096000000000n]);
    expect([...raw('local')].slice(0, 2)).toEqual([1709209800000000n, 253402300799000000n]);
  });

  test('has lists, structs and maps in each other, and NULLs at every depth', async () => {
    const nested = await table('nested.feather', 'gold.nested');
    expect(typesOf(nested)).toMatchObject({
      tiny: 'Int8',
      small: 'Int16',
      single: 'Float32',
      lists: 'List<List<Int32>>',
      record: 'Struct<{a:Int32, b:List<Struct<{c:Utf8}>>}>',
      pairs: 'Map<{key:Utf8, value:Int32}>',
    });
    const plain = JSON.parse(JSON.stringify(nested.toArray().map((row) => row!.toJSON())));
    expect(plain).toMatchObject([
      { id: 1, tiny: 1, lists: [[1], [], null], record: { a: 1, b: [{ c: 'x' }] }, pairs: { k: 1, l: null } },
      { id: 2, tiny: null, single: null, lists: null, record: null, pairs: null },
      { id: 3, tiny: -127, small: -1, whole: -3, lists: [], record: { a: null, b: null }, pairs: {} },
    ]);
  });

  test('of a table without rows has its columns, of a large one record batches', async () => {
    const nothing = await table('nothing.arrow', 'gold.nothing');
    expect(nothing.numRows).toBe(0);
    expect(typesOf(nothing)).toEqual({ id: 'Int32', day: 'Date32<DAY>' });
    const many = await table('many.arrow', '--query', 'from gold.many order by id');
    expect(many.numRows).toBe(1_100_000);
    expect(many.batches.length).toBeGreaterThan(30);
    expect([many.get(0)!['id'], many.get(1_099_999)!['id']]).toEqual([0n, 1_099_999n]);
  });

  test('has what a question yields in types that tables of the lake have', async () => {
    const sql = `select sum(i) as total, uuid() is not null as there, '10:00'::time as clock, 'infinity'::date as never from range(3) t(i)`;
    const asked = await table('asked.arrow', '--query', sql);
    expect(typesOf(asked)).toEqual({
      total: 'Decimal[38e0]',
      there: 'Bool',
      clock: 'Utf8',
      never: 'Date32<DAY>',
    });
    expect(asked.get(0)!['clock']).toBe('10:00:00');
    expect(asked.get(0)!['never']).toBeNull();
  });
});
