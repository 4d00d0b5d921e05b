/** A temporary project that is built in this process through the stages, and its lake as plain DuckDB sees it. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { loadAndCompile } from '../../../src/api/load-and-compile.js';
import { selectNodes } from '../../../src/compile/select/index.js';
import { ProjectError } from '../../../src/errors/lake-error.js';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { TableState } from '../../../src/lakehouse/types.js';
import { build } from '../../../src/run/build.js';
import type { RunFlags } from '../../../src/run/context.js';
import type { NodeResult, RunEvent, RunResult } from '../../../src/run/events.js';
import { type Files, type TempProject, tempProject } from '../../support/small-city.js';
import { CITY, type PortalContent, portalFiles } from './portal.js';

export interface BuildFlags extends Partial<RunFlags> {
  readonly command?: 'build' | 'run' | 'test';
  readonly select?: readonly string[];
  readonly target?: string;
  /** Day of the local portal. */
  readonly day?: number;
  /** Seeded faults of the local portal, and what their draws begin from. */
  readonly faults?: string;
  readonly seed?: number;
  readonly ifRunning?: 'wait' | 'skip' | 'fail';
  readonly signal?: AbortSignal;
  /** The exit code that is expected; 0 where nothing is said. */
  readonly exit?: number | 'any';
}

export interface Built extends RunResult {
  /** Node id → status. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly events: readonly RunEvent[];
  /** @throws Error when the node was not part of the run. */
  node(id: string): NodeResult;
}

export interface City extends TempProject {
  /** The same project with the same lakes in a folder of its own: builds that many tests begin with are made once. */
  copy(): City;
  /** Text of one of its files. */
  read(path: string): string;
  /** Replaces all that the portal serves. */
  serve(content: PortalContent): void;
  build(flags?: BuildFlags): Promise<Built>;
  /** Rows of a query on the tables of a lake, through its `views.sql`, as arrays of JSON values. */
  query(sql: string, lake?: 'lake' | 'fresh'): Promise<unknown[][]>;
  /** Tables whose rows in `lake` and in `fresh` differ, with these rows; where in bronze they came from is left out. */
  differences(...tables: string[]): Promise<Record<string, unknown[][]>>;
  /** What lake knows of a table at its newest version. @throws Error when it was never built. */
  state(table: string): Promise<TableState>;
  /** Table → number of its newest Delta version. */
  versions(): Readonly<Record<string, number>>;
}

/** A project with these files; `content` is what its portal serves at first. */
export function city(files: Files, content: PortalContent): City {
  return projectIn(tempProject({ ...CITY, ...files, ...portalFiles(content) }));
}

/** A project of seeds, models and snapshots alone: it reads no portal. */
export function sqlProject(files: Files): City {
  return projectIn(
    tempProject({
      'project.yml': 'name: shop\nversion: 1\n',
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
      ...files,
    }),
  );
}

