/** Silver written by hand, datasets without fields, and types and partitions as they are published. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './support/city.js';
import type { Cell, Row } from './support/portal.js';
import { fourByFour, type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

const at = (day: number) => `2026-10-0${day}T10:00:00Z`;

function tree(tree_id: number, height: Cell, changed = 1): Row {
  return { tree_id, height, ':id': `row-${tree_id}`, ':updated_at': at(changed) };
}

interface Trees {
  readonly days: readonly (readonly Row[])[];
  readonly manifest?: (text: string) => string;
  /** `models/silver/<name>.sql`. */
  readonly silver?: string;
  /** A model `<name>_model`. */
  readonly model?: string;
  /** Rows that the portal delivers twice. */
  readonly twice?: number;
}

/** A Socrata table of trees; `NAME` in SQL is its name. */
function trees({ days, manifest = (text) => text, silver, model, twice }: Trees) {
  return (name: string): Scenario => {
    const id = fourByFour(name);
    const sql = (path: string, text: string | undefined) =>
      text === undefined ? {} : { [path]: text.replaceAll('NAME', name) };
    return {
      files: {
        [`datasets/${name}.yml`]: manifest(`dataset: ${name}
portal: soda
source: {id: ${id}}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields: {tree_id: integer, height: double}
`),
        ...sql(`models/silver/${name}.sql`, silver),
        ...sql(`models/gold/${name}_model.sql`, model),
      },
      days: days.map((rows, i) => ({
        socrata: { [id]: { columns: { tree_id: 'number', height: 'text' }, rows, at: at(i + 1) } },
        faults: twice ? [{ at: `/resource/${id}*count(*)*`, kind: 'count', by: -twice }] : [],
      })),
    };
  };
}

const BY_HAND = `select
  cast(tree_id as integer) as tree_id,
  cast(replace(height, ' m', '') as double) as height,
  _load_id, _row, _source_part
from {{ref 'bronze.NAME'}}
`;
const METRES = [tree(1, '20 m'), tree(2, '7 m'), tree(3, '9 m')];

/** A CKAN table without fields in its manifest. */
function bare(nullIf: string, ...days: { columns: readonly string[]; rows: readonly Row[] }[]) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}\nportal: ckan\nsource: {package: ${name}}\nnull_if: ${nullIf}\n`,
      [`models/gold/${name}_names.sql`]: `select "Park Name" as name from {{ref '${name}'}}\n`,
    },
    days: days.map(({ columns, rows }, i) => ({
      ckan: {
        [name]: {
          columns: Object.fromEntries(columns.map((column) => [column, 'text'])),
          rows,
          at: at(i + 1),
        },
      },
    })),
  });
}

const park = (name: string, more: Row = {}): Row => ({ 'Park Name': name, ...more });

const AWKWARD = ['', null, 'a b', 'x/y', 'ä=1', '100%', '__HIVE_DEFAULT_PARTITION__x'];

const SCENARIOS = {
  by_hand: trees({
    days: [METRES, [...METRES.slice(0, 2), tree(3, '10 m', 2), tree(4, '1 m', 2)]],
    silver: BY_HAND,
  }),
  by_hand_twice: trees({ days: [[...METRES, METRES[2]!]], silver: BY_HAND, twice: 1 }),
  drops_rows: trees({ days: [METRES], silver: `${BY_HAND}where height <> '7 m'\n` }),
  makes_rows: trees({ days: [METRES], silver: `${BY_HAND.trimEnd()}, range(2)\n` }),
  aggregates: trees({
    days: [METRES],
    manifest: (text) => text.replace(/load:[\s\S]*/, 'key: none\naccounting: off\n'),
    silver: "select count(*)::int as trees from {{ref 'bronze.NAME'}}\n",
  }),
  no_key: trees({ days: [METRES], silver: BY_HAND.replace('cast(tree_id as integer)', '7') }),
  mistaken: trees({ days: [METRES], silver: BY_HAND.replace("replace(height, ' m', '')", 'height') }),
  bare: bare("['', NA]", {
    columns: ['Park Name', 'HECTARES'],
    rows: [park(' High Park ', { HECTARES: 'NA' }), park('Riverdale', { HECTARES: '18.50' })],
  }),
  // On day 2 the same rows in another order, which gives them other values of `_id`; on day 3 a column more.
  bare_moving: bare(
    "['']",
    { columns: ['Park Name'], rows: [park('a'), park('b')] },
    { columns: ['Park Name'], rows: [park('b'), park('a')] },
    { columns: ['Park Name', 'OPENED'], rows: [park('a', { OPENED: '1876' }), park('b')] },
  ),
  bare_spellings: (name: string): Scenario => ({
    files: { [`datasets/${name}.yml`]: `dataset: ${name}\nportal: files\nsource: {urls: [a.csv, b.csv]}\n` },
    days: [{ files: { 'a.csv': 'Park,Size\nHigh Park,1\n', 'b.csv': 'PARK,size\nRiverdale,2\n' } }],
  }),
  types: trees({
    days: [[tree(1, '20'), tree(2, '7.5')]],
    model: `select
  sum(tree_id) as total,
  uuid '00000000-0000-0000-0000-00000000000a' as id,
  time '12:34:56' as clock,
  '{"a": [1]}'::json as doc,
  interval '1 day 2 hours' as span,
  {'n': sum(tree_id), 'UUID': uuid '00000000-0000-0000-0000-00000000000a'} as both,
  map {'k': sum(tree_id)} as by_name,
  [time '01:02:03'] as times,
  array_value(1.5::double, 2) as pair,
  'a'::enum('a', 'b') as letter,
  count(*)::ubigint as many,
  1.50::decimal(10, 2) as price,
  'x'::blob as bytes,
  timestamp '2026-01-02 03:04:05' as seen,
  max(height) as tallest
