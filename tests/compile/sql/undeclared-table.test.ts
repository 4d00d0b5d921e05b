import { describe, expect, test } from 'vitest';
import { indexNames } from '../../../src/compile/names.js';
import { tokenize } from '../../../src/compile/sql/tokens.js';
import { undeclaredTable } from '../../../src/compile/sql/undeclared-table.js';

const names = indexNames(['shootings'], ['gold.a', 'gold.b']);
const find = (sql: string, ...declared: string[]) =>
  undeclaredTable(tokenize(sql).tokens, names, (id) => declared.includes(id));

describe('a table of the project without ref', () => {
  test.each([
    ['select * from gold.a', 'gold.a', 14],
    ['select * from GOLD.A as x', 'gold.a', 14],
    ['select * from "gold"."a"', 'gold.a', 14],
    ['select * from "gold"."b" join silver.shootings using (id)', 'silver.shootings', 30],
    ['with x as (select 1) select * from x, (from bronze.shootings)', 'bronze.shootings', 44],
  ])('is found in %s', (sql, id, offset) => {
    expect(find(sql, 'gold.b')).toEqual({ id, offset });
  });

  test.each([
    ['one that is declared', 'select * from "gold"."a"', 'gold.a'],
    ['a name that is nobody’s', 'select * from gold.c'],
    ['a column of an alias', 'select gold.a from (select 1 as a) as gold'],
    ['a column in a struct', "select x from (select {'a': 1} as gold) t(x) where x.gold.a = 1"],
    ['a table of another database', 'select * from other.gold.a'],
    ['a comment', 'select 1 -- from gold.a\n'],
  ])('is not %s', (_what, sql, ...declared) => {
    expect(find(sql, ...declared)).toBeUndefined();
  });
});
