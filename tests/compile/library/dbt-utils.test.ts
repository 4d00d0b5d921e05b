/** The cases of dbt-utils' integration tests, with rows of our own: what its macros do, lake's do. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../../src/project/types.js';
import { dataset, field } from '../build-project.js';
import { type Models, withTables } from './run-model.js';

let models: Models;
beforeAll(async () => {
  models = await withTables({
    letters: "select * from (values ('a', 'b', 'c'), ('d', 'e', 'f')) t(first, second, third)",
    sales:
      "select * from (values ('n', 'x', 1), ('n', 'x', 2), ('s', 'y', 3), ('s', 'z', 4)) t(region, shop, amount)",
    one_column: 'select 7 as column_one',
    people: "select * from (values (1, 'ann', 'pi'), (2, 'bob', 'e')) t(id, name, number)",
    paints: "select * from (values (1, 'green', 7), (5, 'pink', 13)) t(id, colour, number)",
    events_1: "select * from (values (1, 'play'), (2, 'stop')) t(user_id, event)",
    events_2: "select 3 as user_id, 'play' as event",
    versions:
      "select * from (values (1, 'play', 1), (1, 'play', 2), (2, 'stop', 1)) t(user_id, event, version)",
    keys: `select * from (values ('a', 'b', 'c'), ('a', '', 'c'), ('a', null, 'c'), (null, null, null)) t(one, two, three)`,
    blanks: "select * from (values ('a', '', 1), ('', 'b', 2), ('', '', 3)) t(one, two, three)",
    shirts:
      "select * from (values ('S', 'red'), ('S', 'blue'), ('S', 'blue''s'), ('M', 'red')) t(size, color)",
    sums: 'select * from (values (1, 2, 3), (4, null, 3), (null, null, 2), (null, null, null)) t(a, b, c)',
    parts: 'select * from (values (6, 0), (10, 5), (null, null), (null, 0), (17, null), (0, 5)) t(a, b)',
    customers: `select * from (values
      (123, date '2017-01-01', 'active', 'tier 1', 'ann'),
      (567, date '2017-03-01', 'gone', 'tier 2', 'bob')) t(customer_id, created_at, status, segment, name)`,
    flags: `select * from (values (1, 'active', true), (2, 'gone', false), (3, 'gone', null)) t(id, status, updated)`,
    'odd names': `select * from (values (1, 'active', 'tier 1')) t("Customer_Id", "sTaTuS", "SEGMENT")`,
    amounts: `select * from (values
      (190000.00, 0), (290000.00, 1), (320000.00, 2), (399999.99, 2), (400000.00, 3), (470000.00, 3), (510000.00, 4),
      (600000.00, 5), (610000.00, 5), (-9000.00, 0), (null, null)) t(amount, bucket)`,
    places: 'select 43.6532 as lat_1, -79.3832 as lng_1, 40.7128 as lat_2, -74.0060 as lng_2',
    addresses: `select * from (values
      ('www.example.co.uk?utm_source=a&utm_medium=b'),
      ('http://example.com/2018/01/how-to/'),
      ('https://www.example.org/2018/blog'),
      ('android-app://m.example.net/'),
      ('news.example.org/2021/index.js?utm_source=a'),
      ('https://m.example.net/'),
      ('http://example.com/2018/01/how-to/?utm_source=a&utm_medium=b'),
      (null)) t(url)`,
    visits: `select * from (values
      ('http://example.com/milky?utm_medium=organic'),
      ('http://example.com/milky?utm_medium=organic&utm_source=github'),
      ('http://example.com/?utm_source=&xutm_medium=no#utm_medium=no')) t(url)`,
  });
});
afterAll(() => models.close());

/** Rows of a model. */
const rows = async (sql: string, more?: Partial<Project>) => (await models.run(sql, more)).rows;
/** Rows under the names of their columns. */
const table = async (sql: string, more?: Partial<Project>) => {
  const { columns, rows } = await models.run(sql, more);
  return [columns, ...rows];
};