/** A project that lies in a temporary folder already. */
export function projectIn(project: TempProject): City {
  const { root } = project;
  return {
    ...project,
    copy() {
      const twin = tempProject({});
      cpSync(root, twin.root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
      // The views name the files of the lake where it lies: those of a lake elsewhere are no longer its own.
      const views = join(twin.root, 'lake', 'views.sql');
      if (existsSync(views))
        writeFileSync(views, readFileSync(views, 'utf8').replaceAll(`${root}/`, `${twin.root}/`));
      return projectIn(twin);
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    serve: (next) => project.write(portalFiles(next)),
    build: (flags) => buildProject(root, flags),
    async query(sql, lake = 'lake') {
      return withLakes(root, [lake], (connection) => rowsOf(connection, sql));
    },
    differences: (...tables) => differencesOf(root, tables),
    async state(table) {
      const lake = await openLake({ type: 'local', path: 'lake' }, root);
      const head = await lake.head(table);
      if (!head) throw new Error(`${table} was never built`);
      return head.state;
    },
    versions: () => deltaVersions(join(root, 'lake')),
  };
}

/** Builds a project in this process. @throws Error telling what failed when the exit code is not the expected one. */
export async function buildProject(root: string, flags: BuildFlags = {}): Promise<Built> {
  const {
    command = 'build',
    select,
    target,
    day,
    faults,
    seed,
    ifRunning,
    signal,
    exit = 0,
    ...given
  } = flags;
  const opened = await loadAndCompile(root, { target }).catch((error) => {
    if (!(error instanceof ProjectError)) throw error;
    throw new Error(error.diagnostics.map((d) => `${d.code} ${d.message} (${d.at?.file})`).join('\n'));
  });
  const events: RunEvent[] = [];
  const result = await build({
    ...opened,
    target: opened.project.target,
    selected: selectNodes(opened.graph, { select }).filter(
      (id) => command !== 'test' || !id.startsWith('bronze.'),
    ),
    command,
    day,
    faults,
    seed,
    ifRunning,
    flags: {
      fullRefresh: false,
      audit: command !== 'run',
      testOnly: command === 'test',
      accept: [],
      ...given,
    },
    emit: (event) => events.push(event),
    signal: signal ?? new AbortController().signal,
  });
  if (exit !== 'any' && result.exitCode !== exit) {
    const lines = result.nodes.map((n) => `${n.id} ${n.status}: ${n.reason} ${describeTests(n)}`);
    throw new Error(`exit code ${result.exitCode} instead of ${exit}\n${lines.join('\n')}`);
  }
  return {
    ...result,
    events,
    statuses: Object.fromEntries(result.nodes.map((node) => [node.id, node.status])),
    node(id) {
      const found = result.nodes.find((node) => node.id === id);
      if (!found) throw new Error(`${id} was not part of the run`);
      return found;
    },
  };
}

function describeTests({ tests, error }: NodeResult): string {
  const details = error?.details === undefined ? [] : [JSON.stringify(error.details)];
  return [...details, ...tests.map((t) => `${t.id} ${t.status} ${t.message ?? ''}`)].join(' · ');
}

/** Table → rows that lake `a` has and lake `b` has not, and the other way round; equal tables are left out. */
export async function differencesOf(
  root: string,
  tables: readonly string[],
  a = 'lake',
  b = 'fresh',
): Promise<Record<string, unknown[][]>> {
  return withLakes(root, [a, b], async (connection) => {
    const found: Record<string, unknown[][]> = {};
    for (const table of tables) {
      const [left, right] = [0, 1].map(
        (i) => `select columns(c -> c not in ('_load_id', '_row')) from lake${i}.${table}`,
      );
      const rows = [
        ...(await rowsOf(connection, `select 'only ${a}', d.* from (${left} except all ${right}) d`)),
        ...(await rowsOf(connection, `select 'only ${b}', d.* from (${right} except all ${left}) d`)),
      ];
      if (rows.length > 0) found[table] = rows;
    }
    return found;
  });
}

/** A plain DuckDB in which each lake's `views.sql` was run, in a catalog of its own: `lake0`, `lake1`. */
export async function withLakes<T>(
  root: string,
  lakes: readonly string[],
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(`set timezone = 'UTC'`);
    for (const [i, lake] of lakes.entries()) {
      await connection.run(`attach ':memory:' as lake${i}; use lake${i}`);
      await connection.run(await readFile(join(root, lake, 'views.sql'), 'utf8'));
    }
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

function deltaVersions(lake: string): Record<string, number> {
  const folders = (path: string) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
      .map((entry) => entry.name);
  return Object.fromEntries(
    folders(lake).flatMap((layer) =>
      folders(join(lake, layer)).flatMap((name) => {
        const folder = join(lake, layer, name, '_delta_log');
        // A table that was staged and never published.
        if (!existsSync(folder)) return [];
        const log = readdirSync(folder);
        const commits = log.filter((file) => /^\d{20}\.json$/.test(file));
        return [[`${layer}.${name}`, commits.length - 1] as const];
      }),
    ),
  );
}
