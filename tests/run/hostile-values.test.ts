/** Names and values as the wild has them, all the way: bronze exact, silver typed or counted, gold and views alike. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Built, type City, city } from './support/city.js';

const NAMES = [
  'a"b',
  `it's`,
  'a;DROP TABLE x;--',
  '__proto__',
  'constructor',
  'select',
  '😀',
  'مرحبا',
  'back\\slash',
  'x'.repeat(80),
  'Ü',
  'ü',
];
const quoted = (values: readonly string[]) =>
  values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');

const NUMBERS: Record<string, readonly [integer: unknown, double: unknown, decimal: unknown]> = {
  '007': [7, 7, '7.00'],
  '1e400': [null, null, null],
  NaN: [null, null, null],
  Infinity: [null, null, null],
  '9007199254740993': ['9007199254740993', 9007199254740992, '9007199254740993.00'],
  '99999999999999999999': [null, 1e20, '99999999999999999999.00'],
  '1,234.5': [null, null, null],
  '1.234,5': [null, null, null],
  '(12)': [null, null, null],
  $12: [null, null, null],
  '12.345': [null, 12.345, null],
  '123456789012345678901234567890123456789012': [null, 1.2345678901234568e41, null],
};
const DATES: Record<string, readonly [iso: unknown, declared: unknown, epoch: unknown]> = {
  '01/02/2003': [null, '2003-02-01', null],
  '1388552400000': [null, null, '2014-01-01'],
  '0001-01-01': ['0001-01-01', null, null],
  '9999-12-31': ['9999-12-31', null, null],
  '10000-01-01': [null, null, null],
  '0000-00-00': [null, null, null],
  '2023-02-30': [null, null, null],
  '2023-03-12T24:00:00': [null, null, null],
};
const INSTANTS: Record<string, unknown> = {
  '2023-03-12T01:59:59': '2023-03-12 06:59:59+00',
  '2023-03-12T02:30:00': null,
  '2023-03-12T02:30:00Z': '2023-03-12 02:30:00+00',
  '2023-03-12T03:00:00': '2023-03-12 07:00:00+00',
  '2023-03-12T24:00:00': null,
  '2016-12-31T23:59:60': null,
  '2023-11-05T03:00:00': '2023-11-05 08:00:00+00',
};
const NULLS = ['', 'NA', 'null', '-', '9999'];

const lines = (header: string, rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`;
const column = (values: readonly string[]) =>
  lines(
    'id,v',
    values.map((v, i) => `${i},"${v}"`),
  );
const manifest = (name: string, fields: string, more = '') =>
  `dataset: ${name}\nportal: files\nsource: {url: /${name}.csv}\nkey: none\n${more}${fields}`;

let here: City;
let built: Built;
beforeAll(async () => {
  here = city(
    {
      'datasets/names.yml': manifest('names', ''),
      'models/gold/all_names.sql': `select * from {{ref 'names'}}`,
      'datasets/numbers.yml': manifest(
        'numbers',
        `fields:
  id: integer
  v: varchar
  i: {from: v, type: bigint, on_invalid: nullify}
  d: {from: v, type: double, on_invalid: nullify}
  m: {from: v, type: 'decimal(38,2)', on_invalid: nullify}
`,
      ),
      'datasets/dates.yml': manifest(
        'dates',
        `fields:
  id: integer
  v: varchar
  iso: {from: v, type: date, on_invalid: nullify}
  declared: {from: v, type: date, format: '%d/%m/%Y', on_invalid: nullify}
  epoch: {from: v, type: date, format: epoch_ms, on_invalid: nullify}
`,
      ),
      'datasets/instants.yml': manifest(
        'instants',
        `fields:
  id: integer
  at: {from: v, type: timestamptz, on_invalid: nullify}
`,
      ),
      'datasets/nulls.yml': manifest(
        'nulls',
        `fields:\n  id: integer\n  v: varchar\n  w: {from: v, null_if: ['', NA, '9999']}\n`,
      ),
    },
    {
      files: {
        'names.csv': lines(quoted(NAMES), [quoted(NAMES.map((_, i) => `v${i}`))]),
        'numbers.csv': column(Object.keys(NUMBERS)),
        'dates.csv': column(Object.keys(DATES)),
        'instants.csv': column(Object.keys(INSTANTS)),
        'nulls.csv': column(NULLS),
      },
    },
  );
  built = await here.build();
}, 120_000);

describe('names of columns', () => {
  it('B5: hostile names go through bronze, silver, gold and the views under one spelling, with their values', async () => {
    const expected = NAMES.map((name) => (name === 'ü' ? 'ü_2' : name));
    for (const table of ['bronze.names', 'silver.names', 'gold.all_names']) {
      const columns = (await here.query(`describe ${table}`)).map(([name]) => String(name));
      expect([table, columns.filter((name) => !/^_[a-z]/.test(name))]).toEqual([table, expected]);
      const list = expected.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
      expect(await here.query(`select ${list} from ${table}`)).toEqual([NAMES.map((_, i) => `v${i}`)]);
    }
  });
});

describe('values', () => {
  it('B6: a number that its type cannot hold exactly is NULL and counted, never rounded; bronze keeps its text', async () => {
    const rows = await here.query('select v, i::varchar, d, m::varchar from silver.numbers order by id');
    expect(Object.fromEntries(rows.map(([v, ...typed]) => [v, typed.map(String)]))).toEqual(
      Object.fromEntries(Object.entries(NUMBERS).map(([v, typed]) => [v, typed.map(String)])),
    );
    expect((await here.query('select v from bronze.numbers order by _row')).flat()).toEqual(
      Object.keys(NUMBERS),
    );
    const { accounting } = built.node('silver.numbers');
    const failed = (place: number) => Object.values(NUMBERS).filter((typed) => typed[place] === null).length;
    expect(Object.values(accounting!.errors).sort()).toEqual([failed(0), failed(1), failed(2)].sort());
  });

  it('B7: a date is read by its declared format alone; what does not fit is NULL and counted', async () => {
    const rows = await here.query(
      'select v, iso::varchar, declared::varchar, epoch::varchar from silver.dates order by id',
    );
    expect(Object.fromEntries(rows.map(([v, ...typed]) => [v, typed]))).toEqual(DATES);
    const { accounting } = built.node('silver.dates');
    expect(Object.values(accounting!.errors).reduce((sum, count) => sum + count, 0)).toBe(
      Object.values(DATES)
        .flat()
        .filter((value) => value === null).length,
    );
  });

  it('B7, F32: wall times that a clock never showed, 24:00 and a leap second are no instants; others follow the change of the clocks', async () => {
    const rows = await here.query(
      `select b.v, (s.at at time zone 'UTC')::varchar || '+00' from silver.instants s join bronze.instants b on s.id::varchar = b.id order by s.id`,
    );
    expect(Object.fromEntries(rows)).toEqual(INSTANTS);
  });

  it('B8: only the declared spellings are NULL, and bronze tells an empty text from nothing', async () => {
    expect(await here.query('select v, w from silver.nulls order by id')).toEqual([
      [null, null],
      ['NA', null],
      ['null', 'null'],
      ['-', '-'],
      ['9999', null],
    ]);
    expect((await here.query('select v from bronze.nulls order by _row')).flat()).toEqual(NULLS);
  });
});
