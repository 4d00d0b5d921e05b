import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunLease } from '../../src/lakehouse/leases/lease.js';
import { type RunLeaseOptions, withRunLease } from '../../src/lakehouse/leases/run-lease.js';
import { LocalStore } from '../../src/lakehouse/stores/local.js';
import { type OpenedLake, openedLake } from './support/opened-lake.js';

let opened: OpenedLake;
const holders: ChildProcess[] = [];
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(async () => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  await opened.remove();
});

const program = fileURLToPath(new URL('./support/hold-lease.mjs', import.meta.url));

/** Another process that has the lease. */
async function holder(run: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, opened.lake.root, run], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(child);
  const [said] = await once(child.stdout!, 'data');
  expect(String(said)).toBe('held\n');
  return child;
}

/** What runs of these tests want: all of one lake, each from a folder of its own. */
const wants = (run: string, tables = ['silver.x']) => ({ run, tables, folder: `/projects/${run}` });

const lease = (
  run: string,
  ifRunning: 'wait' | 'skip' | 'fail' = 'fail',
  more: Partial<RunLeaseOptions> = {},
) => withRunLease(opened.lake, wants(run), async () => `value of ${run}`, { ifRunning, ...more });

/** Leases run out after a fifth of a second, so that tests can wait for it. */
const QUICK = { lease: 200, heartbeat: 20, poll: 5 };

async function leases(): Promise<RunLease[]> {
  const names = await readdir(opened.at('_locks'));
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(opened.at('_locks', name), 'utf8'))),
  );
}

async function writeLease(change: Partial<RunLease>): Promise<void> {
  await lease('writes-a-lease');
  const [written] = await leases();
  await opened.lake.store.put(
    '_locks/1.json',
    Buffer.from(JSON.stringify({ ...written, released: false, ...change })),
  );
}