describe('star', () => {
  it('dbt-utils test_star: all columns but those in except', async () => {
    expect(
      await table("select {{star (ref 'letters') except=(list 'third')}} from {{ref 'letters'}}"),
    ).toEqual([
      ['first', 'second'],
      ['a', 'b'],
      ['d', 'e'],
    ]);
  });

  it('dbt-utils test_star_uppercase: the case of a name in except does not matter', async () => {
    const { columns } = await models.run(
      "select {{star (ref 'letters') except='THIRD'}} from {{ref 'letters'}}",
    );
    expect(columns).toEqual(['first', 'second']);
  });

  it('dbt-utils test_star_prefix_suffix: every name between a prefix and a suffix', async () => {
    const sql = "select {{star (ref 'letters') prefix='p_' suffix='_s'}} from {{ref 'letters'}}";
    expect((await models.run(sql)).columns).toEqual(['p_first_s', 'p_second_s', 'p_third_s']);
    const some = "select {{star (ref 'letters') except='first' prefix='p_'}} from {{ref 'letters'}}";
    expect((await models.run(some)).columns).toEqual(['p_second', 'p_third']);
  });

  it('dbt-utils test_star_aggregate: the columns of a star can be grouped by', async () => {
    const sql = `select {{star (ref 'sales') except='amount'}}, sum(amount)::integer as total
      from {{ref 'sales'}} group by all`;
    expect(await table(sql)).toEqual([
      ['region', 'shop', 'total'],
      ['n', 'x', 3],
      ['s', 'y', 3],
      ['s', 'z', 4],
    ]);
  });

  it('dbt-utils test_star_no_columns: a star that leaves nothing is nothing', async () => {
    const except = "except=(list 'first' 'second' 'third')";
    expect(
      await table(`select {{star (ref 'letters') ${except}}}, 1 as canary from {{ref 'letters'}}`),
    ).toEqual([['canary'], [1], [1]]);
  });

  it('dbt-utils test_star_quote_identifiers: a column keeps its name', async () => {
    expect(await table("select {{star (ref 'one_column')}} from {{ref 'one_column'}}")).toEqual([
      ['column_one'],
      [7],
    ]);
    expect((await models.run("select {{star (ref 'odd names')}} from {{ref 'odd names'}}")).columns).toEqual([
      'Customer_Id',
      'sTaTuS',
      'SEGMENT',
    ]);
  });

  it('dbt-utils test_star_unquote_aliases: rename gives a column another name, whatever the case of its own', async () => {
    for (const name of ['column_one', 'COLUMN_ONE']) {
      const sql = `select {{star (ref 'one_column') rename=(dict ${name}='renamed_col')}} from {{ref 'one_column'}}`;
      expect(await table(sql)).toEqual([['renamed_col'], [7]]);
    }
    const both =
      "select {{star (ref 'letters') prefix='p_' rename=(dict second='two')}} from {{ref 'letters'}}";
    expect((await models.run(both)).columns).toEqual(['two', 'p_first', 'p_third']);
  });

  it('relation_alias chooses one side of a join', async () => {
    const sql = `select {{star (ref 'people') relation_alias='a' except='id'}}, {{star (ref 'paints') relation_alias='b' prefix='b_'}}
      from {{ref 'people'}} a join {{ref 'paints'}} b using (id)`;
    expect((await models.run(sql)).columns).toEqual(['name', 'number', 'b_id', 'b_colour', 'b_number']);
  });

  it('dbt-utils test_get_filtered_columns_in_relation: a function over all columns but some', async () => {
    const sql = `select max(columns({{star (ref 'letters') except='first'}})) as "\\0" from {{ref 'letters'}}`;
    expect(await table(sql)).toEqual([
      ['second', 'third'],
      ['e', 'f'],
    ]);
  });
});

describe('keys', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const NULL = '_dbt_utils_surrogate_key_null_';

  it('dbt-utils test_generate_surrogate_key: one column, several, NULLs and empty texts', async () => {
    const sql = `select {{generate_surrogate_key (list 'one')}}, {{surrogate_key 'one' 'two' 'three'}} from {{ref 'keys'}}
      order by one nulls last, two nulls last`;
    expect(await rows(sql)).toEqual([
      [md5('a'), md5('a--c')],
      [md5('a'), md5('a-b-c')],
      [md5('a'), md5(`a-${NULL}-c`)],
      [md5(NULL), md5(`${NULL}-${NULL}-${NULL}`)],
    ]);
  });

  it('dbt-utils surrogate_key_treat_nulls_as_empty_strings: a variable makes NULL the same as nothing', async () => {
    const sql =
      "select {{surrogate_key 'one' 'two'}} from {{ref 'keys'}} order by one nulls last, two nulls last";
    const vars = { surrogate_key_treat_nulls_as_empty_strings: true };
    expect(await rows(sql, { vars })).toEqual([[md5('a-')], [md5('a-b')], [md5('a-')], [md5('-')]]);
  });
});

