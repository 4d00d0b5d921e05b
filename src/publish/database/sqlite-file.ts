/**
 * A `.sqlite` file. DuckDB writes SQLite by an extension alone, which would have to be downloaded: the engine writes a Parquet file with the
 * values that SQLite stores, and SQLite itself takes them in, some thousand rows at a time.
 */
import { join } from 'node:path';
import type { Database, Statement } from 'node-sqlite3-wasm';
import { type PlainValue, readColumns } from '../../engine/read-columns.js';
import { none, rows as sendBack } from '../../engine/statement.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import { rowsOf } from '../rows.js';
import {
  type DatabaseFile,
  type DatabaseTask,
  LOAD_COLUMNS,
  LOAD_NUMBERS,
  LOADS,
  type LoadRow,
} from './database-file.js';
import { type SqliteColumn, sqliteColumn } from './sqlite-types.js';

/** Most parameters of a statement: https://www.sqlite.org/limits.html#max_variable_number */
const MOST_PARAMETERS = 32_766;
const ROWS_AT_ONCE = 100;

/** The copy is thrown away where anything fails, so that it needs no journal; and nobody else opens it. */
const SETTINGS = [
  'locking_mode = exclusive',
  'journal_mode = delete',
  'journal_mode = off',
  'synchronous = off',
];

export async function openSqlite(path: string): Promise<DatabaseFile> {
  const { Database } = (await import('node-sqlite3-wasm')).default;
  const database = new Database(path);
  for (const setting of SETTINGS) database.get(`pragma ${setting}`);
  return {
    async inside() {
      const columns = LOAD_COLUMNS.map(
        (name) => `${name} ${LOAD_NUMBERS.includes(name) ? 'integer' : 'text'}`,
      );
      database.exec(`create table if not exists ${LOADS} (${columns.join(', ')})`);
      const tables = database.all(`select name from sqlite_master where type in ('table', 'view')`);
      const loads = database.all(`select * from ${LOADS}`) as unknown as readonly LoadRow[];
      return { tables: tables.map(({ name }) => String(name)), loads };
    },
    async put(task, table, load) {
      const parquet = join(task.scratch, 'rows.parquet');
      const taken = await exported(task, parquet);
      database.exec('begin');
      database.exec(`drop table if exists ${quoteIdent(table)}`);
      database.exec(createTable(task, table, taken.columns));
      await insert(database, table, taken.columns, parquet, task.signal);
      const key = task.publication.key;
      if (key.length > 0 && key.every((name) => task.columns.some((column) => column.name === name)))
        database.exec(
          `create index ${quoteIdent(`${table}_lake_key`)} on ${quoteIdent(table)} (${key.map(quoteIdent).join(', ')})`,
        );
      database.run(`delete from ${LOADS} where lower(table_name) = lower(?)`, [table]);
      const row = load(taken.rows);
      database.run(
        `insert into ${LOADS} values (${LOAD_COLUMNS.map(() => '?').join(', ')})`,
        LOAD_COLUMNS.map((name) => row[name]),
      );
      database.exec('commit');
      return { rows: taken.rows, notes: taken.notes };
    },
    async close() {
      if (database.isOpen) database.close();
    },
  };
}

interface Taken {
  readonly columns: readonly TakenColumn[];
  readonly rows: number;
  readonly notes: readonly string[];
}

interface TakenColumn extends SqliteColumn {
  /** Texts with a character of code 0, which end there unless they come as bytes. */
  readonly asBytes: boolean;
}

/** Writes the rows for SQLite into a Parquet file. */
async function exported(task: DatabaseTask, path: string): Promise<Taken> {
  const { relation, from, columns } = rowsOf(task);
  const kept = columns.map(sqliteColumn);
  const ask = (statement: ReturnType<typeof none>) =>
    task.engine.sql({
      label: task.publication.id,
      macros: [],
      relations: [relation],
      statements: [statement],
    });
  const odd = kept.map(({ declared, select }) => {
    if (declared === 'REAL') return `count(*) filter (isnan(${select}))`;
    return declared === 'TEXT' ? `count(*) filter (contains(${select}, chr(0)))` : '0';
  });
  const [counted] = await ask(sendBack(`select count(*), ${odd.join(', ')} from ${from}`, 1));
  const [rows, ...found] = counted!.rows[0]!.map(Number) as [number, ...number[]];
  const taken = kept.map((column, i) => ({
    ...column,
    asBytes: column.declared === 'TEXT' && found[i]! > 0,
  }));
  const select = taken.map(
    ({ select: sql, asBytes, name }) => `${asBytes ? `encode(${sql})` : sql} as ${quoteIdent(name)}`,
  );
  await ask(
    none(
      `copy (select ${select.join(', ')} from ${from}) to ${quoteText(path)} (format parquet, compression lz4)`,
    ),
  );
  const notes = taken.flatMap(({ declared, name }, i) =>
    declared === 'REAL' && found[i]! > 0
      ? [`SQLite has no NaN: ${found[i]} values of ${name} are NULL there`]
      : [],
  );
  return { columns: taken, rows, notes };
}

/** Descriptions are comments in it, which SQLite keeps: `.schema` shows them. */
function createTable(
  { description, columns }: DatabaseTask,
  table: string,
  taken: readonly TakenColumn[],
): string {
  const lines = taken.map(({ name, declared }, i) => {
    const text = columns[i]!.description;
    const comma = i === taken.length - 1 ? '' : ',';
    return `  ${quoteIdent(name)} ${declared}${comma}${text === undefined ? '' : ` ${comment(text)}`}`;
  });
  const head = description === undefined ? '' : ` ${comment(description)}`;
  return `create table ${quoteIdent(table)} (${head}\n${lines.join('\n')}\n)`;
}

const comment = (text: string): string => `-- ${text.replaceAll(/[\s\0]+/g, ' ').trim()}`;

async function insert(
  database: Database,
  table: string,
  columns: readonly TakenColumn[],
  parquet: string,
  signal: AbortSignal,
): Promise<void> {
  const one = `(${columns.map(({ asBytes }) => (asBytes ? 'cast(? as text)' : '?')).join(', ')})`;
  const many = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(MOST_PARAMETERS / columns.length)));
  const prepare = (rows: number): Statement =>
    database.prepare(
      `insert into ${quoteIdent(table)} values ${Array.from({ length: rows }, () => one).join(', ')}`,
    );
  const [several, single] = [prepare(many), prepare(1)];
  try {
    for await (const chunk of readColumns(parquet)) {
      signal.throwIfAborted();
      for (let at = 0; at < chunk.rows; ) {
        const rows = chunk.rows - at >= many ? many : 1;
        (rows === 1 ? single : several).run(valuesOf(chunk.columns, at, at + rows) as PlainValue[]);
        at += rows;
      }
    }
  } finally {
    several.finalize();
    single.finalize();
  }
}

/** Row by row, as the parameters stand. */
function valuesOf(
  columns: readonly (readonly PlainValue[])[],
  from: number,
  to: number,
): readonly PlainValue[] {
  const values: PlainValue[] = [];
  for (let row = from; row < to; row++) for (const column of columns) values.push(column[row]!);
  return values;
}
