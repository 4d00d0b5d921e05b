/** Relations in place of their names: only where the text leaves no doubt what they are. */
import { describe, expect, test } from 'vitest';
import { writeInPlace } from '../../../src/engine/sql/in-place.js';
import type { Relation } from '../../../src/engine/types.js';

const shop: Relation = {
  schema: 'gold',
  name: 'shop',
  scans: [],
  columns: [{ name: 'id', type: 'BIGINT' }],
};
const written = (sql: string) =>
  writeInPlace(sql, [shop])?.replaceAll('SELECT CAST(NULL AS BIGINT) AS "id" WHERE false', '…');

describe('a relation is written where it is read', () => {
  test.each([
    ['select s.id from "gold"."shop" as s', 'select s.id from (…) as s'],
    ['select s.id from "gold"."shop" s', 'select s.id from (…) s'],
    ['select s.id from "gold"."shop" "s"', 'select s.id from (…) "s"'],
    ['from "gold"."shop"', 'from (…) as "shop"'],
    ['from gold.SHOP where id > 1', 'from (…) as "shop" where id > 1'],
    [
      'from "gold"."shop"\nsemi join "gold"."shop" o using (id)',
      'from (…) as "shop"\nsemi join (…) o using (id)',
    ],
    ['select (select max(id) from "gold"."shop") as id', 'select (select max(id) from (…) as "shop") as id'],
    ['from "gold" . "shop" limit 1', 'from (…) as "shop" limit 1'],
  ])('%s', (sql, expected) => {
    expect(written(sql)).toBe(expected);
  });
});

describe('text that only looks like it stays', () => {
  test.each([
    `select 'from "gold"."shop"' as text`,
    'select 1 -- from "gold"."shop" and its \'quotes\'',
    'select "from ""gold"".""shop""" from (select 1)',
    'from "silver"."shop"',
    'from "gold"."shops"',
  ])('%s', (sql) => {
    expect(written(sql)).toBe(sql);
  });
});

describe('what is not understood is left to a catalog', () => {
  test.each([
    'select "gold"."shop".id from "gold"."shop"',
    'from "other" as o, "gold"."shop"',
    'from "gold"."shop" tablesample 10%',
    'from "gold"."shop" pivot (sum(id) for id in (1))',
    'select $$ text $$ from "gold"."shop"',
    'select 1 /* from "gold"."shop" */',
    String.raw`select e'\'' from "gold"."shop"`,
  ])('%s', (sql) => {
    expect(written(sql)).toBeUndefined();
  });
});
