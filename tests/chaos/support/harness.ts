/** Runs real `lake build` processes on one project and kills them at chosen instants. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPortal } from '../../../src/portal/index.js';
import { portalFiles } from '../../run/support/portal.js';
import { tempProject } from '../../support/small-city.js';
import { type Front, openFront } from './front.js';
import { type Published, readPublished } from './published.js';
import { content, FILES, settings, TABLES } from './transit.js';

const BIN = fileURLToPath(new URL('../../../bin/lake.js', import.meta.url));
const DIE_AT = fileURLToPath(new URL('./die-at.mjs', import.meta.url));
const ORIGINS = ['https://data.city.example', 'https://ckan.city.example', 'https://files.city.example'];

/** When a run is killed: at a change that it makes to the disk, at a request or in an answer, or after a time. */
export type Instant =
  | { readonly kind: 'disk'; readonly change: string; readonly nth: number; readonly when: string }
  | { readonly kind: 'request' | 'answer'; readonly nth: number }
  | { readonly kind: 'time'; readonly ms: number };

/** `first`: nothing was ever built. `next`: the day before was, and the portals have changed. */
export type Story = 'first' | 'next';

/** What an undisturbed run did: how often it made each change to the disk, and what it published. */
export interface Undisturbed {
  readonly changes: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly answers: number;
  readonly ms: number;
  readonly published: Published;
  /** What was published before it. */
  readonly before: Published;
}

export interface Ended {
  readonly killed: boolean;
  readonly code: number | null;
  readonly output: string;
}

type PortalOf = Readonly<Record<Story, Awaited<ReturnType<typeof startPortal>>>>;

export class Harness {
  /** Where every story is told: always the same folder, for a lake's views name files by their absolute paths. */
  readonly root: string;
  readonly front: Front;
  readonly #home: string;
  readonly #portals: PortalOf;

  private constructor(home: string, front: Front, portals: PortalOf) {
    this.#home = home;
    this.root = join(home, 'project');
    this.front = front;
    this.#portals = portals;
  }

  static async open(): Promise<Harness> {
    const days = [1, 2] as const;
    const folders = days.map((day) => tempProject(portalFiles(content(day))).root);
    const [first, next] = await Promise.all(
      folders.map((folder) => startPortal({ folder: join(folder, 'portal') })),
    );
    const front = await openFront(ORIGINS);
    const home = tempProject({});
    const harness = new Harness(home.root, front, { first: first!, next: next! });
    harness.#folders.push(home.root, ...folders);
    const clean = tempProject({ ...settings(front.origins), ...FILES });
    cpSync(clean.root, join(home.root, 'first'), { recursive: true, verbatimSymlinks: true });
    clean.remove();
    return harness;
  }

  readonly #folders: string[] = [];

  /** Begins a story anew: the project as it was before its build, and the portals as they are on its day. */
  begin(story: Story): void {
    rmSync(this.root, { recursive: true, force: true });
    mkdirSync(this.root);
    cpSync(join(this.#home, story), this.root, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
    this.front.serve(this.#portals[story].origins);
    this.front.begin();
  }

  /** Builds a story to its end; the first one's result is what the next one begins with. */
  async undisturbed(story: Story): Promise<Undisturbed> {
    this.begin(story);
    const before = await readPublished(this.root, TABLES);
    const log = join(this.#home, 'changes.json');
    const started = performance.now();
    const { code, output } = await this.#spawn({ log });
    const ms = performance.now() - started;
    if (code !== 0) throw new Error(`the undisturbed build failed:\n${output}`);
    const published = await readPublished(this.root, TABLES);
    if (story === 'first')
      cpSync(this.root, join(this.#home, 'next'), { recursive: true, verbatimSymlinks: true });
    const changes = JSON.parse(readFileSync(log, 'utf8')) as Record<string, number>;
    const { requests, answers } = this.front;
    return { changes, requests: requests(), answers: answers(), ms, published, before };
  }

  /** One build, killed at the instant if it gets there. */
  async run(instant?: Instant): Promise<Ended> {
    if (instant?.kind === 'disk')
      return this.#spawn({ kind: instant.change, nth: instant.nth, when: instant.when });
    return this.#spawn(undefined, instant);
  }

  async #spawn(dieAt: object | undefined, instant?: Exclude<Instant, { kind: 'disk' }>): Promise<Ended> {
    const child = spawn(process.execPath, ['--import', DIE_AT, BIN, 'build'], {
      cwd: this.root,
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...(dieAt && { LAKE_DIE: JSON.stringify(dieAt) }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const kill = () => void child.kill('SIGKILL');
    const timer = instant?.kind === 'time' ? setTimeout(kill, instant.ms) : undefined;
    const at = instant === undefined || instant.kind === 'time' ? undefined : instant;
    this.front.begin(at && { at: at.kind, nth: at.nth, call: kill });
    const [code, signal] = await once(child, 'exit');
    clearTimeout(timer);
    return { killed: signal === 'SIGKILL', code, output };
  }

  async close(): Promise<void> {
    await this.front.close();
    await Promise.all(Object.values(this.#portals).map((portal) => portal.close()));
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}