describe('relations', () => {
  const both = "(list (ref 'people') (ref 'paints'))";

  it('dbt-utils test_union: columns are matched by name, NULL where a relation lacks one', async () => {
    expect(await table(`select * from ({{union_relations ${both}}})`)).toEqual([
      ['_dbt_source_relation', 'id', 'name', 'number', 'colour'],
      ['gold.paints', 1, null, 7, 'green'],
      ['gold.paints', 5, null, 13, 'pink'],
      ['gold.people', 1, 'ann', 'pi', null],
      ['gold.people', 2, 'bob', 'e', null],
    ]);
  });

  it.each(['name', 'NAME'])(
    'dbt-utils test_union_exclude: what exclude names is left out, here %s',
    async (name) => {
      const { columns } = await models.run(`{{union_relations ${both} exclude=(list '${name}')}}`);
      expect(columns).toEqual(['_dbt_source_relation', 'id', 'number', 'colour']);
    },
  );

  it('dbt-utils union_relations: include keeps some columns, and not both are given', async () => {
    expect(await table(`{{union_relations ${both} include=(list 'id' 'colour')}}`)).toEqual([
      ['_dbt_source_relation', 'id', 'colour'],
      ['gold.paints', 1, 'green'],
      ['gold.paints', 5, 'pink'],
      ['gold.people', 1, null],
      ['gold.people', 2, null],
    ]);
  });

  it('dbt-utils test_union_no_source_column: without the column that tells the relation', async () => {
    const { columns } = await models.run(`{{union_relations ${both} source_column_name=null}}`);
    expect(columns).toEqual(['id', 'name', 'number', 'colour']);
    const named = await models.run(
      `{{union_relations ${both} source_column_name='from' include=(list 'id')}}`,
    );
    expect(named.columns).toEqual(['from', 'id']);
  });

  it('dbt-utils test_union_where: a condition on each relation', async () => {
    expect(await rows(`{{union_relations ${both} where='id = 1' include=(list 'id' 'number')}}`)).toEqual([
      ['gold.paints', 1, 7],
      ['gold.people', 1, 'pi'],
    ]);
  });

  it('dbt-utils union_relations: column_override gives a column its type', async () => {
    const { columns, types } = await models.run(
      `{{union_relations ${both} column_override=(dict id='varchar')}}`,
    );
    expect(types[columns.indexOf('id')]).toBe('VARCHAR');
  });

  it('dbt-utils test_get_relations_by_pattern, test_get_relations_by_prefix_and_union: the relations are named', async () => {
    const sql = `with unioned as (
        {{union_relations (list (ref 'events_1') (ref 'events_2'))}}
      ) select user_id, event from unioned`;
    expect(await rows(sql)).toEqual([
      [1, 'play'],
      [2, 'stop'],
      [3, 'play'],
    ]);
  });

  it('dbt-utils test_deduplicate: of a CTE, the row that comes first', async () => {
    const sql = `with source as (select * from {{ref 'versions'}} where user_id = 1),
      deduped as (
        {{deduplicate 'source' partition_by='user_id' order_by='version desc'}}
      ) select * from deduped`;
    expect(await table(sql)).toEqual([
      ['user_id', 'event', 'version'],
      [1, 'play', 2],
    ]);
    const lists = "{{deduplicate (ref 'versions') (list 'user_id' 'event') (list 'version')}}";
    expect(await rows(lists)).toEqual([
      [1, 'play', 1],
      [2, 'stop', 1],
    ]);
  });

  it('dbt-utils test_date_spine: every day up to the last, which is left out', async () => {
    const sql = `select date_day from ({{date_spine 'day' "'2018-01-01'" "'2018-01-10'"}})`;
    const days = await models.run(sql);
    expect(days.types).toEqual(['DATE']);
    expect(days.rows.map(([day]) => day)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => `2018-01-0${day}`),
    );
  });

  it.each([
    ['month', "'2018-01-31'", "'2018-05-01'", ['2018-01-31', '2018-02-28', '2018-03-31', '2018-04-30']],
    ['week', "date '2018-01-01'", "date '2018-01-15'", ['2018-01-01', '2018-01-08']],
    ['hour', "timestamp '2018-01-01 22:00'", "'2018-01-02'", ['2018-01-01 22:00:00', '2018-01-01 23:00:00']],
    ['year', "'2018-01-01'", "'2018-01-01'", []],
  ])('dbt-utils date_spine: by %s', async (part, start, end, dates) => {
    const { columns, rows: found } = await models.run(`{{date_spine '${part}' "${start}" "${end}"}}`);
    expect(columns).toEqual([`date_${part}`]);
    expect(found.map(([date]) => date)).toEqual(dates);
  });

  it('dbt-utils test_generate_series: the numbers up to the bound', async () => {
    expect(await rows('with data as ({{generate_series 10}}) select generated_number from data')).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => [n]),
    );
  });

  it('dbt-utils test_nullcheck_table: the empty text is NULL, numbers stay', async () => {
    expect(await models.run("{{nullcheck_table (ref 'blanks')}}")).toEqual({
      columns: ['one', 'two', 'three'],
      types: ['VARCHAR', 'VARCHAR', 'INTEGER'],
      rows: [
        ['a', null, 1],
        [null, 'b', 2],
        [null, null, 3],
      ],
    });
  });

  it('dbt-utils nullcheck: declared columns that are no text stay as they are', async () => {
    const datasets = [dataset('blank', [field('one'), field('three', { type: 'integer' })])];
    const sql =
      "select {{nullcheck (columns 'blank')}}, {{nullcheck (list 'two')}} from {{ref 'blanks'}} order by three";
    const { columns, rows: found } = await models.run(sql, { datasets });
    expect(columns).toEqual(['one', 'three', 'two']);
    expect(found.at(1)).toEqual([null, 2, 'b']);
  });
});

