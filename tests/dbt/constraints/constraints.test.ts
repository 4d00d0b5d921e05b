/** Contracts and constraints: the cases of dbt's adapter suite `constraints`, on small models of this test. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeResult } from '../../../src/index.js';
import { type ModelProject, modelProject } from '../support/models.js';

const contract = (name: string, columns: string, more = ''): string =>
  `  - name: ${name}\n    config: {contract: {enforced: true}}\n${more}    columns:\n${columns}`;

const THREE = `      - {name: id, data_type: integer, constraints: [{type: not_null}, {type: check, expression: "(id > 0)"}, {type: check, expression: id >= 1}]}
      - {name: color, data_type: text}
      - {name: date_day, data_type: text}
`;

const WRONG_ORDER = "select 'blue' as color, 1 as id, '2019-01-01' as date_day";
const WRONG_NAME = "select 'blue' as color, 1 as error, '2019-01-01' as date_day";
const CONFIG = "{{config materialized='incremental' on_schema_change='append_new_columns'}}\n";

/** SQL of a value → its declared type, and one that is another. */
const TYPES = [
  ['1', 'int', 'text'],
  ["'1'", 'text', 'int'],
  ['true', 'bool', 'int'],
  ["'2013-11-03 00:00:00-07'::timestamptz", 'timestamptz', 'int'],
  ["'2013-11-03 00:00:00-07'::timestamp", 'timestamp', 'int'],
  ["['a', 'b', 'c']", 'text[]', 'int'],
  ['[1, 2, 3]', 'int[]', 'int'],
  ["'1'::numeric", 'numeric', 'int'],
  [`'{"bar": "baz", "balance": 7.77}'::json`, 'json', 'int'],
] as const;

const typed = TYPES.flatMap(([value, right, wrong], i) => [
  [`right_${i}`, value, right] as const,
  [`wrong_${i}`, value, wrong] as const,
]);

/** The sentence, and the table beneath it as a person sees it. */
const said = ({ error }: NodeResult): string =>
  `${error?.code} ${[error?.message, error?.details?.['table']].filter(Boolean).join('\n')}`;

describe('columns', () => {
  let shop: ModelProject;
  beforeAll(() => {
    shop = modelProject(
      {
        wrong_order: WRONG_ORDER,
        wrong_order_view: `{{config materialized='view'}}\n${WRONG_ORDER}`,
        wrong_order_incremental: `${CONFIG}${WRONG_ORDER}`,
        wrong_name: WRONG_NAME,
        wrong_name_view: `{{config materialized='view'}}\n${WRONG_NAME}`,
        wrong_name_incremental: `${CONFIG}${WRONG_NAME}`,
        ...Object.fromEntries(typed.map(([name, value]) => [name, `select ${value} as the_column`])),
        narrow_view: `{{config materialized='view'}}\nselect 'ab' as code, 1.234::decimal(18,3) as price`,
        narrow: "select 1.5::decimal(18,3) as price, 'ab'::varchar as code",
      },
      {
        'models/gold/contracts.yml': `version: 2\nmodels:\n${[
          'wrong_order',
          'wrong_order_view',
          'wrong_order_incremental',
          'wrong_name',
          'wrong_name_view',
          'wrong_name_incremental',
        ]
          .map((name) => contract(name, THREE))
          .join('')}${typed
          .map(([name, , type]) => contract(name, `      - {name: the_column, data_type: "${type}"}\n`))
          .join(
            '',
          )}${['narrow', 'narrow_view'].map((name) => contract(name, '      - {name: price, data_type: "decimal(10,2)"}\n      - {name: code, data_type: varchar(10)}\n')).join('')}`,
      },
    );
  });
  afterAll(() => shop.remove());

  it('dbt test__constraints_wrong_column_order: the table has the order of the contract; tables, views and incremental models are built', async () => {
    await shop.run('wrong_order wrong_order_view wrong_order_incremental');
    expect(await shop.columns('wrong_order')).toEqual(['id INTEGER', 'color VARCHAR', 'date_day VARCHAR']);
    expect(await shop.columns('wrong_order_incremental')).toEqual(await shop.columns('wrong_order'));
    expect(await shop.columns('wrong_order_view')).toEqual(await shop.columns('wrong_order'));
  });

  it('dbt test__constraints_wrong_column_names: both names are told in one table, whatever the materialization', async () => {
    const run = await shop.run('wrong_name wrong_name_view wrong_name_incremental', { exit: 1 });
    for (const name of ['wrong_name', 'wrong_name_view', 'wrong_name_incremental']) {
      expect(said(run.node(`gold.${name}`))).toBe(
        [
          `LK4061 gold.${name}: 2 columns are not as the contract says`,
          'column | declared                | got',
          'id     | integer                 | missing in the SQL',
          'error  | missing in the contract | INTEGER',
        ].join('\n'),
      );
    }
    expect(Object.keys(shop.versions())).not.toContain('gold.wrong_name');
  });

  it('dbt test__constraints_wrong_column_data_types: the column, the declared type and the found one are told', async () => {
    const wrong = TYPES.map((_, i) => `wrong_${i}`);
    const run = await shop.run(wrong.join(' '), { exit: 1 });
    const got = TYPES.map(([, , declared], i) => {
      const [, , row] = said(run.node(`gold.wrong_${i}`)).split('\n');
      expect(row).toMatch(new RegExp(`^the_column \\| ${declared}\\s+\\| `));
      return row!.split(' | ').at(-1);
    });
    expect(got).toEqual([
      'INTEGER',
      'VARCHAR',
      'BOOLEAN',
      'TIMESTAMP WITH TIME ZONE',
      'TIMESTAMP',
      'VARCHAR[]',
      'INTEGER[]',
      'DECIMAL(18,3)',
      'JSON',
    ]);
  });

  it('dbt test__constraints_correct_column_data_types: each type fits its own name', async () => {
    const run = await shop.run(TYPES.map((_, i) => `right_${i}`).join(' '));
    expect(new Set(Object.values(run.statuses))).toEqual(new Set(['success']));
  });

  it('a type fits whatever its width: the rows get the declared one', async () => {
    await shop.run('narrow');
    expect(await shop.columns('narrow')).toEqual(['price DECIMAL(10,2)', 'code VARCHAR']);
  });
});

