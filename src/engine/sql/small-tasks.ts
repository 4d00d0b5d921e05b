/**
 * Tasks over little data, of which a project may have thousands: what costs there is not the rows but each statement, so the
 * relations are written into the SQL, the connection serves many tasks, and one thread does the work, for which DuckDB would
 * otherwise wake and await others. Whatever goes wrong is left to the ordinary way, which knows the place of every mistake.
 */
import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Relation, ResultSet, Scan, ScanAnswer, ScanTask, SqlTask } from '../types.js';
import { writeInPlace } from './in-place.js';
import { noRows } from './relation-sql.js';
import { collectRows } from './result-set.js';
import { goesOn, runStatement } from './run-sql.js';
import type { SqlDatabase } from './sql-database.js';

/** Bytes of Parquet that a task reads at most: some ten thousand rows, a few milliseconds of one thread. */
const LITTLE = 256 * 1024;
const MOST_FILES = 64;

export interface SmallTasks {
  /** Undefined where the task is none of these, or went wrong. */
  run(task: SqlTask): Promise<readonly ResultSet[] | undefined>;
  /** One statement for all scans; null for each where that cannot be. */
  scan(task: ScanTask): Promise<readonly ScanAnswer[]>;
}

/**
 * @param open Opens the database with one thread, when there is first need of it.
 * @param whole For tasks that read nothing: what they make may be large.
 */
export function smallTasks(open: () => Promise<SqlDatabase>, whole: SqlDatabase): SmallTasks {
  const idle = new Map<SqlDatabase, DuckDBConnection[]>();

  /** Undefined where it fails: the connection may then be in any state. */
  const withConnection = async <Result>(
    database: SqlDatabase,
    work: (connection: DuckDBConnection) => Promise<Result>,
  ): Promise<Result | undefined> => {
    const free = idle.get(database) ?? [];
    idle.set(database, free);
    const connection = free.pop() ?? (await database.instance.connect());
    try {
      const result = await work(connection);
      free.push(connection);
      await database.giveBack();
      return result;
    } catch {
      connection.disconnectSync();
      return undefined;
    }
  };

  return {
    async run(task) {
      const statements = task.plain ? inPlace(task) : undefined;
      if (!statements) return undefined;
      const files = filesOf(task.relations);
      if (!areLittle(files)) return undefined;
      const database = files.length === 0 ? whole : await open();
      await database.provideFunctions(task);
      return withConnection(database, async (connection) => {
        const results: ResultSet[] = [];
        for (const statement of statements) {
          const result = await runStatement(connection, statement);
          if (result) results.push(result);
          if (!goesOn(statement, result)) break;
        }
        return results;
      });
    },
    async scan({ scans, macros, label }) {
      const none = scans.map(() => null);
      const written = scans.map(({ relations, from, failing }, n) => {
        const values = failing.map((one) => `cast((${one}\n) as double)`);
        return writeInPlace(`select ${n} as n, [${values.join(', ')}] as failing\nfrom ${from}`, relations);
      });
      const relations = scans.flatMap((scan) => scan.relations);
      const statements = written.map((sql) => ({ sql: sql ?? '', collect: 'rows' as const }));
      const task = { label, relations, macros, statements };
      const fits = written.every((sql) => sql !== undefined) && isPlain(task);
      if (!fits || !areLittle(filesOf(relations), scans.length)) return none;
      const database = await open();
      await database.provideFunctions(task);
      const answers = await withConnection(database, async (connection) =>
        collectRows(await connection.run(written.join('\nunion all\n')), scans.length),
      );
      const found = new Map(answers?.rows.map(([n, failing]) => [Number(n), failing as ScanAnswer]));
      return scans.map((_, n) => found.get(n) ?? null);
    },
  };
}

/** Undefined where a name, a macro or what a statement leaves behind needs a catalog of the task's own. */
function inPlace(task: SqlTask): SqlTask['statements'] | undefined {
  if (!isPlain(task)) return undefined;
  const statements = task.statements.flatMap((statement) => {
    // What is only described has the types of its inputs: to open their files for it would double its cost.
    const sql = statement.onlyTypes
      ? writeInPlace(statement.sql, task.relations, ({ columns }) => noRows(columns))
      : writeInPlace(statement.sql, task.relations);
    return sql === undefined ? [] : [{ ...statement, sql }];
  });
  return statements.length === task.statements.length ? statements : undefined;
}

function isPlain({ relations, statements, macros }: SqlTask): boolean {
  if (relations.some(({ view, hidden, optional }) => view || hidden || optional)) return false;
  const names = macros.map((macro) => /\bmacro\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?\s*\(/i.exec(macro)?.[1]);
  const text = statements.map(({ sql }) => sql.toLowerCase()).join('\n');
  // setseed is the one function that changes the connection.
  return !text.includes('setseed') && names.every((name) => name && !text.includes(name.toLowerCase()));
}

function filesOf(relations: readonly Relation[]): readonly string[] {
  return relations.flatMap(({ scans }) => scans.flatMap(({ files }: Scan) => files));
}

/** A file that is not there is found missing where it is read. */
function areLittle(files: readonly string[], times = 1): boolean {
  if (files.length > MOST_FILES * times) return false;
  let bytes = 0;
  for (const file of files) bytes += statSync(file, { throwIfNoEntry: false })?.size ?? LITTLE * times;
  return bytes <= LITTLE * times;
}