describe('pivot and unpivot', () => {
  it('dbt-utils test_pivot: a column for each value', async () => {
    const sql = "select size, {{pivot 'color' (list 'red' 'blue')}} from {{ref 'shirts'}} group by size";
    expect(await table(sql)).toEqual([
      ['size', 'red', 'blue'],
      ['M', 1, 0],
      ['S', 1, 1],
    ]);
  });

  it('dbt-utils test_pivot_apostrophe: plain names of values that are none', async () => {
    const values = '(list "red" "blue" "blue\'s")';
    const sql = `select size, {{pivot 'color' ${values} quote_identifiers=false}} from {{ref 'shirts'}} group by size`;
    expect(await table(sql)).toEqual([
      ['size', 'red', 'blue', 'blues'],
      ['M', 1, 0, 0],
      ['S', 1, 1, 1],
    ]);
  });

  it('dbt-utils pivot: aggregate, comparison, affixes, values and distinct are chosen', async () => {
    const options =
      "agg='count' cmp='<>' prefix='not_' suffix='_n' then_value='size' else_value='null' distinct=true";
    expect(await table(`select {{pivot 'color' (list 'red') ${options}}} from {{ref 'shirts'}}`)).toEqual([
      ['not_red_n'],
      [1],
    ]);
    expect(
      (await models.run("select {{pivot 'color' (list 'red') alias=false}} from {{ref 'shirts'}}"))
        .columns[0],
    ).toMatch(/^sum/);
  });

  it('dbt-utils test_get_column_values, test_get_column_values_where: values that a manifest declares', async () => {
    const datasets = [dataset('garments', [field('color', { values: ['red', 'blue'] })])];
    const sql = "select {{pivot 'color' (get_column_values (ref 'garments') 'COLOR')}} from {{ref 'shirts'}}";
    expect(await table(sql, { datasets })).toEqual([
      ['red', 'blue'],
      [2, 1],
    ]);
  });

  it('dbt-utils test_get_column_values_use_default: a list stands in where none are declared', async () => {
    const sql =
      "select {{pivot 'color' (get_column_values (ref 'shirts') 'color' default=(list 'red'))}} from {{ref 'shirts'}}";
    expect(await table(sql)).toEqual([['red'], [2]]);
  });

  it('dbt-utils test_unpivot: some columns stay, one goes', async () => {
    const sql = `select customer_id, created_at, prop, val from (
      {{unpivot relation=(ref 'customers') cast_to='varchar' exclude=(list 'customer_id' 'created_at') remove=(list 'name') field_name='prop' value_name='val'}}
    ) order by customer_id, prop`;
    expect(await rows(sql)).toEqual([
      [123, '2017-01-01', 'segment', 'tier 1'],
      [123, '2017-01-01', 'status', 'active'],
      [567, '2017-03-01', 'segment', 'tier 2'],
      [567, '2017-03-01', 'status', 'gone'],
    ]);
  });

  it('dbt-utils test_unpivot_original_api: names by default', async () => {
    const sql = "{{unpivot (ref 'customers') exclude=(list 'CUSTOMER_ID' 'created_at')}}";
    const { columns, rows: found } = await models.run(sql);
    expect(columns.map((name) => name.toLowerCase())).toEqual([
      'customer_id',
      'created_at',
      'field_name',
      'value',
    ]);
    expect(found.map((row) => row[2])).toEqual(['name', 'segment', 'status', 'name', 'segment', 'status']);
  });

  it('dbt-utils test_unpivot_bool: flags as text, NULLs kept', async () => {
    const sql = "{{unpivot (ref 'flags') exclude=(list 'id') field_name='prop' value_name='val'}}";
    expect(await rows(sql)).toEqual([
      [1, 'status', 'active'],
      [1, 'updated', 'true'],
      [2, 'status', 'gone'],
      [2, 'updated', 'false'],
      [3, 'status', 'gone'],
      [3, 'updated', null],
    ]);
  });

  it('dbt-utils test_unpivot_quote: names keep their case', async () => {
    const sql = "{{unpivot (ref 'odd names') exclude='Customer_Id' field_name='Prop' value_name='Val'}}";
    expect(await table(sql)).toEqual([
      ['Customer_Id', 'Prop', 'Val'],
      [1, 'SEGMENT', 'tier 1'],
      [1, 'sTaTuS', 'active'],
    ]);
  });
});

