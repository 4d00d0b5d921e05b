/** Runs what a template compiles to in the real engine, over small tables of the test's own. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Project } from '../../../src/project/types.js';
import { dataset, model, sqlOf } from '../build-project.js';

export type Cell = string | number | boolean | null;

export interface Result {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Models {
  /** Compiles the model beside the tables and gives its rows, in their order where the SQL has one, else sorted. */
  readonly run: (sql: string, more?: Partial<Project>) => Promise<Result>;
  readonly close: () => void;
}

/**
 * @param tables `name` → the SELECT of its rows; a template calls it `{{ref 'name'}}`.
 */
export async function withTables(tables: Readonly<Record<string, string>>): Promise<Models> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run('create schema gold; create schema silver');
  for (const [name, sql] of Object.entries(tables)) {
    await connection.run(`create table gold."${name}" as ${sql}`);
  }
  const models = Object.keys(tables).map((name) => model(name, 'select 1 as n'));
  return {
    async run(sql, more = {}) {
      const compiled = await sqlOf(sql, {
        ...more,
        models,
        datasets: [...(more.datasets ?? []), dataset('seen')],
      });
      // As a build writes it: one SELECT inside of another statement.
      await connection.run(`create or replace temp table result as (${compiled})`);
      const ordered = /\border by\b(?![^(]*\))/.test(compiled);
      return read(connection, `select * from result${ordered ? '' : ' order by all'}`);
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function read(connection: DuckDBConnection, sql: string): Promise<Result> {
  const reader = await connection.runAndReadAll(sql);
  return {
    columns: reader.columnNames(),
    types: reader.columnTypes().map(String),
    rows: reader.getRowsJson().map((row) => row.map(numeric)),
  };
}

/** 64-bit numbers come as texts. */
function numeric(value: unknown): Cell {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : (value as Cell);
}
