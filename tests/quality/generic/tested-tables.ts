/** Tables in DuckDB, and what a generic test says of them: alone, and as part of a scan, which must agree. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect } from 'vitest';
import { checkArguments } from '../../../src/quality/generic/arguments.js';
import type { Arguments } from '../../../src/quality/generic/generic-test.js';
import { loadGenericTest } from '../../../src/quality/generic/index.js';
import { genericTestSql } from '../../../src/quality/generic/test-sql.js';

export interface Asked {
  /** Name of the table. */
  readonly on: string;
  readonly column?: string;
  readonly where?: string;
  readonly args?: Arguments;
  readonly failCalc?: string;
}

export interface Said {
  readonly failures: number;
  readonly columns: readonly string[];
  readonly rows: readonly unknown[][];
}

/** In a `describe`: makes the tables before its tests. `setup`: statements. */
export function testedTables(setup: readonly string[]): { ask(test: string, asked: Asked): Promise<Said> } {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    for (const sql of setup) await connection.run(sql);
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const read = async (sql: string): Promise<{ columns: string[]; rows: unknown[][] }> => {
    const reader = await connection.runAndReadAll(sql);
    return { columns: reader.columnNames(), rows: reader.getRowsJson() as unknown[][] };
  };

  return {
    async ask(name, { on, column, where, args = {}, failCalc }) {
      const test = await loadGenericTest(name);
      if (!test) throw new Error(`no test ${name}`);
      expect(checkArguments(test.arguments, args)).toEqual([]);
      expect(test.check?.(args)).toBeUndefined();
      const others = Object.fromEntries(
        Object.entries(args)
          .filter(([argument]) => test.arguments[argument]?.kind === 'relation')
          .map(([argument, table]) => [argument, `"${String(table)}"`]),
      );
      const { sql, scan } = genericTestSql(test, { relation: `"${on}"`, column, where, others }, args);
      const { columns, rows } = await read(sql);
      const calc = failCalc ?? test.failCalc ?? 'count(*)';
      const [[failures] = []] = (await read(`select (${calc})::double from (\n${sql}\n)`)).rows;
      if (scan) {
        const [[failing] = []] = (await read(`select ${scan.failing} from ${scan.from}`)).rows;
        expect(Number(failing ?? 0) > 0, 'the scan says what the rows say').toBe(rows.length > 0);
      }
      return { failures: Number(failures ?? 0), columns, rows };
    },
  };
}

/** A table of literal rows; `types`: of its columns. Text is put into quotes, everything else is printed. */
export function table(
  name: string,
  types: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const literal = (value: string | number | null) =>
    value === null ? 'null' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  const columns = Object.entries(types).map(([column, type]) => `"${column}" ${type}`);
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  return `create table "${name}" (${columns.join(', ')}); insert into "${name}" values ${values}`;
}
