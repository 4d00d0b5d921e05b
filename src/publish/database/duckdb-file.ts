/** A `.duckdb` file, written by the engine: rows go from the lake's files into it without leaving DuckDB. */
import { randomUUID } from 'node:crypto';
import { none, rows as sendBack } from '../../engine/statement.js';
import type { Relation, ResultSet, Statement } from '../../engine/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { rowsOf } from '../rows.js';
import {
  type DatabaseFile,
  type DatabaseTask,
  type Inside,
  LOAD_COLUMNS,
  LOAD_NUMBERS,
  LOADS,
  type LoadRow,
} from './database-file.js';

/** @param isNew A new file can be read by every DuckDB since 1.0; one that is there keeps its format. */
export function openDuckDb(
  path: string,
  { engine }: Pick<DatabaseTask, 'engine'>,
  isNew: boolean,
): DatabaseFile {
  const catalog = `published_${randomUUID().replaceAll('-', '')}`;
  const named = (table: string) => `${catalog}.main.${quoteIdent(table)}`;
  const format = isNew ? ` (storage_version 'v1.0.0')` : '';
  const ask = async (
    label: string,
    relations: readonly Relation[],
    statements: readonly Statement[],
  ): Promise<readonly ResultSet[]> => {
    const attached = [none(`attach ${quoteText(path)} as ${catalog}${format}`), ...statements];
    try {
      return await engine.sql({
        label,
        macros: [],
        relations,
        statements: [...attached, none(`detach ${catalog}`)],
      });
    } catch (error) {
      const detach = [none(`detach database if exists ${catalog}`)];
      await engine.sql({ label, macros: [], relations: [], statements: detach }).catch(() => undefined);
      throw error;
    }
  };
  return {
    async inside(): Promise<Inside> {
      const [tables, loads] = await ask(
        'database file',
        [],
        [
          none(createLoads(named(LOADS))),
          sendBack(
            `select name from (select table_name as name, database_name, schema_name from duckdb_tables()
          union all select view_name, database_name, schema_name from duckdb_views() where not internal)
          where database_name = ${quoteText(catalog)} and schema_name = 'main'`,
            1_000_000,
          ),
          sendBack(`select ${LOAD_COLUMNS.join(', ')} from ${named(LOADS)}`, 1_000_000),
        ],
      );
      return {
        tables: tables!.rows.map(([name]) => String(name)),
        loads: loads!.rows.map(
          (values) => Object.fromEntries(LOAD_COLUMNS.map((column, i) => [column, values[i]])) as LoadRow,
        ),
      };
    },
    async put(task, table, load) {
      const { relation, from, select } = rowsOf(task);
      const label = task.publication.id;
      const [counted] = await engine.sql({
        label,
        macros: [],
        relations: [relation],
        statements: [sendBack(`select count(*) from ${from}`, 1)],
      });
      const rows = Number(counted!.rows[0]![0]);
      await ask(
        label,
        [relation],
        [
          none('begin'),
          none(`create or replace table ${named(table)} as ${select}`),
          ...comments(task, named(table)),
          none(`delete from ${named(LOADS)} where lower(table_name) = lower(${quoteText(table)})`),
          none(
            `insert into ${named(LOADS)} values (${LOAD_COLUMNS.map((name) => valueSql(name, load(rows)[name])).join(', ')})`,
          ),
          none('commit'),
        ],
      );
      return { rows, notes: [] };
    },
    async close() {},
  };
}

/**
 * Who has the file open for writing, for people; undefined where nobody has, or where it cannot be opened for another reason.
 * Source: https://duckdb.org/docs/stable/connect/concurrency
 */
export async function lockedBy(
  path: string,
  { engine }: Pick<DatabaseTask, 'engine'>,
): Promise<string | undefined> {
  const catalog = `looked_at_${randomUUID().replaceAll('-', '')}`;
  const statements = [none(`attach ${quoteText(path)} as ${catalog} (read_only)`), none(`detach ${catalog}`)];
  try {
    await engine.sql({ label: 'database file', macros: [], relations: [], statements });
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const [, holder] = /Conflicting lock is held(?: in ([^\n]*?\(PID \d+\)))?/.exec(said) ?? [
      undefined,
      undefined,
    ];
    if (holder !== undefined) return holder;
    return /Could not set lock on file|being used by another process/.test(said)
      ? 'another program'
      : undefined;
  }
}

const TYPES: Readonly<Partial<Record<(typeof LOAD_COLUMNS)[number], string>>> = {
  published_at: 'timestamptz',
};

function createLoads(name: string): string {
  const columns = LOAD_COLUMNS.map(
    (column) => `${column} ${LOAD_NUMBERS.includes(column) ? 'bigint' : (TYPES[column] ?? 'varchar')}`,
  );
  return `create table if not exists ${name} (${columns.join(', ')})`;
}

function valueSql(name: string, value: string | number): string {
  return LOAD_NUMBERS.includes(name) ? String(Number(value)) : quoteText(String(value));
}

function comments({ description, columns }: DatabaseTask, table: string): readonly Statement[] {
  const ofTable =
    description === undefined ? [] : [none(`comment on table ${table} is ${quoteText(description)}`)];
  const ofColumns = columns.flatMap(({ name, description: text }) =>
    text === undefined ? [] : [none(`comment on column ${table}.${quoteIdent(name)} is ${quoteText(text)}`)],
  );
  return [...ofTable, ...ofColumns];
}
