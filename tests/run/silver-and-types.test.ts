/** Silver written by hand, datasets without fields, and types and partitions as they are published. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type City, city } from './support/city.js';
import type { PortalContent, Row } from './support/portal.js';

let project: City;
afterEach(() => project.remove());

const day = (n: number) => `2026-10-0${n}T10:00:00Z`;
const tree = (tree_id: number, height: string, changed = 1): Row => ({
  tree_id,
  height,
  ':id': `row-${tree_id}`,
  ':updated_at': day(changed),
});
const trees = (rows: readonly Row[], at = 1): PortalContent => ({
  socrata: { 'tree-0001': { columns: { tree_id: 'number', height: 'text' }, rows, at: day(at) } },
});

const TREES = `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields: {tree_id: integer, height: double}
`;

describe('models/silver/<dataset>.sql', () => {
  const REWRITE = `select
  cast(tree_id as integer) as tree_id,
  cast(replace(height, ' m', '') as double) as height,
  _load_id, _row, _source_part
from {{ref 'bronze.trees'}}
`;
  const DAY_1 = [tree(1, '20 m'), tree(2, '7 m'), tree(3, '9 m')];

  test('replaces the generated SELECT; rows are accounted for, and later loads supersede', async () => {
    project = city({ 'datasets/trees.yml': TREES, 'models/silver/trees.sql': REWRITE }, trees(DAY_1));
    const built = await project.build();
    expect(built.node('silver.trees').accounting).toMatchObject({ bronze: 3, silver: 3, superseded: 0 });
    project.serve(trees([...DAY_1.slice(0, 2), tree(3, '10 m', 2), tree(4, '1 m', 2)], 2));
    const next = await project.build();
    expect(next.node('silver.trees')).toMatchObject({ added: 1, changed: 1, removed: 0 });
    expect(next.node('silver.trees').accounting).toMatchObject({ bronze: 7, silver: 4, superseded: 3 });
    expect(
      await project.query('describe silver.trees').then((rows) => rows.map(([name, type]) => [name, type])),
    ).toEqual([
      ['tree_id', 'INTEGER'],
      ['height', 'DOUBLE'],
      ['_load_id', 'VARCHAR'],
    ]);
    await project.build({ target: 'fresh' });
    expect(await project.differences('silver.trees')).toEqual([]);
  });

  test('one portal row that came twice in a load is overlap here as well', async () => {
    project = city(
      { 'datasets/trees.yml': TREES, 'models/silver/trees.sql': REWRITE },
      { ...trees([...DAY_1, DAY_1[2]!]), faults: [{ at: '*count(*)*', kind: 'count', by: -1 }] },
    );
    const { accounting } = (await project.build()).node('silver.trees');
    expect(accounting).toMatchObject({ bronze: 4, silver: 3, overlap: 1 });
  });

  test.each([
    ['drops', `${REWRITE}where height <> '7 m'\n`, 'trees: its SQL yields 1 row fewer than bronze has'],
    ['makes', `${REWRITE.trimEnd()}, range(2)\n`, 'trees: its SQL yields 3 rows more than bronze has'],
  ])('SQL that %s rows is LK4008, and nothing is published', async (_, sql, message) => {
    project = city({ 'datasets/trees.yml': TREES, 'models/silver/trees.sql': sql }, trees(DAY_1));
    const built = await project.build({ exit: 1 });
    expect(built.node('silver.trees').error).toMatchObject({
      code: 'LK4008',
      message,
      hint: expect.stringContaining('models/silver/trees.sql'),
    });
  });

  test('`accounting: off` lets it yield what it likes', async () => {
    project = city(
      {
        'datasets/trees.yml': `${TREES.replace(/load:[\s\S]*/, 'key: none\n')}accounting: off\n`,
        'models/silver/trees.sql': "select count(*)::int as trees from {{ref 'bronze.trees'}}\n",
      },
      trees(DAY_1),
    );
    await project.build();
    expect(await project.query('from silver.trees')).toEqual([[3]]);
  });

  test('a key that its rows do not have is not unique', async () => {
    project = city(
      {
        'datasets/trees.yml': TREES,
        'models/silver/trees.sql': REWRITE.replace('cast(tree_id as integer)', '7'),
      },
      trees(DAY_1),
    );
    expect((await project.build({ exit: 1 })).node('silver.trees').error).toMatchObject({
      code: 'LK4006',
      message: 'trees: the key is not unique: tree_id 7 (3 rows)',
    });
  });

  test('an error in it points into its file', async () => {
    project = city(
      {
        'datasets/trees.yml': TREES,
        'models/silver/trees.sql': REWRITE.replace("replace(height, ' m', '')", 'height'),
      },
      trees(DAY_1),
    );
    const { error } = (await project.build({ exit: 1 })).node('silver.trees');
    expect(error?.message).toContain('20 m');
    expect(error?.details?.['at']).toMatchObject({ file: 'models/silver/trees.sql', line: 3 });
  });
});

describe('a dataset without fields', () => {
  const BARE = `dataset: parks\nportal: ckan\nsource: {package: parks}\n`;
  const parks = (rows: readonly Row[], columns: readonly string[], at = 1): PortalContent => ({
    ckan: {
      parks: { columns: Object.fromEntries(columns.map((name) => [name, 'text'])), rows, at: day(at) },
    },
  });

  test('has every column as text under its own name, trimmed, with its nothing as NULL', async () => {
    project = city(
      { 'datasets/parks.yml': `${BARE}null_if: ['', NA]\n` },
      parks(
        [
          { 'Park Name': ' High Park ', HECTARES: 'NA' },
          { 'Park Name': 'Riverdale', HECTARES: '18.50' },
        ],
        ['Park Name', 'HECTARES'],
      ),
    );
    const built = await project.build();
    expect(await project.query('select "Park Name", HECTARES from silver.parks order by 1')).toEqual([
      ['High Park', null],
      ['Riverdale', '18.50'],
    ]);
    expect(built.node('silver.parks').accounting).toMatchObject({ bronze: 2, silver: 2 });
    expect((await project.build()).engineStarted).toBe(false);
  });

  test('follows the portal’s columns, and builds no child for row numbers that the portal gives anew', async () => {
    const model = { 'models/gold/names.sql': `select "Park Name" as name from {{ref 'parks'}}\n` };
    const row = (name: string, more: Row = {}): Row => ({ 'Park Name': name, ...more });
    project = city({ 'datasets/parks.yml': BARE, ...model }, parks([row('a'), row('b')], ['Park Name']));
    await project.build();
    // The same rows in another order have other values of `_id`, and nothing else.
    project.serve(parks([row('b'), row('a')], ['Park Name'], 2));
    expect((await project.build()).statuses).toMatchObject({
      'bronze.parks': 'success',
      'silver.parks': 'unchanged',
      'gold.names': 'reused',
    });
    project.serve(parks([row('a', { OPENED: '1876' }), row('b')], ['Park Name', 'OPENED'], 3));
    await project.build();
    expect(await project.query('select "Park Name", OPENED from silver.parks order by 1')).toEqual([
      ['a', '1876'],
      ['b', null],
    ]);
  });

  test('files that spell one column in two ways have it once', async () => {
    project = city(
      { 'datasets/parks.yml': `dataset: parks\nportal: files\nsource: {urls: [a.csv, b.csv]}\n` },
      { files: { 'a.csv': 'Park,Size\nHigh Park,1\n', 'b.csv': 'PARK,size\nRiverdale,2\n' } },
    );
    await project.build();
    expect(await project.query('select Park, Size from silver.parks order by 2')).toEqual([
      ['High Park', '1'],
      ['Riverdale', '2'],
    ]);
  });
});

describe('published types', () => {
  const ONE = {
    'datasets/trees.yml': TREES,
    'models/gold/types.sql': `select
  sum(tree_id) as total,
  uuid '00000000-0000-0000-0000-00000000000a' as id,
  time '12:34:56' as at,
  '{"a": [1]}'::json as doc,
  interval '1 day 2 hours' as span,
  {'n': sum(tree_id), 'UUID': uuid '00000000-0000-0000-0000-00000000000a'} as both,
  [time '01:02:03'] as times,
  array_value(1.5::double, 2) as pair,
  null as nothing,
  'a'::enum('a', 'b') as letter,
  count(*)::ubigint as many,
  1.50::decimal(10, 2) as price,
  'x'::blob as bytes,
  max(height) as tallest
