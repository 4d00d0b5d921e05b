/**
 * Failing rows as files: `target/failures/<target>/<test>.parquet`, written beside and renamed, so that a reader sees all
 * of one run's or none. A file goes when its test passes again, or is no test any more.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TestNode } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import type { TestOutcome } from '../events.js';

const ENDING = '.parquet';

/** Absolute. Each target has a folder of its own: its lake holds other rows. */
export function failuresFolder(root: string, target: string): string {
  return join(root, 'target', 'failures', encodeURIComponent(target));
}

export interface BegunFile {
  /** Absolute: write here. */
  readonly path: string;
  /** Makes it the test's file. */
  commit(kept: { readonly rows: number; readonly all: boolean }): Promise<NonNullable<TestOutcome['kept']>>;
  /** Removes what was not committed. */
  discard(): Promise<void>;
}

/** The files of one target. The folder is looked at once, when a test first ends. */
export class KeptFailures {
  readonly #folder: string;
  readonly #names: ReadonlyMap<string, string>;
  #files: Promise<Set<string>> | undefined;

  constructor(folder: string, tests: readonly Pick<TestNode, 'id' | 'givenName'>[]) {
    this.#folder = folder;
    this.#names = failureNames(tests);
  }

  /** The test's file, as an earlier run has left it. */
  async find(id: string): Promise<Pick<NonNullable<TestOutcome['kept']>, 'name' | 'path'> | undefined> {
    const name = this.#names.get(id);
    if (name === undefined || !(await this.#known()).has(name)) return undefined;
    return { name, path: this.#pathOf(name) };
  }

  #pathOf(name: string): string {
    return relative(join(this.#folder, '..', '..', '..'), join(this.#folder, name + ENDING));
  }

  async begin(id: string, run: string): Promise<BegunFile> {
    const name = this.#names.get(id)!;
    const files = await this.#known();
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `.${name}.${run}`);
    return {
      path,
      commit: async (kept) => {
        const final = join(this.#folder, name + ENDING);
        await rename(path, final);
        files.add(name);
        return { name, path: this.#pathOf(name), ...kept };
      },
      discard: () => rm(path, { force: true }),
    };
  }

  /** The test has no failing rows, or none that are kept. */
  async forget(id: string): Promise<void> {
    const name = this.#names.get(id);
    const files = await this.#known();
    if (name === undefined || !files.delete(name)) return;
    await rm(join(this.#folder, name + ENDING), { force: true });
  }

  /** Names of the files that are there; those of tests that are gone, or were never finished, are removed. */
  #known(): Promise<Set<string>> {
    this.#files ??= this.#look();
    return this.#files;
  }

  async #look(): Promise<Set<string>> {
    const wanted = new Set([...this.#names.values()].map((name) => name + ENDING));
    const there = await readdir(this.#folder).catch(() => []);
    const stale = there.filter((file) => !wanted.has(file));
    await Promise.all(stale.map((file) => rm(join(this.#folder, file), { force: true })));
    const kept = there.filter((file) => wanted.has(file));
    return new Set(kept.map((file) => file.slice(0, -ENDING.length)));
  }
}

/**
 * Test id → a name for SQL and the file system: the name that YAML gives it alone, else `not_null(gold.x.id)` →
 * `not_null_gold_x_id`. Of tests whose names would be the same all but the first get a number.
 */
export function failureNames(
  tests: readonly Pick<TestNode, 'id' | 'givenName'>[],
): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const times = new Map<string, number>();
  for (const { givenName = '' } of tests) times.set(givenName, (times.get(givenName) ?? 0) + 1);
  return new Map(
    tests.map(({ id, givenName }) => {
      const own = givenName !== undefined && times.get(givenName) === 1;
      const plain = (own ? givenName : id)
        .replace(/^tests\/(data\/)?/, '')
        .replace(/\.sql$/, '')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '')
        .slice(0, 120);
      let name = plain === '' || /^[0-9]/.test(plain) ? `test_${plain}` : plain;
      for (let n = 2; taken.has(name); n += 1) name = `${plain}_${n}`;
      taken.add(name);
      return [id, name];
    }),
  );
}

/** The files as relations `failures.<test>`. */
export async function failureRelations(folder: string): Promise<readonly Relation[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith(ENDING) && !file.startsWith('.'))
    .map((file) => ({
      schema: 'failures',
      name: file.slice(0, -ENDING.length),
      scans: [{ files: [join(folder, file)], select: '*' }],
      columns: [],
    }));
}
