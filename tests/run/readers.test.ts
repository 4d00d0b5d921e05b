/**
 * Readers in a loop while real builds publish one set after another: `LAKE_BUILDS` of them, 12 with the other tests, 200 in
 * `npm run test:chaos`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../dbt/support/models.js';
import { runLake } from '../support/run-lake.js';
import { ask } from './support/shop.js';

const builds = Number(process.env['LAKE_BUILDS'] ?? 12);
const many = builds > 50;

/** Every table of a set tells the number of the build that made it. */
const MODELS = {
  whole: `select n from {{ref 'number'}}\n`,
  parted: `{{config partition_by='part'}}\nselect n, i % 3 as part from {{ref 'whole'}}, range(30) t(i)\n`,
  grown: `{{config materialized='incremental' unique_key='n'}}\nselect n from {{ref 'whole'}}\n`,
  shown: `{{config materialized='view'}}\nselect max(n) as n from {{ref 'parted'}}\n`,
};
const QUESTION = `select (select n from gold.number) as a, (select n from gold.whole) as b, (select min(n) from gold.parted) as c,
  (select max(n) from gold.parted) as d, (select count(*) from gold.parted) / 30 as e, (select max(n) from gold.grown) as f,
  (select count(*) from gold.grown) as g, (select n from gold.shown) as h`;

const seed = (n: number) => ({ 'seeds/number.csv': `n\n${n}\n` });

/** As \`lake query\` reads. */
const byLake = async (project: ModelProject) => (await ask(project, QUESTION))[0]!;

/** As any program reads that has DuckDB: it runs what views.sql says. */
async function byViews({ root }: ModelProject): Promise<readonly unknown[]> {
  return plainly(async (connection) => {
    await connection.run(readFileSync(join(root, 'lake/views.sql'), 'utf8'));
    return (await connection.runAndReadAll(QUESTION)).getRowsJson()[0]!;
  });
}

/** As a notebook reads: it opens lake.duckdb. */
async function byDatabase({ root }: ModelProject): Promise<readonly unknown[]> {
  return plainly(async (connection) => {
    await connection.run(`attach '${join(root, 'lake/lake.duckdb')}' as lake (read_only); use lake`);
    return (await connection.runAndReadAll(QUESTION)).getRowsJson()[0]!;
  });
}

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

async function plainly<T>(read: (connection: Connection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return await read(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test(
  'F26: who reads while builds publish one set after another never meets an error, nor tables of two sets',
  async () => {
    const project = modelProject(MODELS, seed(1));
    await project.run();
    let ended = false;
    const readers = { byLake, byViews, byDatabase };
    const seen = new Map<string, Set<number>>();
    const began = performance.now();
    const reading = Object.entries(readers).map(async ([name, read]) => {
      const versions = new Set<number>();
      seen.set(name, versions);
      while (!ended) {
        const [a, b, c, d, e, f, g, h] = (await read(project)).map(Number);
        expect([b, c, d, f, g, h, e], name).toEqual([a, a, a, a, a, a, 1]);
        expect(a, `${name} goes back`).toBeGreaterThanOrEqual(Math.max(0, ...versions));
        versions.add(a!);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const building = (async () => {
      try {
        for (let n = 2; n <= builds + 1; n++) {
          project.write(seed(n));
          const { exitCode, stdout } = await runLake(project.root, ['build']);
          expect(exitCode, stdout).toBe(0);
          if (many && n % 20 === 1)
            process.stdout.write(
              `${n - 1} of ${builds} builds read in ${Math.round((performance.now() - began) / 1000)} s\n`,
            );
        }
      } finally {
        ended = true;
      }
    })();
    try {
      await Promise.all([building, ...reading]);
    } finally {
      ended = true;
      await Promise.allSettled([building, ...reading]);
      project.remove();
    }
    // They did read meanwhile, and not one state for ever.
    for (const [name, versions] of seen) expect(versions.size, name).toBeGreaterThan(builds / 6);
  },
  120_000 + builds * 20_000,
);
