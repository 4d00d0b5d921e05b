/**
 * A project of models whose next build does everything that publishing can: a table whose tenth version is due a checkpoint and whose
 * log is due a clean-up, one in partitions, one that takes rows in, a view; and after it a vacuum with much to delete.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import { modelProject } from '../../dbt/support/models.js';
import { moveState } from '../../lakehouse/support/move-state.js';
import { tempProject } from '../../support/small-city.js';
import type { Ended, Instant } from './harness.js';
import { faultsOf, type Published, readPublished } from './published.js';
import { falseLogs, lakeOf, lostVersions, strays } from './strays.js';
import type { Command, Story } from './tell.js';

const BIN = fileURLToPath(new URL('../../../bin/lake.js', import.meta.url));
const [DIE_AT, LATER] = ['die-at.mjs', 'later.mjs'].map((name) =>
  fileURLToPath(new URL(`./${name}`, import.meta.url)),
);
/** Builds come later than Delta's logs are kept; a vacuum when what it replaced has been so for a day. */
const DAYS_LATER: Readonly<Record<Command, string>> = { build: '40', vacuum: '41' };

export const MODELS = {
  whole: `select * from {{ref 'items'}}\n`,
  parted: `{{config partition_by='place'}}\nselect * from {{ref 'whole'}}\n`,
  merged: `{{config materialized='incremental' unique_key='id'}}\nselect id, amount from {{ref 'whole'}}\n`,
  shown: `{{config materialized='view'}}\nselect place, sum(amount)::bigint as total from {{ref 'parted'}} group by place\n`,
};
export const TESTS = `version: 2
models:
  - {name: whole, columns: [{name: id, tests: [not_null, unique]}]}
`;
/** What there is to read; the view is another in each story. */
export const TABLES = ['gold.items', 'gold.whole', 'gold.parted', 'gold.merged', 'gold.shown'];

export function items(story: number): string {
  const rows = Array.from(
    { length: 30 + story * 5 },
    (_, i) => `${i},${'abc'[(i + story) % 3]},${i * story}`,
  );
  return `id,place,amount\n${rows.join('\n')}\n`;
}

const ARGUMENTS: Readonly<Record<Command, readonly string[]>> = {
  build: ['build'],
  vacuum: ['vacuum', '--retention', '1 minute', '--keep-sets', '1'],
};

/** What an undisturbed run did. */
export interface Calm {
  readonly changes: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly requests: 0;
  readonly answers: 0;
}

export class PublishingStory implements Story {
  /** Where it is told each time: a lake's views name files by their absolute paths. */
  readonly root: string;
  readonly #begin: string;

  private constructor(root: string) {
    this.root = root;
    this.#begin = tempProject({}).root;
  }

  static async open(): Promise<PublishingStory> {
    const project = modelProject(MODELS, { 'seeds/items.csv': items(1), 'models/gold/tests.yml': TESTS });
    await project.run();
    const lake = await openLake({ type: 'local', path: 'lake' }, project.root);
    await moveState(lake, 'gold.whole', 9);
    project.write({ 'seeds/items.csv': items(2) });
    await project.run();
    await moveState(lake, 'gold.whole', 19);
    const shown = MODELS.shown.replace('sum(', '-sum(');
    project.write({ 'seeds/items.csv': items(3), 'models/gold/shown.sql': shown });
    const story = new PublishingStory(project.root);
    cpSync(project.root, story.#begin, { recursive: true, preserveTimestamps: true });
    return story;
  }

  /** The project as it was before its next build. */
  begin(): void {
    rmSync(this.root, { recursive: true, force: true });
    cpSync(this.#begin, this.root, { recursive: true, preserveTimestamps: true });
  }

  read(): Promise<Published> {
    return readPublished(this.root, TABLES);
  }

  async faults(command: Command): Promise<readonly string[]> {
    const lost = command === 'build' ? await lostVersions(await lakeOf(this.root)) : [];
    return [...(await faultsOf(this.root)), ...(await falseLogs(this.root)), ...lost];
  }

  strays(): Promise<readonly string[]> {
    return strays(this.root);
  }

  /** Runs a command to its end, and counts what it does. */
  async calm(command: Command): Promise<Calm> {
    const log = join(this.#begin, 'changes.json');
    const started = performance.now();
    const { code, output } = await this.#run(command, { log });
    if (code !== 0) throw new Error(`the undisturbed ${command} failed:\n${output}`);
    const changes = JSON.parse(readFileSync(log, 'utf8')) as Record<string, number>;
    return { changes, ms: performance.now() - started, requests: 0, answers: 0 };
  }

  /** One command, killed at the instant if it gets there. */
  run(command: Command, instant?: Instant): Promise<Ended> {
    if (instant?.kind !== 'disk')
      return this.#run(command, undefined, instant?.kind === 'time' ? instant.ms : undefined);
    return this.#run(command, { kind: instant.change, nth: instant.nth, when: instant.when });
  }

  async #run(command: Command, dieAt: object | undefined, timeout?: number): Promise<Ended> {
    const { exitCode, signal, all } = await execa(
      process.execPath,
      ['--import', LATER!, '--import', DIE_AT!, BIN, ...ARGUMENTS[command]],
      {
        cwd: this.root,
        reject: false,
        all: true,
        stdin: 'ignore',
        env: {
          NO_COLOR: '1',
          LAKE_DAYS_LATER: DAYS_LATER[command],
          ...(dieAt && { LAKE_DIE: JSON.stringify(dieAt) }),
        },
        ...(timeout !== undefined && { timeout, killSignal: 'SIGKILL' as const }),
      },
    );
    return { killed: signal === 'SIGKILL', code: exitCode ?? null, output: all };
  }

  close(): void {
    for (const folder of [this.root, this.#begin]) rmSync(folder, { recursive: true, force: true });
  }
}
