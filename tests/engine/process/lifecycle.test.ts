import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.js';
import { EngineChild } from '../../../src/engine/process/child.js';
import { failure, withEngine } from '../with-engine.js';

const { root, write } = withEngine();
const select = (sql: string, label = 'gold.x') => ({
  label,
  relations: [],
  macros: [],
  statements: [{ sql, collect: 'rows' as const }],
});
const slow = 'select sum(a.range * b.range) from range(100000) a, range(200000) b';

/** Processes of the engine whose parent is `pid`. */
function children(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // After the command's name in parentheses: state, then the parent's id.
        const parent = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1];
        return (
          Number(parent) === pid &&
          readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('dist/bundle/engine')
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** False also for a process that has ended and that nobody has asked for its exit code. */
function runs(pid: number): boolean {
  try {
    return !/^\S+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the engine', () => {
  it('starts nothing before it is used, then one process a kind, and ends them', async () => {
    const before = children(process.pid);
    const engine = createEngine({ threads: 1, tempDir: join(root, 'lazy') });
    expect(engine.started).toBe(false);
    expect(children(process.pid)).toEqual(before);

    const results = await Promise.all([engine.sql(select('select 1')), engine.sql(select('select 2'))]);
    expect(results.map(([result]) => result!.rows)).toEqual([[[1]], [[2]]]);
    expect(engine.started).toBe(true);
    expect(children(process.pid)).toHaveLength(before.length + 1);

    await engine.close();
    expect(children(process.pid)).toEqual(before);
    expect(readdirSync(join(root, 'lazy'))).toEqual([]);
  });

  it('runs tasks at the same time', async () => {
    const engine = createEngine({ threads: 2, tempDir: join(root, 'parallel') });
    await engine.sql(select('select 1'));
    const long = engine.sql(select(slow));
    long.catch(() => {});
    const [quick] = await engine.sql(select('select 42'));
    expect(quick!.rows).toEqual([[42]]);
    await engine.close();
    expect((await failure(long)).code).toBe('LK5006');
  });

  it('answers with LK5006 after it was closed', async () => {
    const engine = createEngine({ threads: 1, tempDir: join(root, 'closed') });
    await engine.close();
    expect((await failure(engine.sql(select('select 1')))).code).toBe('LK5006');
    expect(engine.started).toBe(false);
  });

  it('F30: when its process dies, each task in flight is done again alone, and only the one under which it dies again fails', async () => {
    const engine = createEngine({ threads: 1, tempDir: join(root, 'killed') });
    const before = children(process.pid);
    const own = () => children(process.pid).filter((pid) => !before.includes(pid) && runs(pid));
    const another = async (than?: number): Promise<number> => {
      for (;;) {
        const found = own().find((pid) => pid !== than);
        if (found !== undefined) return found;
        await sleep(5);
      }
    };
    await engine.sql(select('select 1'));
    const first = await another();
    const doomed = failure(engine.sql(select(slow, 'gold.a')));
    const [neighbour, steps] = [
      engine.sql(select('select count(*) from range(30000) a, range(20000) b', 'gold.b')),
      engine.steps({ label: 'gold.c', relations: [], macros: [] }, async (run) => {
        await run([{ sql: 'create temp table t as select 42 as x', collect: 'none' }]);
        return run([{ sql: 'select x from t, range(20000) a, range(20000) b limit 1', collect: 'rows' }]);
      }),
    ];
    await sleep(50);
    process.kill(first, 'SIGKILL');
    const second = await another(first);
    await sleep(50);
    process.kill(second, 'SIGKILL');
    const error = await doomed;
    expect([error.code, error.message]).toEqual([
      'LK5002',
      `The engine's process ended by SIGKILL while it worked on gold.a`,
    ]);
    expect(error.hint).toMatch(/memory_limit/);
    expect((await neighbour)[0]!.rows).toEqual([[600_000_000]]);
    expect((await steps)[0]!.rows).toEqual([[42]]);
    await engine.close();
  });

  it('F30: who runs out of memory beside others is done again alone; who does so alone fails', async () => {
    const engine = createEngine({ threads: 2, memoryLimit: '300MB', tempDir: join(root, 'short') });
    const held = (megabytes: number) =>
      select(`select len(list(range::varchar || repeat('x', 100))) from range(${megabytes * 5_000})`);
    const [big, ...rest] = await Promise.allSettled([
      engine.sql(held(900)),
      ...[1, 2, 3].map(() => engine.sql(held(80))),
    ]);
    expect(big).toMatchObject({ reason: { code: 'LK5003' } });
    expect(rest.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    await engine.close();
  });

  it('retires a process in which nothing runs, and starts another for the next task', async () => {
    const tempDir = join(root, 'retired');
    const child = new EngineChild({ kind: 'sql', threads: 1, tempDir });
    const before = children(process.pid);
    const own = () => children(process.pid).filter((pid) => !before.includes(pid) && runs(pid));
    expect(child.retire()).toBe(false);
    const ask = async () => (await child.request('sql', 'gold.x', select('select 1')))[0]!.rows;
    expect(await ask()).toEqual([[1]]);
    const [first] = own();

    const busy = ask();
    expect(child.retire()).toBe(false);
    expect(await busy).toEqual([[1]]);
    expect(own()).toEqual([first]);

    expect(child.retire()).toBe(true);
    // The end of the first one, which comes in the middle of it, is no end of this.
    expect(await ask()).toEqual([[1]]);
    const [second, ...more] = own();
    expect([second === first, more]).toEqual([false, []]);
    expect(child.retire()).toBe(true);
    await child.close();
    expect(own()).toEqual([]);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('gives back the memory of a statement that is done', async () => {
    const engine = createEngine({ threads: 2, tempDir: join(root, 'given-back') });
    const before = children(process.pid);
    await engine.sql(select('select 1'));
    const [pid] = children(process.pid).filter((child) => !before.includes(child));
    const megabytes = () =>
      Number(/^Anonymous:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]) / 1024;
    const idle = megabytes();
    const [result] = await engine.sql(
      select('select count(*) from (select hash(range) as h from range(2_000_000) group by h)'),
    );
    expect(result!.rows).toEqual([[2_000_000]]);
    // The hash table took a hundred, all of which DuckDB would keep.
    expect(megabytes() - idle).toBeLessThan(40);
    await engine.close();
  });

  it('says which setting is wrong when it cannot start', async () => {
    const engine = createEngine({ threads: 1, memoryLimit: '4 bananas', tempDir: join(root, 'bananas') });
    const error = await failure(engine.sql(select('select 1')));
    expect(error.code).toBe('LK5001');
    expect(error.message).toMatch(/^The engine cannot start: .*bananas/);
    expect(error.hint).toMatch(/memory_limit.*profiles\.yml/);
    await engine.close();
  });

  it('ends with a parent that was killed, and lets a parent end that forgot to close it', async () => {
    const dist = pathToFileURL(fileURLToPath(new URL('../../../dist/engine/index.js', import.meta.url)));
    const program = write(
      'parent.mjs',
      `import { createEngine } from ${JSON.stringify(dist.href)};
       const engine = createEngine({ threads: 1, tempDir: ${JSON.stringify(join(root, 'orphan'))} });
       await engine.sql(${JSON.stringify(select('select 1'))});
       console.log('used');
       if (process.argv[2] === 'wait') await engine.sql(${JSON.stringify(select(slow))});`,
    );
    const start = async (mode: string) => {
      const parent = spawn(process.execPath, [program, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => parent.stdout.once('data', resolve));
      const exited = new Promise((resolve) => parent.once('exit', (code, signal) => resolve(code ?? signal)));
      return { parent, exited, child: children(parent.pid!)[0] };
    };
    const killed = await start('wait');
    expect(killed.child).toBeDefined();
    killed.parent.kill('SIGKILL');
    expect(await killed.exited).toBe('SIGKILL');
    for (let i = 0; i < 100 && runs(killed.child!); i++) await sleep(20);
    expect(runs(killed.child!)).toBe(false);

    const forgetful = await start('leave');
    expect(await forgetful.exited).toBe(0);
  });

  it('keeps secrets of its environment from its processes (fault B24)', async () => {
    process.env['LAKE_TEST_TOKEN'] = 'canary-secret';
    const engine = createEngine({ threads: 1, tempDir: join(root, 'env') });
    const before = children(process.pid);
    await engine.sql(select('select 1'));
    const [pid] = children(process.pid).filter((child) => !before.includes(child));
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    delete process.env['LAKE_TEST_TOKEN'];
    await engine.close();
    expect(environment).toContain('UV_THREADPOOL_SIZE=2');
    expect(environment).not.toContain('canary-secret');
  });
});
