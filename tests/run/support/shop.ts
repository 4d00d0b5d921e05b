/** A small shop for tests of materializations: datasets out of CSV files, which cost no engine of their own to change. */
import { loadAndCompile } from '../../../src/api/load-and-compile.js';
import { queryLake } from '../../../src/run/query.js';
import type { Files } from '../../support/small-city.js';
import { type City, city } from './city.js';

export const ORDERS = {
  'datasets/orders.yml': `dataset: orders
portal: files
source: {url: orders.csv}
key: [id]
fields: {id: integer, customer: varchar, amount: integer, day: date}
`,
};

/** Each row: id, customer, amount, day. */
export type OrderRow = readonly [number, string, number, string];

export const FOUR_ORDERS: readonly OrderRow[] = [
  [1, 'ann', 10, '2026-01-01'],
  [2, 'bob', 20, '2026-01-01'],
  [3, 'ann', 30, '2026-01-02'],
  [4, 'cid', 40, '2026-01-03'],
];

/** What the portal serves. */
export function orders(rows: readonly OrderRow[]) {
  const lines = rows.map((row) => row.join(','));
  return { files: { 'orders.csv': `id,customer,amount,day\n${lines.join('\n')}\n` } };
}

/** A project with the dataset `orders` and these files. */
export function shop(files: Files, rows: readonly OrderRow[] = FOUR_ORDERS): City {
  return city({ ...ORDERS, ...files }, orders(rows));
}

/** The rows of a question to the newest set, as `lake query` answers it. */
export async function ask({ root }: City, sql: string): Promise<readonly (readonly unknown[])[]> {
  const { graph, project } = await loadAndCompile(root, {});
  return (await queryLake({ root, graph, target: project.target, sql, limit: 1_000 })).rows;
}
