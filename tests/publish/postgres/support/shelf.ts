/** A project of one model that is published to Postgres, and the database that it goes to. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterEach, inject } from 'vitest';
import { type NodeResult, openProject } from '../../../../src/index.js';
import { runLake } from '../../../support/run-lake.js';
import { type TempProject, tempProject } from '../../../support/small-city.js';

export interface Database {
  readonly dsn: string;
  /** Every value as text, as Postgres writes it. */
  rows(sql: string, values?: readonly unknown[]): Promise<(string | null)[][]>;
  end(): Promise<void>;
}

export interface Shelf extends TempProject, Database {
  readonly schema: string;
  /** What the model says. */
  say(sql: string, publish?: string): void;
  /** Builds, and gives what became of the publication. @throws Error where it failed and `fails` is not true. */
  build(fails?: boolean): Promise<NodeResult>;
  /** `lake publish` with these arguments, as a process. */
  publish(...args: readonly string[]): ReturnType<typeof runLake>;
  /** Columns of the newest row of lake_loads. */
  load(columns: string): Promise<(string | null)[]>;
}

const server = () => `postgresql://lake@127.0.0.1:${inject('port')}`;

export async function database(dsn = `${server()}/postgres`): Promise<Database> {
  const client = new Client({
    connectionString: dsn,
    types: { getTypeParser: () => (text: string) => text } as never,
  });
  // The server may be stopped by a test.
  client.on('error', () => {});
  await client.connect();
  return {
    dsn,
    async rows(sql, values = []) {
      const { rows } = await client.query({ text: sql, values: [...values], rowMode: 'array' });
      return rows as (string | null)[][];
    },
    end: () => client.end(),
  };
}

/** @param options `dsn`: the project's, where it is not that of the tests' server; `publish`: keys of the publication. */
export async function shelf(
  options: { readonly dsn?: string; readonly publish?: string } = {},
): Promise<Shelf> {
  const db = await database(options.dsn);
  const schema = `shelf_${randomBytes(4).toString('hex')}`;
  const project = tempProject(filesFor(options.dsn ?? `${server()}/postgres`, schema));
  const publishes = (keys: string) =>
    project.write({
      'models/gold/gold.yml': `version: 2
models:
  - name: people
    description: Who lives here.
    columns:
      - {name: name, description: "It's a name."}
    config:
      publish: [{to: warehouse${keys === '' ? '' : `, ${keys}`}}]
`,
    });
  publishes(options.publish ?? 'key: [id]');
  return {
    ...project,
    ...db,
    schema,
    say(sql, keys) {
      project.write({ 'models/gold/people.sql': sql });
      if (keys !== undefined) publishes(keys);
    },
    async build(fails = false) {
      await using lake = await openProject(project.root);
      const { nodes } = await lake.build();
      const published = nodes.find(({ kind }) => kind === 'publication');
      if (!published) throw new Error(`nothing was published: ${JSON.stringify(nodes)}`);
      if ((published.status === 'error') !== fails) throw new Error(JSON.stringify(published));
      return published;
    },
    publish: (...args) => runLake(project.root, ['publish', ...args]),
    async load(columns) {
      const [row] = await db.rows(
        `select ${columns} from ${schema}.lake_loads order by load_id desc limit 1`,
      );
      return row ?? [];
    },
  };
}

export const filesFor = (dsn: string, schema: string) => ({
  'project.yml': 'name: shelf\nversion: 1\n',
  'profiles.yml': `shelf:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: local, path: lake}
      publish: {warehouse: {type: postgres, dsn: '${dsn}', schema: ${schema}}}
`,
});

/** `values` as a SELECT with these columns: `people('id, name', "(1, 'ann')")`. */
export const people = (columns: string, ...rows: readonly string[]): string =>
  `select * from (values ${rows.join(', ')}) t(${columns})`;

/** Opens shelves, which are closed and taken away behind each test. */
export function openShelves(): (publish?: string, dsn?: string) => Promise<Shelf> {
  const open: Shelf[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) {
      await one.end();
      one.remove();
    }
  });
  return async (publish, dsn) => {
    const one = await shelf({ publish, dsn });
    open.push(one);
    return one;
  };
}