from {{ref 'NAME'}}
`,
  }),
  partitioned: trees({
    days: [AWKWARD.map((height, i) => tree(i, height))],
    manifest: (text) =>
      text
        .replace(/load:[\s\S]*/, 'key: none\n')
        .concat('null_if: []\ntrim: false\nfields: {tree_id: integer, height: varchar}\n'),
    model: "{{config partition_by=(list 'height')}}\nselect tree_id, height from {{ref 'NAME'}}\n",
  }),
};

let project: ScenarioCity;
const days: Built[] = [];
beforeAll(async () => {
  project = scenarioCity(SCENARIOS);
  for (const day of [1, 2, 3]) {
    project.serveDay(day);
    days.push(await project.build({ exit: 1 }));
  }
  await project.build({ exit: 1, target: 'fresh' });
});
afterAll(() => project.remove());
const on = (day: number, id: string) => days[day - 1]!.node(id);

describe('models/silver/<dataset>.sql', () => {
  test('replaces the generated SELECT; rows are accounted for, and later loads supersede', async () => {
    expect(on(1, 'silver.by_hand').accounting).toMatchObject({ bronze: 3, silver: 3, superseded: 0 });
    expect(on(2, 'silver.by_hand')).toMatchObject({ added: 1, changed: 1, removed: 0 });
    expect(on(2, 'silver.by_hand').accounting).toMatchObject({ bronze: 7, silver: 4, superseded: 3 });
    const described = await project.query('select column_name, column_type from (describe silver.by_hand)');
    expect(described).toEqual([
      ['tree_id', 'INTEGER'],
      ['height', 'DOUBLE'],
      ['_load_id', 'VARCHAR'],
    ]);
    expect(await project.differences('silver.by_hand')).toEqual({});
  });

  test('one portal row that came twice in a load is overlap here as well', () => {
    expect(on(1, 'silver.by_hand_twice').accounting).toMatchObject({ bronze: 4, silver: 3, overlap: 1 });
  });

  test.each([
    ['drops_rows', 'its SQL yields 1 row fewer than bronze has'],
    ['makes_rows', 'its SQL yields 3 rows more than bronze has'],
  ])('SQL that %s is LK4008, and nothing is published', (name, what) => {
    expect(on(1, `silver.${name}`).error).toMatchObject({
      code: 'LK4008',
      message: `${name}: ${what}`,
      hint: expect.stringContaining(`models/silver/${name}.sql`),
    });
    expect(Object.keys(project.versions())).not.toContain(`silver.${name}`);
  });

  test('`accounting: off` lets it yield what it likes', async () => {
    expect(await project.query('from silver.aggregates')).toEqual([[3]]);
  });

  test('a key that its rows do not have is not unique', () => {
    expect(on(1, 'silver.no_key').error).toMatchObject({
      code: 'LK4006',
      message: 'no_key: the key is not unique: tree_id 7 (3 rows)',
    });
  });

  test('a value that its SQL stumbles over is told with the line of its file', () => {
    const { error } = on(1, 'silver.mistaken');
    expect(error?.message).toContain('20 m');
    expect(error?.details?.['at']).toMatchObject({ file: 'models/silver/mistaken.sql', line: 3 });
  });
});

describe('a dataset without fields', () => {
  test('has every column as text under its own name, trimmed, its nothing as NULL', async () => {
    expect(await project.query('select "Park Name", HECTARES from silver.bare order by 1')).toEqual([
      ['High Park', null],
      ['Riverdale', '18.50'],
    ]);
    expect(on(1, 'silver.bare').accounting).toMatchObject({ bronze: 2, silver: 2 });
    expect(on(2, 'silver.bare').status).toBe('reused');
  });

  test('builds no child for row numbers that the portal gives anew, and follows its columns', async () => {
    expect(days[1]!.statuses).toMatchObject({
      'bronze.bare_moving': 'success',
      'silver.bare_moving': 'unchanged',
      'gold.bare_moving_names': 'reused',
    });
    expect(await project.query('select "Park Name", OPENED from silver.bare_moving order by 1')).toEqual([
      ['a', '1876'],
      ['b', null],
    ]);
  });

  test('files that spell one column in two ways have it once', async () => {
    expect(await project.query('select Park, Size from silver.bare_spellings order by 2')).toEqual([
      ['High Park', '1'],
      ['Riverdale', '2'],
    ]);
  });
});

describe('types of a model', () => {
  test('that Delta lacks are published as those it has, everywhere inside of others', async () => {
    const described = await project.query('select column_name, column_type from (describe gold.types_model)');
    expect(Object.fromEntries(described)).toEqual({
      total: 'DECIMAL(38,0)',
      id: 'VARCHAR',
      clock: 'VARCHAR',
      doc: 'VARCHAR',
      span: 'VARCHAR',
      both: 'STRUCT(n DECIMAL(38,0), UUID VARCHAR)',
      by_name: 'MAP(VARCHAR, DECIMAL(38,0))',
      times: 'VARCHAR[]',
      pair: 'DOUBLE[]',
      letter: 'VARCHAR',
      many: 'DECIMAL(20,0)',
      price: 'DECIMAL(10,2)',
      bytes: 'BLOB',
      seen: 'TIMESTAMP',
      tallest: 'DOUBLE',
    });
    expect(
      await project.query('select total, id, clock, doc, span, times, pair, price from gold.types_model'),
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
    expect(on(2, 'gold.types_model').status).toBe('reused');
  });
});

describe('a model that is partitioned by a text column', () => {
  const rows = (table: string) => project.query(`select tree_id, height from ${table} order by 1`);

  test("has '' as NULL, as Delta has it, and awkward values in partitions of their own", async () => {
    expect(await rows('silver.partitioned')).toEqual(AWKWARD.map((height, i) => [i, height]));
    expect(await rows('gold.partitioned_model')).toEqual(AWKWARD.map((height, i) => [i, height || null]));
    const folders = readdirSync(join(project.root, 'lake', 'gold', 'partitioned_model'));
    expect(folders.filter((name) => name.startsWith('height='))).toHaveLength(AWKWARD.length - 1);
  });

  test('is told apart by its rows alone: a full refresh finds them unchanged', async () => {
    const again = await project.build({ select: ['partitioned+'], fullRefresh: true });
    expect(again.statuses['gold.partitioned_model']).toBe('unchanged');
  });

  test('is written anew when it is to be partitioned by something else', async () => {
    const file = 'models/gold/partitioned_model.sql';
    project.write({ [file]: project.read(file).replace("(list 'height')", "(list 'tree_id')") });
    await project.build({ select: ['partitioned+'] });
    expect(await rows('gold.partitioned_model')).toHaveLength(AWKWARD.length);
    const { files } = await project.state('gold.partitioned_model');
    expect(files.map((one) => Object.keys(one.partition ?? {}))).toEqual(AWKWARD.map(() => ['tree_id']));
  });
});
