/** `sort_by`: the order of the rows in each file of a table, an incremental model, a seed and a snapshot. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../../dbt/support/models.js';

const NUMBERS = 'select (i * 7919) % 1000 as n, i % 3 as part from range(1000) t(i)';
const MODELS = {
  up: `{{config sort_by='n'}}\n${NUMBERS}`,
  down: `{{config sort_by='part, N desc'}}\n${NUMBERS}`,
  parts: `{{config sort_by='N DESC' partition_by='PART'}}\n${NUMBERS}`,
  more: `{{config materialized='incremental' sort_by='n desc'}}\n${NUMBERS}`,
  plain: `select n, part from {{ref 'up'}}`,
};
const SEEDS = {
  'seeds/letters.csv': 'word,size\nb,1\na,1\nd,2\nc,9\n',
  'models/gold/x.yml': `seeds:
  - {name: letters, config: {sort_by: ["size desc", word]}}
snapshots:
  - name: history
    relation: ref('letters')
    config: {unique_key: word, strategy: check, check_cols: all, sort_by: word desc}
`,
};

let project: ModelProject;
beforeAll(async () => {
  project = modelProject(MODELS, SEEDS);
  await project.run();
}, 120_000);
afterAll(() => project.remove());

/** Of each file of a table the values of a column, in their order. */
async function inFiles(name: string, column: string): Promise<readonly (readonly unknown[])[]> {
  const { files } = await project.state(`gold.${name}`);
  const each = files.map(({ path }) => {
    const file = join(project.root, 'lake/gold', name, path);
    return project.query(
      `select ${column} from read_parquet('${file}', file_row_number = true) order by file_row_number`,
    );
  });
  return (await Promise.all(each)).map((rows) =>
    rows.map(([value]) => (Number.isNaN(Number(value)) ? value : Number(value))),
  );
}
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('rows are written in this order, of a list and of one text, whatever the case of the names', async () => {
  expect(await inFiles('up', 'n')).toEqual([numbers(0, 1000)]);
  const down = (await inFiles('down', 'part * 10000 - n'))[0]!.map(Number);
  expect(down).toEqual([...down].sort((a, b) => a - b));
});

test('each file of a partitioned table is in order', async () => {
  const files = await inFiles('parts', 'n');
  expect(files).toHaveLength(3);
  for (const rows of files) expect(rows).toEqual([...rows].sort((a, b) => Number(b) - Number(a)));
});

test('so are incremental models, seeds and snapshots', async () => {
  expect(await inFiles('more', 'n')).toEqual([numbers(0, 1000).reverse()]);
  expect(await inFiles('letters', 'word')).toEqual([['c', 'd', 'a', 'b']]);
  expect(await inFiles('history', 'word')).toEqual([['d', 'c', 'b', 'a']]);
});

test('another order writes the table anew, though its rows are the same; then nothing changes', async () => {
  const before = await project.state('gold.up');
  project.write({
    'models/gold/up.sql': `{{config sort_by='n desc'}}\n${NUMBERS}`,
    'models/gold/more.sql': `{{config materialized='incremental' sort_by='n'}}\n${NUMBERS} where false`,
  });
  expect((await project.run()).statuses).toMatchObject({ 'gold.up': 'success', 'gold.more': 'success' });
  expect(await inFiles('up', 'n')).toEqual([numbers(0, 1000).reverse()]);
  expect(await inFiles('more', 'n')).toEqual([numbers(0, 1000)]);
  expect((await project.state('gold.up')).contentHash).toBe(before.contentHash);
  expect((await project.run()).statuses).toMatchObject({ 'gold.up': 'reused', 'gold.more': 'reused' });
});

test('a column that is not there is told with the place, of partition_by as well', async () => {
  const wrong = modelProject({
    a: `{{config\n  sort_by='nn'}}\n${NUMBERS}`,
    b: `{{config partition_by='prat'}}\n${NUMBERS}`,
    c: `{{config partition_by=(list 'n' 'PART')}}\n${NUMBERS}`,
  });
  const { nodes } = await wrong.run(undefined, { exit: 1 });
  const told = Object.fromEntries(nodes.map(({ id, error }) => [id, error]));
  expect(told['gold.a']).toMatchObject({
    code: 'LK4064',
    message: 'gold.a has no column "nn", which sort_by names',
    hint: 'Did you mean "n"?',
    details: { at: { file: 'models/gold/a.sql', line: 2 } },
  });
  expect(told['gold.b']).toMatchObject({ code: 'LK4064', hint: 'Did you mean "part"?' });
  expect(told['gold.c']).toMatchObject({ code: 'LK4064', message: expect.stringContaining('all columns') });
  wrong.remove();
});

test('an expression is told before anything runs', async () => {
  const wrong = modelProject({ a: `{{config sort_by='lower(n)'}}\n${NUMBERS}` });
  await expect(wrong.run()).rejects.toThrow('LK2021 sort_by of "a" is "lower(n)", expected columns');
  wrong.remove();
});