describe('rows', () => {
  const KEY = 'a foreign key is there before';
  let shop: ModelProject;
  beforeAll(() => {
    shop = modelProject(
      {
        mine: "select 'blue' as color, 1 as id, '2019-01-01' as date_day",
        mine_incremental: `${CONFIG}select 'blue' as color, 1 as id, '2019-01-01' as date_day`,
        there: 'select 1 as id',
        all_of_them: "select 'blue' as color, 1 as id, '2019-01-01' as date_day",
        quoted: `select 'blue' as "from", 1 as id, '2019-01-01' as date_day`,
        raw_numbers: 'select 1 as n',
        stg_numbers: `{{config materialized='incremental' on_schema_change='append_new_columns' unique_key='n'}}\nselect n from {{ref 'raw_numbers'}}`,
        many_wrong: 'select * from (values (1, 5), (1, 6), (null, 7), (9, -1)) as t(id, n)',
      },
      {
        'models/gold/contracts.yml': `version: 2
models:
${contract('mine', THREE)}${contract('mine_incremental', THREE)}${contract('there', '      - {name: id, data_type: integer, constraints: [{type: unique}, {type: primary_key}]}\n')}${contract(
  'all_of_them',
  `      - {name: id, data_type: integer, constraints: [{type: not_null}]}
      - {name: color, data_type: text}
      - {name: date_day, data_type: text}
`,
  `    constraints:
      - {type: check, expression: "(id > 0)"}
      - {type: primary_key, columns: [id]}
      - {type: unique, columns: [color, date_day], name: strange_uniqueness_requirement}
      - {type: foreign_key, columns: [id], to: "ref('there')", to_columns: [id]}
`,
)}${contract(
  'quoted',
  `      - {name: id, data_type: integer, constraints: [{type: not_null}]}
      - {name: from, data_type: text, quote: true, constraints: [{type: not_null}]}
      - {name: date_day, data_type: text}
`,
  `    constraints: [{type: check, expression: "(\\"from\\" = 'blue')", columns: [from]}]\n`,
)}${contract('raw_numbers', '      - {name: n, data_type: integer, constraints: [{type: primary_key}]}\n')}${contract(
  'stg_numbers',
  '      - {name: n, data_type: integer, constraints: [{type: foreign_key, expression: "main.raw_numbers (n)"}]}\n',
)}${contract(
  'many_wrong',
  '      - {name: id, data_type: integer, constraints: [{type: primary_key}, {type: foreign_key, to: "ref(\'there\')", to_columns: [id]}]}\n      - {name: n, data_type: integer, constraints: [{type: check, expression: n > 0}]}\n',
)}`,
      },
    );
  });
  afterAll(() => shop.remove());

  it(`dbt test__model_constraints_ddl, test__constraints_ddl: rows that keep all constraints of columns and model are published; ${KEY}`, async () => {
    const run = await shop.run('+all_of_them');
    expect(run.nodes.map(({ id }) => id)).toEqual(['gold.there', 'gold.all_of_them']);
    expect(await shop.rows('all_of_them')).toEqual([[1, 'blue', '2019-01-01']]);
  });

  it('dbt test__constraints_enforcement_rollback: a NULL is refused with its row, and the table of before stays', async () => {
    await shop.run('mine mine_incremental');
    const nulls = "select 'red' as color, null::int as id, '2019-01-01' as date_day";
    shop.write({
      'models/gold/mine.sql': nulls,
      'models/gold/mine_incremental.sql': `${CONFIG}${nulls}`,
    });
    const run = await shop.run('mine mine_incremental', { exit: 1 });
    for (const name of ['mine', 'mine_incremental']) {
      const text = said(run.node(`gold.${name}`));
      expect(text).toContain(
        `LK4062 gold.${name}: a constraint of the contract does not hold\n1 row breaks not_null(id)`,
      );
      expect(text).toContain('NULL | red');
      expect(await shop.rows(name)).toEqual([[1, 'blue', '2019-01-01']]);
    }
  });

  it('all broken constraints are told at once, each with its rows', async () => {
    const run = await shop.run('+many_wrong', { exit: 1 });
    expect(said(run.node('gold.many_wrong'))).toBe(
      [
        'LK4062 gold.many_wrong: 4 constraints of the contract do not hold',
        '1 row breaks primary_key(id): NULL',
        '  id   | n',
        '  NULL | 7',
        '1 row breaks check (n > 0)',
        '  id | n',
        '  9  | -1',
        '2 rows break primary_key(id): not unique',
        '  id | n',
        '  1  | 5',
        '  1  | 6',
        '1 row breaks foreign_key(id) to gold.there(id)',
        '  id | n',
        '  9  | -1',
      ].join('\n'),
    );
  });

  it('dbt test__constraints_ddl of a quoted column: a name that SQL reserves is a column like any other', async () => {
    await shop.run('quoted');
    expect(await shop.rows('quoted')).toEqual([[1, 'blue', '2019-01-01']]);
  });

  it('dbt test_incremental_foreign_key_constraint: an incremental model with a foreign key runs a second time', async () => {
    await shop.run('raw_numbers');
    await shop.run('stg_numbers');
    await shop.run('stg_numbers', { fullRefresh: true });
    expect(await shop.rows('stg_numbers')).toEqual([[1]]);
  });
});

