/** What `lake diff` asks of the engine, over random tables: compared with the plain definition, row by row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellingMacros } from '../../../src/quality/compare/spelling.js';
import { bagDiffSql, readBagDiff } from '../../../src/quality/diff/bag-diff-sql.js';
import {
  type DiffQuestion,
  type DiffStatements,
  keyedDiffSql,
  readKeyedDiff,
} from '../../../src/quality/diff/diff-sql.js';
import { withEngine } from '../../engine/with-engine.js';

const { engine } = withEngine();

type Row = readonly (string | null)[];

const question = (columns: number, key: readonly string[] = []): DiffQuestion => ({
  columns: Array.from({ length: columns }, (_, i) => `c${i}`),
  key,
  nullIf: ['NA'],
  timezone: 'America/Toronto',
  limit: 1_000,
});

async function asked(
  names: readonly string[],
  before: readonly Row[],
  now: readonly Row[],
  sql: DiffStatements,
) {
  const columns = names.map((name) => ({ name, type: 'VARCHAR' }));
  const results = await engine.sql({
    label: 'diff',
    macros: spellingMacros,
    relations: [
      { schema: 'main', name: 'rows_before', scans: [], columns, rows: before },
      { schema: 'main', name: 'rows_now', scans: [], columns, rows: now },
    ],
    statements: [
      ...sql.prepare.map((text) => ({ sql: text, collect: 'none' as const })),
      ...sql.ask.map((text) => ({ sql: text, collect: 'rows' as const })),
    ],
  });
  return results.map(({ rows }) => rows);
}

/** Spellings of a few values, for the plain definition. */
const SPELLED: Readonly<Record<string, string>> = { '01': '1', '1.0': '1', A: 'a', NA: '', ' ': '' };
const plain = (value: string | null) => (value === null ? '' : (SPELLED[value] ?? value));
const value = fc.constantFrom('1', '01', '1.0', '2', 'a', 'A', '', 'NA', null);

/** How many of `rows` the other bag has not as often. */
function surplus(rows: readonly string[], other: readonly string[]): number {
  const left = [...other];
  return rows.filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
}

describe('rows without a key', () => {
  it('added, removed, respelled, and each column’s changes are those of the two bags', async () => {
    const bag = fc.array(fc.tuple(value, value), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(bag, bag, async (before, now) => {
        const ask = question(2);
        const diff = readBagDiff(ask, await asked(['c0', 'c1'], before, now, bagDiffSql(ask)));
        const texts = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row));
        const spelled = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row.map(plain)));
        const added = surplus(texts(now), texts(before));
        const unexplained = surplus(spelled(now), spelled(before));
        expect(diff).toMatchObject({
          before: before.length,
          now: now.length,
          added,
          removed: surplus(texts(before), texts(now)),
          respelled: added - unexplained,
        });
        expect(diff.addedRows).toHaveLength(unexplained);
        expect(diff.removedRows).toHaveLength(surplus(spelled(before), spelled(now)));
        for (const [i, column] of diff.columns.entries()) {
          const cells = (rows: readonly Row[], of: (cell: string | null) => unknown) =>
            rows.map((row) => JSON.stringify(of(row[i]!)));
          const most = (of: (cell: string | null) => unknown) =>
            Math.max(surplus(cells(now, of), cells(before, of)), surplus(cells(before, of), cells(now, of)));
          const changed = most((cell) => cell);
          expect(column).toMatchObject({ changed, respelled: changed - most(plain) });
        }
      }),
      { numRuns: 12 },
    );
  });

  it('two tables of no columns and no rows are the same', async () => {
    const ask = question(1);
    expect(readBagDiff(ask, await asked(['c0'], [], [], bagDiffSql(ask)))).toMatchObject({
      added: 0,
      removed: 0,
      addedRows: [],
    });
  });
});

describe('rows with a key', () => {
  it('a mapping holds for the rows that had the value, changed or not; nine alike are edits, and a NULL is a value', async () => {
    const ask = question(3, ['k']);
    const rows = (of: (i: number) => Row): Row[] =>
      Array.from({ length: 40 }, (_, i) => [...of(i), String(i)]);
    // c0: '0' has become nothing in all 20 rows that had it; c1: in 10 of 20 only; c2: nothing has become 'x' in 9 rows.
    const before = rows((i) => [i % 2 ? '0' : String(i), i % 2 ? '0' : String(i), i < 9 ? null : 'y']);
    const now = rows((i) => [
      i % 2 ? null : String(i),
      i % 2 && i < 20 ? null : before[i]![1]!,
      i < 9 ? 'x' : 'y',
    ]);
    const diff = readKeyedDiff(
      ask,
      await asked(['c0', 'c1', 'c2', 'k'], before, now.slice(0, 39), keyedDiffSql(ask)),
    );
    expect(diff.columns.map((causes) => causes.map(({ cause, rows: n }) => [cause, n]))).toEqual([
      [['mapping', 19]],
      [['edit', 10]],
      [['edit', 9]],
    ]);
    expect(diff).toMatchObject({ before: 40, now: 39, added: 0, removed: 1, removedKeys: ['39'] });
  });
});

it('the engine plans the rules of spelling once, however many columns a table has', () => {
  const rules = (sql: DiffStatements) => [...sql.prepare, ...sql.ask].join('\n').split('spelled_').length - 1;
  for (const sqlOf of [keyedDiffSql, bagDiffSql]) {
    expect(rules(sqlOf(question(60, ['k'])))).toBe(rules(sqlOf(question(2, ['k']))));
  }
});
