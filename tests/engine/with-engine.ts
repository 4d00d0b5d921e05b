/** A real engine with folders of its own for one test file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.js';
import type {
  DecodedFile,
  DecodeResult,
  DecodeTask,
  Engine,
  EngineSettings,
  ResultSet,
  SqlTask,
} from '../../src/engine/types.js';

export interface TestEngine {
  readonly engine: Engine;
  /** Absolute folder of this test file. */
  readonly root: string;
  /** Writes a file below `root` and returns its absolute path. */
  write(name: string, content: string | Buffer): string;
  /** Result of one SQL text in a task of its own. */
  query(sql: string, task?: Partial<SqlTask>): Promise<ResultSet>;
  /** Rows of `query`. */
  rows(sql: string, task?: Partial<SqlTask>): Promise<ResultSet['rows']>;
  /** Decodes parts named `part0`, `part1`, … into a new folder. */
  decode(parts: readonly PartInput[], label?: string): Promise<DecodeResult & { readonly outDir: string }>;
  /** All columns of decoded files as objects, in delivered order, without what every row of a load has. */
  read(files: readonly DecodedFile[]): Promise<Record<string, unknown>[]>;
}

export type PartInput = Partial<Omit<DecodeTask['parts'][number], 'files'>> & {
  readonly files: readonly string[];
};

export const LOADED_AT = '2026-11-21T08:00:00.000Z';

export function withEngine(settings: Partial<EngineSettings> = {}): TestEngine {
  const root = mkdtempSync(join(tmpdir(), 'lake-engine-'));
  const engine = createEngine({ threads: 2, tempDir: join(root, 'spill'), ...settings });
  let outDirs = 0;
  afterAll(async () => {
    await engine.close();
    rmSync(root, { recursive: true, force: true });
  });

  const query = async (sql: string, task: Partial<SqlTask> = {}) => {
    const statements = [{ sql, collect: 'rows' as const }];
    const [result] = await engine.sql({ label: 'test', relations: [], macros: [], statements, ...task });
    return result!;
  };
  return {
    engine,
    root,
    write(name, content) {
      const path = join(root, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    query,
    rows: async (sql, task) => (await query(sql, task)).rows,
    async decode(parts, label = 'bronze.test') {
      const outDir = join(root, `out-${outDirs++}`);
      mkdirSync(outDir);
      const numbered = parts.map((part, i) => ({
        partId: `id${i}`,
        label: `part${i}`,
        variables: {},
        decode: { format: 'csv' as const },
        ...part,
      }));
      const result = await engine.decode({
        label,
        parts: numbered,
        loadId: 'load1',
        loadedAt: LOADED_AT,
        outDir,
      });
      return { ...result, outDir };
    },
    async read(files) {
      const all = await Promise.all(
        files.map(async ({ path }) => {
          const { columns, rows } = await query(
            'select * exclude (_load_id, _loaded_at) from "bronze"."file" order by _source_part, _row',
            {
              relations: [
                { schema: 'bronze', name: 'file', scans: [{ files: [path], select: '*' }], columns: [] },
              ],
            },
          );
          return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
        }),
      );
      return all.flat();
    },
  };
}

/** The code, message, hint and details of what a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<{
  code: string;
  message: string;
  hint?: string;
  details: Record<string, unknown>;
}> {
  try {
    await promise;
  } catch (error) {
    const { code, message, hint, details } = error as never;
    return { code, message, hint, details };
  }
  throw new Error('nothing went wrong');
}