describe('numbers', () => {
  it('dbt-utils test_safe_add: NULL counts as 0', async () => {
    const sql = "select {{safe_add (list 'a' 'b' 'c')}} as n from {{ref 'sums'}}";
    expect(await rows(sql)).toEqual([[0], [2], [6], [7]]);
    expect(await rows("select {{safe_add 'a' 'b'}} as n from {{ref 'sums'}}")).toEqual([[0], [0], [3], [4]]);
  });

  it('dbt-utils test_safe_subtract: NULL counts as 0', async () => {
    const sql = "select {{safe_subtract (list 'a' 'b' 'c')}} as n from {{ref 'sums'}}";
    expect(await rows(sql)).toEqual([[-4], [-2], [0], [1]]);
  });

  it('dbt-utils test_safe_divide: NULL of 0, of NULL, of products', async () => {
    expect(await rows("select a, b, {{safe_divide 'a' 'b'}} as n from {{ref 'parts'}}")).toEqual([
      [0, 5, 0],
      [6, 0, null],
      [10, 5, 2],
      [17, null, null],
      [null, 0, null],
      [null, null, null],
    ]);
    expect(
      await rows("select {{safe_divide 'a * 2' 'b * 5'}} as n from {{ref 'parts'}} where a = 10"),
    ).toEqual([[0.8]]);
    expect(
      await rows("select {{safe_divide 'a + 2' 'b - 5'}} as n from {{ref 'parts'}} where a = 10"),
    ).toEqual([[null]]);
  });

  it('dbt-utils test_width_bucket: edges belong to the bucket above, beyond both ends is one more', async () => {
    const bucket = "{{width_bucket 'amount' 200000.0 600000.0 4}}";
    const sql = `select amount, bucket as expected, ${bucket} as actual from {{ref 'amounts'}}`;
    const found = await rows(sql);
    expect(found).toHaveLength(11);
    for (const [amount, expected, actual] of found) expect([amount, actual]).toEqual([amount, expected]);
  });

  it.each([
    ['dbt-utils test_haversine_distance_km: kilometres where it says so', "unit='km'", 551],
    ['dbt-utils test_haversine_distance_mi: miles where it says so', "unit='mi'", 342],
    ['dbt-utils test_haversine_distance_mi: miles where it says nothing', '', 342],
  ])('%s', async (_, unit, distance) => {
    const sql = `select round({{haversine_distance 'lat_1' 'lng_1' lat2='lat_2' lon2='lng_2' ${unit}}}, 0)::integer from {{ref 'places'}}`;
    expect(await rows(sql)).toEqual([[distance]]);
  });

  it('dbt-utils haversine_distance: NULL without a point, half the earth between opposite points', async () => {
    const sql = `select {{haversine_distance 'null' 0 0 0}} as a, {{haversine_distance 0 0 0 180 'km'}} as b,
      {{haversine_distance '51.3' '12.4' '-51.3' '-167.6' 'km'}} as c, {{haversine_distance 1 1 1 1}} as d`;
    const [[a, b, c, d]] = (await rows(sql)) as [[null, number, number, number]];
    expect([a, d]).toEqual([null, 0]);
    expect(b).toBeCloseTo(Math.PI * 3961 * 1.60934, 6);
    expect(c).toBeCloseTo(b, 6);
  });
});