describe('what a contract needs', () => {
  const mistakes = async (yaml: string, sql = 'select 1 as id'): Promise<string> => {
    const shop = modelProject({ x: sql }, { 'models/gold/x.yml': `models:\n${yaml}` });
    try {
      return await shop.run('x').then(
        () => 'built',
        (error: Error) => error.message,
      );
    } finally {
      shop.remove();
    }
  };

  it('a data_type of every column', async () => {
    expect(await mistakes(contract('x', '      - {name: id}\n'))).toBe(
      'LK2026 the contract of "x" lacks the data_type of id (models/gold/x.yml)',
    );
  });

  it('columns that are described', async () => {
    expect(await mistakes('  - name: x\n    config: {contract: {enforced: true}}\n')).toBe(
      'LK2026 the contract of "x" names no columns (models/gold/x.sql)',
    );
  });

  it('of an incremental model an on_schema_change that can keep it', async () => {
    const sql = "{{config materialized='incremental'}}\nselect 1 as id";
    expect(await mistakes(contract('x', '      - {name: id, data_type: integer}\n'), sql)).toBe(
      'LK2026 the contract of "x" cannot be kept with on_schema_change: ignore (models/gold/x.sql)',
    );
  });

  it('types that exist', async () => {
    const shop = modelProject(
      { x: 'select 1 as id' },
      { 'models/gold/x.yml': `models:\n${contract('x', '      - {name: id, data_type: STRINGARRAY}\n')}` },
    );
    const run = await shop.run('x', { exit: 1 });
    expect(said(run.node('gold.x'))).toContain(
      'LK4061 gold.x: the contract names a type that does not exist',
    );
    shop.remove();
  });

  it('a contract that is not enforced binds nothing', async () => {
    const yaml =
      '  - {name: x, config: {contract: {enforced: false}}, columns: [{name: other, data_type: text}]}\n';
    expect(await mistakes(yaml)).toBe('built');
  });
});
