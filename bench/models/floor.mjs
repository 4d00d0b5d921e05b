// The floor: one process, one connection, the same statements as COPY to Parquet (`run`), the same tests as SELECT (`test`).
// usage: node bench/models/floor.mjs <run|test> <count> <folder>
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { models, testsOf } from './project.mjs';

const [what, count, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const file = (name) => `'${join(folder, `${name}.parquet`)}'`;
const relation = (name) => `read_parquet(${file(name)})`;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const { name, sql } of models(Number(count))) {
  if (what === 'run') await connection.run(`copy (${sql(relation)}) to ${file(name)} (format parquet)`);
  else
    for (const test of testsOf(relation(name))) {
      const failing = await connection.runAndReadAll(test);
      if (failing.currentRowCount > 0) throw new Error(test);
    }
}
process.exit(0);