describe('texts', () => {
  it('dbt-utils test_url_host: with and without scheme, path and query', async () => {
    const sql = "select {{get_url_host 'url'}} as host from {{ref 'addresses'}} order by url nulls last";
    expect((await rows(sql)).map(([host]) => host)).toEqual([
      'm.example.net',
      'example.com',
      'example.com',
      'm.example.net',
      'www.example.org',
      'news.example.org',
      'www.example.co.uk',
      null,
    ]);
  });

  it('dbt-utils test_url_path: what stands between host and query', async () => {
    const sql = "select {{get_url_path 'url'}} as path from {{ref 'addresses'}} order by url nulls last";
    expect((await rows(sql)).map(([path]) => path)).toEqual([
      '',
      '2018/01/how-to/',
      '2018/01/how-to/',
      '',
      '2018/blog',
      '2021/index.js',
      '',
      null,
    ]);
  });

  it('dbt-utils test_urls: parameters, NULL where there is none', async () => {
    const sql = `select {{get_url_parameter 'url' 'utm_medium'}} as medium, {{get_url_parameter 'url' 'utm_source'}} as source
      from {{ref 'visits'}} order by url`;
    expect(await rows(sql)).toEqual([
      [null, null],
      ['organic', null],
      ['organic', 'github'],
    ]);
  });

  it('dbt-utils test_slugify: nothing, signs, a digit in front', async () => {
    const sql = `select '{{slugify ''}}' as a, '{{slugify null}}' as b, '{{slugify "!Hell0 world-hi"}}' as c, '{{slugify "0Hell0 world-hi"}}' as d`;
    expect(await rows(sql)).toEqual([['', '', 'hell0_world_hi', '_0hell0_world_hi']]);
  });

  it('dbt-utils test_groupby: the first columns', async () => {
    const sql = "select region, shop, count(*) as total from {{ref 'sales'}} {{group_by 2}}";
    expect(await rows(sql)).toEqual([
      ['n', 'x', 2],
      ['s', 'y', 1],
      ['s', 'z', 1],
    ]);
  });

  it('dbt last_day: of month, quarter and year', async () => {
    const sql = `select {{last_day "date '2024-02-03'"}}, {{last_day "date '2024-02-03'" 'quarter'}}, {{last_day "date '2024-02-03'" 'year'}}`;
    expect(await models.run(sql)).toMatchObject({
      types: ['DATE', 'DATE', 'DATE'],
      rows: [['2024-02-29', '2024-03-31', '2024-12-31']],
    });
  });

  it('dbt split_part: from the front and from the end', async () => {
    const sql = `select {{split_part "'a|b|c'" "'|'" 1}}, {{split_part "'a|b|c'" "'|'" 3}}, {{split_part "'a|b|c'" "'|'" -1}}, {{split_part "'a|b'" "'|'" 9}}`;
    expect(await rows(sql)).toEqual([['a', 'c', 'c', '']]);
  });

  it('dbt type_*: names of types', async () => {
    const names = ['string', 'timestamp', 'int', 'bigint', 'float', 'numeric', 'boolean'];
    const sql = `select ${names.map((name) => `cast(null as {{type_${name}}}) as ${name}`).join(', ')}`;
    expect((await models.run(sql)).types).toEqual([
      'VARCHAR',
      'TIMESTAMP',
      'INTEGER',
      'BIGINT',
      'DOUBLE',
      'DECIMAL(28,6)',
      'BOOLEAN',
    ]);
  });
});
