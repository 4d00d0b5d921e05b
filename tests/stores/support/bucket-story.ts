/**
 * A story of publishing in a bucket: what a process changes there are its requests, each of which it may die before, in the middle of (the
 * server goes on without it) and after. Each story goes on in the lake that the one before it left.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { execa } from 'execa';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import { scanSql, tableRelation } from '../../../src/lakehouse/readers/table-relation.js';
import type { Lake } from '../../../src/lakehouse/types.js';
import type { Ended, Instant } from '../../chaos/support/harness.js';
import { faultsIn, type Published } from '../../chaos/support/published.js';
import { type Calm, items, MODELS, TESTS } from '../../chaos/support/publishing.js';
import { straysAmong, workedWith } from '../../chaos/support/strays.js';
import type { Command, Story } from '../../chaos/support/tell.js';
import { moveState } from '../../lakehouse/support/move-state.js';
import { type FaultProxy, faultProxy, type SeenRequest } from '../../support/fault-proxy.js';
import { type BucketProject, type Kind, projectInBucket } from './in-buckets.js';
import { type Server, s3Keys } from './servers.js';

const BIN = fileURLToPath(new URL('../../../bin/lake.js', import.meta.url));
const ARGUMENTS: Readonly<Record<Command, readonly string[]>> = {
  build: ['build'],
  vacuum: ['vacuum', '--retention', '0 minutes', '--keep-sets', '1'],
};

/** What a request changes, by the part of the lake and the method; undefined where it changes nothing. */
function changeOf({ method, path }: SeenRequest): string | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  const key = /(?:^|[/=])shop\/([^?&]*)/.exec(decodeURIComponent(path))?.[1];
  if (key === undefined) return undefined;
  const special = [
    [/\.checkpoint\.parquet$/, 'checkpoint'],
    [/_last_checkpoint$/, 'last checkpoint'],
    [/datapackage\.json$/, 'datapackage'],
  ] as const;
  const found = special.find(([pattern]) => pattern.test(key))?.[1];
  const known = ['_locks', '_delta_log', '_lake', '_sets', '_runs', '_view', 'views.sql'];
  const kind = found ?? known.find((part) => key.split('/').includes(part)) ?? 'table folder';
  return `${kind}: ${method}`;
}

export class BucketStory implements Story {
  readonly #project: BucketProject;
  readonly #server: Server;
  readonly #proxy: FaultProxy;
  #number = 1;

  private constructor(project: BucketProject, server: Server, proxy: FaultProxy) {
    this.#project = project;
    this.#server = server;
    this.#proxy = proxy;
  }

  static async open(kind: Kind): Promise<BucketStory> {
    const server = await kind.start();
    await server.makeBucket('lake-test');
    const proxy = await faultProxy(server.origin);
    const models = Object.entries(MODELS).map(([name, sql]) => [`models/gold/${name}.sql`, sql]);
    const files = { 'seeds/items.csv': items(1), 'models/gold/tests.yml': TESTS };
    const project = projectInBucket(kind, proxy, { ...Object.fromEntries(models), ...files });
    const story = new BucketStory(project, server, proxy);
    await project.told('build');
    return story;
  }

  /** The next rows to publish. */
  news(): void {
    this.#number += 1;
    this.#project.write({ 'seeds/items.csv': items(this.#number) });
  }

  /** What the news are once they are published: from a lake on the disk. */
  async expected(): Promise<Published> {
    await this.#project.told('build', '--target', 'disk');
    return readTables(await openLake({ type: 'local', path: 'lake' }, this.#project.root));
  }

  /** The next version of one table is due a checkpoint. */
  async begin(): Promise<void> {
    const lake = await this.#project.lake();
    const { version } = (await lake.head('gold.whole'))!;
    await moveState(lake, 'gold.whole', version + 9 - (version % 10));
  }

  async read(): Promise<Published> {
    return readTables(await this.#project.lake());
  }

  async faults(): Promise<readonly string[]> {
    return faultsIn(await this.#project.lake());
  }

  async strays(): Promise<readonly string[]> {
    const lake = await this.#project.lake();
    const inLake = await straysAmong(lake, await keysBelow(lake, ''));
    const begun = (await lake.store.unfinished()).map(({ key }) => `begun: ${key}`);
    const cache = join(this.#project.root, 'target', 'cache');
    const staged = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(^incoming|\/staging)\/.*\.\w+$/.test(path),
    );
    return [...inLake, ...begun, ...staged, ...workedWith(this.#project.root)];
  }

  /** Runs a command to its end, and counts what it changes. */
  async calm(command: Command): Promise<Calm> {
    const changes: Record<string, number> = {};
    const started = performance.now();
    this.#proxy.befalls((request) => {
      const change = changeOf(request);
      if (change !== undefined) changes[change] = (changes[change] ?? 0) + 1;
      return undefined;
    });
    const { code, output } = await this.run(command);
    if (code !== 0) throw new Error(`the undisturbed ${command} failed:\n${output}`);
    return { changes, ms: performance.now() - started, requests: 0, answers: 0 };
  }

  async run(command: Command, instant?: Instant): Promise<Ended> {
    const timeout = instant?.kind === 'time' ? instant.ms : undefined;
    const child = execa(process.execPath, [BIN, ...ARGUMENTS[command]], {
      cwd: this.#project.root,
      reject: false,
      all: true,
      stdin: 'ignore',
      env: { NO_COLOR: '1', ...s3Keys },
      ...(timeout !== undefined && { timeout, killSignal: 'SIGKILL' as const }),
    });
    if (instant?.kind === 'disk') this.#killAt(instant, () => void child.kill('SIGKILL'));
    const { exitCode, signal, all } = await child;
    this.#proxy.befalls(() => undefined);
    return { killed: signal === 'SIGKILL', code: exitCode ?? null, output: all };
  }

  #killAt({ change, nth, when }: Extract<Instant, { kind: 'disk' }>, kill: () => void): void {
    let count = 0;
    this.#proxy.befalls((request) => {
      if (changeOf(request) !== change || ++count !== nth) return undefined;
      if (when === 'after') return { kind: 'lost_answer', done: kill };
      kill();
      return when === 'before' ? { kind: 'silence' } : undefined;
    });
  }

  async close(): Promise<void> {
    this.#project.remove();
    await this.#proxy.close();
    await this.#server.stop();
  }
}

/** Rows of every table of the newest set, and the SQL of every view. */
async function readTables(lake: Lake): Promise<Published> {
  const set = await lake.newestSet();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const published: Record<string, string> = {};
  try {
    for (const [table, version] of Object.entries(set?.tables ?? {})) {
      const head = await lake.at(table, version);
      const relation = tableRelation(head, (file) => lake.filePath(table, file));
      const release = await lake.store.hold(relation.scans.flatMap(({ files }) => files));
      const sql = relation.scans.map(scanSql).join('\nunion all\n');
      const rows = await connection.runAndReadAll(`from (${sql}) order by all`);
      published[table] = JSON.stringify(rows.getRowsJson());
      release();
    }
    for (const [view, version] of Object.entries(set?.views ?? {}))
      published[view] = (await lake.viewAt(view, version)).state.sql;
    return published;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function keysBelow({ store }: Lake, folder: string): Promise<readonly string[]> {
  const names = await store.list(folder);
  const keys = names.map(async (name) => {
    const key = folder === '' ? name : `${folder}/${name}`;
    return name.endsWith('/') ? keysBelow({ store } as Lake, key.slice(0, -1)) : [key];
  });
  return (await Promise.all(keys)).flat();
}
