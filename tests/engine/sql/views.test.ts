import { describe, expect, it } from 'vitest';
import type { Relation } from '../../../src/engine/types.js';
import { failure, withEngine } from '../with-engine.js';

const { engine, rows } = withEngine();

const literal = (schema: string, name: string, ...values: string[]): Relation => ({
  schema,
  name,
  scans: [],
  columns: [{ name: 'v', type: 'VARCHAR' }],
  rows: values.map((value) => [value]),
});

const view = (id: string, sql: string, reads: readonly string[], more: Partial<Relation> = {}): Relation => {
  const [schema, name] = id.split('.') as [string, string];
  return { schema, name, scans: [], columns: [], view: { sql, reads }, ...more };
};

const hidden = (relation: Relation, key?: string): Relation => ({
  ...relation,
  hidden: true,
  ...(key === undefined ? {} : { key }),
});

describe('a relation that is SQL over other relations', () => {
  it('reads them, though they have no name for who reads it', async () => {
    const relations = [
      hidden(literal('silver', 'trees', 'oak', 'elm')),
      view('gold.tall', `select upper(v) as v from "silver"."trees"`, ['silver.trees']),
    ];
    expect(await rows('select v from "gold"."tall" order by v', { relations })).toEqual([['ELM'], ['OAK']]);
    const error = await failure(rows('select * from "silver"."trees"', { relations }));
    expect(error).toMatchObject({ code: 'LK5004' });
    expect(error.message).toMatch(/trees"? does not exist/);
    expect(`${error.message} ${error.hint}`).not.toMatch(/task_/);
  });

  it('does not find what it does not declare, though its reader does', async () => {
    const relations = [
      literal('silver', 'trees', 'oak'),
      view('gold.v', 'select * from "silver"."trees"', []),
    ];
    expect(await failure(rows('select * from "gold"."v"', { relations }))).toMatchObject({
      code: 'LK5004',
      message: expect.stringContaining('gold.v'),
      details: { view: { name: 'gold.v', line: 1, col: 15 } },
    });
  });

  it('reads its own input where its reader has another of that name', async () => {
    const relations = [
      literal('silver', 'trees', 'visible'),
      hidden(literal('silver', 'trees', 'pinned'), 'trees of v'),
      view('gold.v', 'select * from "silver"."trees"', ['trees of v']),
    ];
    expect(await rows('select a.v, b.v from "gold"."v" a, "silver"."trees" b', { relations })).toEqual([
      ['pinned', 'visible'],
    ]);
  });

  it('reads other views, each made once however many read it', async () => {
    const layers: Relation[] = [hidden(literal('l', 'x0', 'a')), hidden(literal('l', 'y0', 'a'))];
    const last = 6;
    for (let n = 1; n <= last; n += 1)
      for (const side of ['x', 'y'])
        layers.push({
          ...view(`l.${side}${n}`, `select a.v from l.x${n - 1} a join l.y${n - 1} b using (v)`, [
            `l.x${n - 1}`,
            `l.y${n - 1}`,
          ]),
          hidden: n < last,
        });
    expect(await rows(`select v from l.x${last}`, { relations: layers.reverse() })).toEqual([['a']]);
  });

  it('uses the macros of the task', async () => {
    const relations = [view('gold.v', 'select loud(1) as v', [])];
    const [result] = await engine.sql({
      label: 'x',
      relations,
      macros: [`create macro loud(x) as x || '!'`],
      statements: [{ sql: 'select * from gold.v', collect: 'rows' }],
    });
    expect(result!.rows).toEqual([['1!']]);
  });
});

describe('a mistake in the SQL of a view', () => {
  const text = literal('silver', 'trees', 'é', 'x');

  it('is told with its line and column when it does not bind', async () => {
    const relations = [text, view('gold.v', 'select v,\n  hight\nfrom silver.trees', ['silver.trees'])];
    expect(await failure(rows('select 1', { relations }))).toMatchObject({
      code: 'LK5004',
      message: expect.stringContaining('"hight" not found'),
      details: { view: { name: 'gold.v', line: 2, col: 3 } },
    });
  });

  it('is told with its line and column when its reader runs', async () => {
    const relations = [
      text,
      view('gold.deep', `select 'é' as e,\n  v::int as n\nfrom silver.trees`, ['silver.trees'], {
        hidden: true,
      }),
      view('gold.v', 'select n from gold.deep', ['gold.deep']),
    ];
    const sql = `select ${'1, '.repeat(40)} n from gold.v`;
    expect(await failure(rows(sql, { relations }))).toMatchObject({
      code: 'LK5005',
      message: expect.stringContaining('in gold.deep: Could not convert'),
      details: { view: { name: 'gold.deep', line: 2, col: 4 } },
    });
  });

  it('leaves mistakes of the reader where they are', async () => {
    const relations = [text, view('gold.v', 'select v from silver.trees', ['silver.trees'])];
    const error = await failure(rows('select v,\n  w from gold.v', { relations }));
    expect(error.details).toMatchObject({ line: 2, col: 3 });
    expect(error.details).not.toHaveProperty('view');
  });

  it('costs an optional view alone', async () => {
    const relations = [
      text,
      view('gold.v', 'select hight from silver.trees', ['silver.trees'], { optional: true }),
    ];
    expect(await rows('select count(*) from silver.trees', { relations })).toEqual([[2]]);
    expect(await failure(rows('select * from gold.v', { relations }))).toMatchObject({ code: 'LK5004' });
  });
});