from {{ref 'trees'}}
`,
  };

  test('are those that Delta has, with the values as text where it has none', async () => {
    project = city(ONE, trees([tree(1, '20'), tree(2, '7.5')]));
    await project.build();
    const described = await project.query('describe gold.types');
    expect(Object.fromEntries(described.map(([name, type]) => [name, type]))).toEqual({
      total: 'DECIMAL(38,0)',
      id: 'VARCHAR',
      at: 'VARCHAR',
      doc: 'VARCHAR',
      span: 'VARCHAR',
      both: 'STRUCT(n DECIMAL(38,0), UUID VARCHAR)',
      times: 'VARCHAR[]',
      pair: 'DOUBLE[]',
      nothing: 'INTEGER',
      letter: 'VARCHAR',
      many: 'DECIMAL(20,0)',
      price: 'DECIMAL(10,2)',
      bytes: 'BLOB',
      tallest: 'DOUBLE',
    });
    expect(
      await project.query('select total, id, "at", doc, span, times, pair, price from gold.types'),
    ).toEqual([
      [
        '3',
        '00000000-0000-0000-0000-00000000000a',
        '12:34:56',
        '{"a": [1]}',
        '1 day 02:00:00',
        ['01:02:03'],
        [1.5, 2],
        '1.50',
      ],
    ]);
    const { columns } = await project.state('gold.types');
    expect(columns.find((column) => column.name === 'total')?.type).toBe('DECIMAL(38,0)');
    expect((await project.build()).engineStarted).toBe(false);
  });
});

describe('a model that is partitioned by a text column', () => {
  test("has '' and NULL in one partition, as Delta has it, and awkward values in their own", async () => {
    const values = ['', null, 'a b', 'x/y', 'ä=1', '100%', '__HIVE_DEFAULT_PARTITION__x'];
    project = city(
      {
        'datasets/trees.yml': `dataset: trees\nportal: soda\nsource: {id: tree-0001}\nkey: none\nnull_if: []\ntrim: false\nfields: {tree_id: integer, height: varchar}\n`,
        'models/gold/by_height.sql': `{{config partition_by=(list 'height')}}\nselect tree_id, height from {{ref 'trees'}}\n`,
      },
      trees(values.map((height, i) => ({ ...tree(i, ''), height }))),
    );
    await project.build();
    expect(await project.query('select tree_id, height from gold.by_height order by 1')).toEqual(
      values.map((height, i) => [i, height === '' ? null : height]),
    );
    const folders = readdirSync(join(project.root, 'lake', 'gold', 'by_height')).filter((name) =>
      name.startsWith('height='),
    );
    expect(folders).toHaveLength(values.length - 1);
    expect((await project.build()).statuses['gold.by_height']).toBe('reused');
    // A full refresh hashes the same rows to the same content.
    expect((await project.build({ fullRefresh: true })).statuses['gold.by_height']).toBe('unchanged');
  });

  test('may change what it is partitioned by', async () => {
    const sql = (by: string) =>
      `{{config partition_by=(list '${by}')}}\nselect tree_id, height from {{ref 'trees'}}\n`;
    project = city(
      { 'datasets/trees.yml': TREES.replace('double', 'integer'), 'models/gold/by.sql': sql('height') },
      trees([tree(1, '2'), tree(2, '3')]),
    );
    await project.build();
    project.write({ 'models/gold/by.sql': sql('tree_id') });
    await project.build();
    expect(await project.query('select tree_id, height from gold.by order by 1')).toEqual([
      [1, 2],
      [2, 3],
    ]);
    const { files } = await project.state('gold.by');
    expect(files.map((file) => file.partition)).toEqual([{ tree_id: '1' }, { tree_id: '2' }]);
  });
});