describe('one run at a time', () => {
  test('runs one after another, and leaves one small file', async () => {
    for (const run of ['a', 'b', 'c'])
      expect(await lease(run)).toEqual({ ran: true, value: `value of ${run}` });
    expect(await leases()).toMatchObject([{ run: 'c', released: true }]);
  });

  test('the lock is free again after a failure', async () => {
    const failing = withRunLease(opened.lake, wants('a'), () => Promise.reject(new Error('failed')), {
      ifRunning: 'fail',
    });
    await expect(failing).rejects.toThrow('failed');
    expect(await lease('b')).toMatchObject({ ran: true });
  });

  test('F26: while another process works: fail names it, skip does nothing, wait waits', async () => {
    const other = await holder('run-of-the-other');
    const message = new RegExp(
      `^run run-of-the-other has been working in this lake since 20.*Z \\(process ${other.pid} on ${hostname()}\\)$`,
    );
    await expect(lease('b')).rejects.toMatchObject({
      code: 'LK6040',
      transient: true,
      message: expect.stringMatching(message),
    });
    expect(await lease('c', 'skip')).toMatchObject({ ran: false, holder: { run: 'run-of-the-other' } });
    const told: string[] = [];
    const options = { ifRunning: 'wait' as const, onWait: (lease: RunLease) => told.push(lease.run) };
    const waiting = withRunLease(opened.lake, wants('d'), async () => 'waited', options);
    while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    other.stdin!.write('end\n');
    expect(await waiting).toEqual({ ran: true, value: 'waited' });
    expect(told).toEqual(['run-of-the-other']);
  });

  test('F22: a run that waits for another can be told to stop', async () => {
    await holder('run-of-the-other');
    const stop = new AbortController();
    const options = { ifRunning: 'wait' as const, signal: stop.signal, onWait: () => stop.abort() };
    expect(await withRunLease(opened.lake, wants('b'), async () => 'ran', options)).toMatchObject({
      ran: false,
    });
  });

  test('F27: the lock of a killed process is free at once, and what it had staged is gone', async () => {
    const other = await holder('killed');
    const [orphaned, own] = await Promise.all(
      ['killed', 'b'].map((run) => opened.lake.stage('silver.x', run)),
    );
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect((await leases())[0]).toMatchObject({ run: 'killed', released: false });
    expect(await lease('b')).toMatchObject({ ran: true });
    await expect(stat(orphaned!)).rejects.toThrow('ENOENT');
    expect((await stat(own!)).isDirectory()).toBe(true);
  });

  test('F27: a process id that was given away again does not hold a lock', async () => {
    await writeLease({ pid: process.pid, processStart: '1' });
    expect(await lease('b')).toMatchObject({ ran: true });
  });

  const minuteAgo = () => new Date(Date.now() - 90_000).toISOString();

  test('F27: another host whose heart beat lately holds its lease: fail and skip are told at once', async () => {
    await writeLease({ host: 'elsewhere', heartbeat: new Date(Date.now() - 30_000).toISOString() });
    await expect(lease('b')).rejects.toMatchObject({
      code: 'LK6040',
      message: expect.stringContaining('on elsewhere'),
      hint: expect.stringContaining('--force-unlock'),
    });
    expect(await lease('b', 'skip')).toMatchObject({ ran: false });
  });

  test('F27: a host that died holds nothing once its heart was watched for a whole lease, however its clock went', async () => {
    for (const heartbeat of [minuteAgo(), new Date().toISOString()]) {
      await writeLease({ host: 'elsewhere', heartbeat });
      const began = performance.now();
      expect(await lease('b', 'wait', { timing: QUICK })).toMatchObject({ ran: true });
      expect(performance.now() - began).toBeGreaterThan(190);
    }
  });

  test('F27, F32: with a heart that beats a clock that is wrong by minutes takes nothing away', async () => {
    await writeLease({ host: 'elsewhere', heartbeat: minuteAgo() });
    let beat = 0;
    const beating = setInterval(() => {
      beat += 1;
      void writeLeaseAgain({ beat });
    }, 20);
    const trying = lease('b', 'fail', { timing: QUICK });
    await expect(trying).rejects.toMatchObject({ code: 'LK6040' });
    clearInterval(beating);
  });

  test('F27: a host that was booted since holds nothing once the lease is over', async () => {
    await writeLease({ boot: 'before', heartbeat: minuteAgo() });
    expect(await lease('b', 'wait', { timing: QUICK })).toMatchObject({ ran: true });
  });

  test('--force-unlock takes the lease away, and who held it is told at its next heartbeat', async () => {
    let told: unknown;
    let began = () => {};
    const working = new Promise<void>((resolve) => {
      began = resolve;
    });
    const first = withRunLease(
      opened.lake,
      wants('first'),
      async (lost) => {
        began();
        while (!lost.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
        told = lost.reason;
      },
      { ifRunning: 'fail', timing: QUICK },
    );
    await working;
    await expect(lease('second')).rejects.toMatchObject({ code: 'LK6040' });
    expect(await lease('second', 'fail', { forceUnlock: true })).toMatchObject({ ran: true });
    await first;
    expect(told).toBe('another run has taken over what this one works on');
    expect((await leases()).map(({ run, released }) => [run, released])).toEqual([['second', true]]);
  });

  describe('several runs at a time', () => {
    const during = (run: string, tables: string[] | undefined, folder = `/projects/${run}`) => {
      let end = () => {};
      const began = new Promise<void>((resolve) => {
        const work = () => {
          resolve();
          return new Promise<void>((done) => {
            end = done;
          });
        };
        void withRunLease(opened.lake, { run, tables, folder }, work, { ifRunning: 'fail' });
      });
      return { began, end: () => end() };
    };

    test('on disjoint tables work side by side; who wants one of theirs is told which run has it', async () => {
      const [a, b] = [during('a', ['silver.x', 'gold.x']), during('b', ['silver.y'])];
      await Promise.all([a.began, b.began]);
      const third = withRunLease(opened.lake, wants('c', ['silver.y', 'silver.z']), async () => {}, {
        ifRunning: 'fail',
      });
      await expect(third).rejects.toMatchObject({ code: 'LK6040', details: { run: 'b' } });
      a.end();
      b.end();
    });

    test('of one project folder wait for each other: they share its target folder', async () => {
      const a = during('a', ['silver.x'], '/projects/one');
      await a.began;
      const b = withRunLease(
        opened.lake,
        { run: 'b', tables: ['silver.y'], folder: '/projects/one' },
        async () => {},
        { ifRunning: 'skip' },
      );
      expect(await b).toMatchObject({ ran: false, holder: { run: 'a' } });
      a.end();
    });

    test('a lease without tables is one of the whole lake', async () => {
      const a = during('a', undefined);
      await a.began;
      await expect(lease('b')).rejects.toMatchObject({ code: 'LK6040' });
      a.end();
    });
  });

  test('a number that was free only because others took and dropped it is given back', async () => {
    const other = new EventEmitter();
    let holding: Promise<unknown> = Promise.resolve();
    class OthersAreFaster extends LocalStore {
      override async putIfAbsent(key: string, content: Uint8Array): Promise<boolean> {
        // Between the look at the leases and taking the next one, `a` comes and goes and `b` comes to stay.
        if (key === '_locks/1.json') {
          await lease('a');
          const stays = once(other, 'held');
          const work = () => {
            other.emit('held');
            return once(other, 'end');
          };
          holding = withRunLease(opened.lake, wants('b'), work, { ifRunning: 'fail' });
          await stays;
        }
        return super.putIfAbsent(key, content);
      }
    }
    const slow = { store: new OthersAreFaster(opened.lake.root) };
    const late = withRunLease(slow, wants('late'), async () => 'ran', { ifRunning: 'fail' });
    await expect(late).rejects.toMatchObject({ code: 'LK6040', details: { run: 'b' } });
    expect((await leases()).map((lease) => lease.run)).toEqual(['b']);
    other.emit('end');
    expect(await holding).toMatchObject({ ran: true });
  });

  test('of ten that find the same dead lease, one at a time runs', async () => {
    await writeLease({ pid: 2 ** 22 + 1 });
    let running = 0;
    const most: number[] = [];
    const work = async () => {
      running += 1;
      most.push(running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
    };
    const lakes = await Promise.all(Array.from({ length: 10 }, () => opened.again()));
    await Promise.all(
      lakes.map((lake, i) => withRunLease(lake, wants(`run-${i}`), work, { ifRunning: 'wait' })),
    );
    expect(most).toEqual(Array.from({ length: 10 }, () => 1));
  });

  async function writeLeaseAgain(change: Partial<RunLease>): Promise<void> {
    const [written] = await leases();
    await opened.lake.store.put('_locks/1.json', Buffer.from(JSON.stringify({ ...written, ...change })));
  }
});
