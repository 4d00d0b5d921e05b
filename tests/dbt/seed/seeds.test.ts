/** Seeds: CSV files of the project as tables. Cases of dbt's adapter suite carry its names. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, sqlProject } from '../../run/support/city.js';

describe('types that are found from all values', () => {
  let shop: City;
  beforeAll(async () => {
    shop = sqlProject({
      'seeds/kinds.csv': [
        'id,code,price,exact,big,born,seen,told,flag,text,none',
        '1,007,1.5,10,12345678901234567890,2024-02-29,2024-02-29 10:00,2024-02-29T10:00:00Z,true,"a, ""b""",',
        '2,12,2,20,1,2024-03-01,2024-03-01,2024-03-01 11:30:15.25+02:00,FALSE,"two\nlines",',
        '3,,1e3,,,,,,,"",""',
      ].join('\n'),
      'seeds/tabs.tsv': 'a\tb\n1\tx,y\n',
      'seeds/header_only.csv': 'a,b\n',
    });
    await shop.build();
  });
  afterAll(() => shop.remove());

  it('a code with leading zeros and digits beyond a BIGINT stay text; no other type takes anything away', async () => {
    expect(
      await shop.query(
        'select column_name, data_type from (describe gold.kinds) t(column_name, data_type, a, b, c, d)',
      ),
    ).toEqual([
      ['id', 'BIGINT'],
      ['code', 'VARCHAR'],
      ['price', 'DOUBLE'],
      ['exact', 'BIGINT'],
      ['big', 'VARCHAR'],
      ['born', 'DATE'],
      ['seen', 'TIMESTAMP'],
      ['told', 'TIMESTAMP WITH TIME ZONE'],
      ['flag', 'BOOLEAN'],
      ['text', 'VARCHAR'],
      ['none', 'VARCHAR'],
    ]);
  });

  it('values are what the file says; an empty one is NULL, quoted or not', async () => {
    expect(
      await shop.query(
        'select code, price, big, seen::varchar, told::varchar, flag, text, none from gold.kinds order by id',
      ),
    ).toEqual([
      [
        '007',
        1.5,
        '12345678901234567890',
        '2024-02-29 10:00:00',
        '2024-02-29 10:00:00+00',
        true,
        'a, "b"',
        null,
      ],
      ['12', 2, '1', '2024-03-01 00:00:00', '2024-03-01 09:30:15.25+00', false, 'two\nlines', null],
      [null, 1000, null, null, null, null, null, null],
    ]);
  });

  it('tabs part the values of a .tsv; a header alone is a table without rows', async () => {
    expect(await shop.query('select * from gold.tabs')).toEqual([['1', 'x,y']]);
    expect(await shop.query('select * from gold.header_only')).toEqual([]);
  });

  it('is built once: an unchanged file starts no engine', async () => {
    const again = await shop.build();
    expect(again.engineStarted).toBe(false);
    expect(again.statuses['gold.kinds']).toBe('reused');
  });
});

describe('what YAML declares', () => {
  let shop: City;
  beforeAll(() => {
    shop = sqlProject({
      'seeds/codes.csv': 'code;limit;on\n7;3.50;2024-01-01\n8;n/a;2024-01-02\n',
      'seeds/_seeds.yml': `seeds:
  - name: codes
    description: What codes mean.
    config: {delimiter: ';', column_types: {code: varchar(3), limit: 'decimal(10,2)'}}
    columns:
      - {name: code, tests: [not_null, unique]}
`,
      'models/twice.sql': 'select code, 2 * "limit" as twice from {{ref \'codes\'}}\n',
    });
  });
  afterAll(() => shop.remove());

  it('LK4041: a value that is not of its declared type is named with its row; nothing is published', async () => {
    const built = await shop.build({ exit: 1 });
    expect(built.node('gold.codes').error).toMatchObject({
      code: 'LK4041',
      message: 'seeds/codes.csv: "n/a" in row 2 is no decimal(10,2)',
      hint: 'Correct the file, or the type of "limit" in column_types',
    });
    expect(built.statuses['gold.twice']).toBe('skipped');
  });

  it('types, delimiter and tests hold; a model reads it by ref, and is built again when the file changes', async () => {
    shop.write({ 'seeds/codes.csv': 'code;limit;on\n7;3.50;2024-01-01\n8;;2024-01-02\n' });
    const built = await shop.build();
    expect(built.node('gold.codes').tests.map((test) => test.status)).toEqual(['pass', 'pass']);
    expect(
      await shop.query('select code, "limit"::varchar, typeof("limit") from gold.codes order by 1'),
    ).toEqual([
      ['7', '3.50', 'DECIMAL(10,2)'],
      ['8', null, 'DECIMAL(10,2)'],
    ]);
    shop.write({ 'seeds/codes.csv': 'code;limit;on\n7;4;2024-01-01\n' });
    const changed = await shop.build();
    expect(changed.statuses).toEqual({ 'gold.codes': 'success', 'gold.twice': 'success' });
    expect(await shop.query('select twice::varchar from gold.twice')).toEqual([['8.00']]);
  });

  it.each([
    ['', 'seeds/codes.csv is empty'],
    ['\ncode;on\n1;2\n', 'seeds/codes.csv begins with an empty line'],
    ['a;;c\n1;2;3\n', 'seeds/codes.csv: column 2 has no name'],
    ['code;Code\n1;2\n', 'seeds/codes.csv: two columns are named "Code"'],
    ['cod;on\n1;2\n', 'seeds/codes.csv has no column "code", which column_types names'],
    ['code;"on\n1;2\n', 'seeds/codes.csv has a quoted name in its first line that is not closed'],
  ])('LK4040: %j is refused', async (text, message) => {
    writeFileSync(join(shop.root, 'seeds/codes.csv'), text);
    const built = await shop.build({ exit: 1 });
    expect(built.node('gold.codes').error).toMatchObject({ code: 'LK4040', message });
    expect(await shop.query('select count(*) from gold.codes')).toEqual([['1']]);
  });
});

describe('lines that do not fit the first one', () => {
  let shop: City;
  beforeAll(async () => {
    shop = sqlProject({ 'seeds/list.csv': 'id,name\n1,x\n' });
    await shop.build();
  });
  afterAll(() => shop.remove());

  it.each([
    ['id,name\n1,x,foo\n2,y,bar\n', 2, 'has 3 values, and the first line names 2 columns'],
    ['id,name\n1,"a\nb"\n2,y,z\n', 4, 'has 3 values, and the first line names 2 columns'],
    ['id,name\r\n1,"a\r\nb"\r\n2,y,z\r\n', 4, 'has 3 values, and the first line names 2 columns'],
    ['id,name\n1,x\n2\n', 3, 'has 1 value, and the first line names 2 columns'],
    ['id,name\n1,"x\n2,y\n', 2, 'has a quoted value that is not closed, or goes on after its closing quote'],
    [Buffer.from('id,name\n1,caf\xe9\n', 'latin1'), 2, 'is not written in UTF-8'],
  ])('LK4040: %j is refused by its line, and no header is guessed', async (text, line, what) => {
    writeFileSync(join(shop.root, 'seeds/list.csv'), text);
    const built = await shop.build({ exit: 1 });
    expect(built.node('gold.list').error).toMatchObject({
      code: 'LK4040',
      message: `seeds/list.csv: line ${line} ${what}`,
      details: { at: { file: 'seeds/list.csv', line, col: 1 } },
    });
    expect(await shop.query('select id, name from gold.list')).toEqual([['1', 'x']]);
  });

  it('LK4040: line ends of two kinds are told in words', async () => {
    writeFileSync(join(shop.root, 'seeds/list.csv'), 'id,name\r\n1,x\n2,y\n');
    const built = await shop.build({ exit: 1 });
    expect(built.node('gold.list').error).toMatchObject({
      code: 'LK4040',
      message: 'seeds/list.csv: its lines do not all end alike',
    });
  });

  it('a quoted name keeps its delimiter, and a byte order mark is none of a name', async () => {
    writeFileSync(join(shop.root, 'seeds/list.csv'), '\ufeffid,"the ""name"", in full"\n1,x\n');
    await shop.build();
    expect(await shop.query('select id, "the ""name"", in full" from gold.list')).toEqual([['1', 'x']]);
  });
});

describe('column_types', () => {
  it('LK4041: a value is never rounded to its declared type', async () => {
    const shop = sqlProject({
      'seeds/fine.csv': 'a,b,c\n1.0,2.50,1.25\n2,3,0.1\n',
      'seeds/rounded.csv': 'a,b,c\n1.5,2.505,1\n2,3,1.2345\n',
      'seeds/_seeds.yml': ['fine', 'rounded']
        .map(
          (name) => `  - {name: ${name}, config: {column_types: {a: int, b: "numeric(9,2)", c: numeric}}}\n`,
        )
        .join('')
        .replace(/^/, 'seeds:\n'),
    });
    try {
      const built = await shop.build({ exit: 1 });
      expect(built.node('gold.rounded').error).toMatchObject({
        code: 'LK4041',
        message: 'seeds/rounded.csv: "1.5" in row 1 is no int; so are values of "b", "c"',
      });
      expect(await shop.query('select a, b::varchar, c::varchar from gold.fine order by a')).toEqual([
        [1, '2.50', '1.250'],
        [2, '3.00', '0.100'],
      ]);
    } finally {
      shop.remove();
    }
  });

  it('every name that the engine has for a type is understood, as in dbt projects', async () => {
    const types = {
      int: 'INTEGER',
      int4: 'INTEGER',
      int8: 'BIGINT',
      int64: 'BIGINT',
      long: 'BIGINT',
      text: 'VARCHAR',
      string: 'VARCHAR',
      'character varying(10)': 'VARCHAR',
      'char(3)': 'VARCHAR',
      numeric: 'DECIMAL(18,3)',
      'numeric(10,2)': 'DECIMAL(10,2)',
      'double precision': 'DOUBLE',
      real: 'FLOAT',
      bool: 'BOOLEAN',
      datetime: 'TIMESTAMP',
      'timestamp without time zone': 'TIMESTAMP',
      uuid: 'VARCHAR',
    };
    const names = Object.keys(types);
    const columns = names.map((type, i) => `      c${i}: ${type}\n`).join('');
    const shop = sqlProject({
      'seeds/all.csv': `${names.map((_, i) => `c${i}`).join(',')}\n`,
      'seeds/_seeds.yml': `seeds:\n  - name: all\n    config:\n     column_types:\n${columns}`,
    });
    try {
      await shop.build();
      const described = await shop.query('select column_type from (describe gold.all)');
      expect(Object.fromEntries(described.map(([type], i) => [names[i], type]))).toEqual(types);
    } finally {
      shop.remove();
    }
  });
});
