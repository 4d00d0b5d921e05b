/** Files that a question cannot concern are not read: bronze has a file for each load, partitions have their own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';

const LOADS = 3;
const csv = (day: number) =>
  `tree,area,height\n${Array.from({ length: 2_013 }, (_, i) => `t${day}-${i},area ${i % 4},${(i * 37) % 101}`).join('\n')}\n`;

let trees: City;
let loads: readonly string[];
beforeAll(async () => {
  trees = city(
    {
      'datasets/trees.yml': `dataset: trees
portal: files
source: {url: trees.csv}
load: {mode: append}
key: [tree]
partition_by: [area]
fields: {tree: varchar, area: varchar, height: integer}
`,
    },
    { files: { 'trees.csv': csv(1) } },
  );
  for (let day = 1; day <= LOADS; day++) {
    trees.serve({ files: { 'trees.csv': csv(day) } });
    await trees.build();
  }
  loads = (await trees.state('bronze.trees')).files.map(({ loadId }) => loadId!);
});
afterAll(() => trees.remove());

test('a question about one load reads the file of that load and of no other', async () => {
  expect(new Set(loads).size).toBe(LOADS);
  const damaged = trees.copy();
  for (const { path, loadId } of (await damaged.state('bronze.trees')).files)
    if (loadId !== loads[1]) damage(join(damaged.root, 'lake/bronze/trees', path));
  const asked = (where: string) =>
    runLake(damaged.root, [
      'query',
      `select count(*)::integer as n, max(length(tree || height))::integer as m from bronze.trees ${where}`,
      '--output',
      'json',
    ]);
  const one = await asked(`where _load_id = '${loads[1]}'`);
  expect(`${one.exitCode} ${one.stderr}`).toMatch(/^0/);
  expect(JSON.parse(one.stdout)).toEqual([{ n: 2_013, m: 10 }]);
  // As a check of the damage: who reads the other files fails.
  expect((await asked('')).exitCode).not.toBe(0);
  const inPlainDuckDB = `select count(*)::integer from bronze.trees where _load_id = '${loads[1]}' and length(tree || height) > 0`;
  expect(await damaged.query(inPlainDuckDB)).toEqual([[2_013]]);
  damaged.remove();
});

test('a question about one partition opens its files alone', async () => {
  const read = async (where: string): Promise<number> => {
    const sql = `explain (analyze, format json) select sum(height) from lake0.silver.trees ${where}`;
    const [[, text]] = (await trees.query(sql)) as [[string, string]];
    return [...text.matchAll(/"Total Files Read":\s*"(\d+)"/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  };
  const { files } = await trees.state('silver.trees');
  const ofOne = files.filter(({ partition }) => partition?.['area'] === 'area 2');
  expect(files.length).toBe(4 * ofOne.length);
  expect(await read('')).toBe(files.length);
  expect(await read(`where area = 'area 2'`)).toBe(ofOne.length);
  expect(await read(`where area in ('area 1', 'area 2')`)).toBe(2 * ofOne.length);
});

/** All between the first and the last bytes of a Parquet file, where its footer is, is something else. */
function damage(path: string): void {
  const content = readFileSync(path);
  const footer = content.readUInt32LE(content.length - 8) + 8;
  content.fill(0xa5, 4, content.length - footer);
  writeFileSync(path, content);
}
