import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunLease, withRunLock } from '../../src/lakehouse/run-lock.js';
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

const program = fileURLToPath(new URL('./support/hold-lock.mjs', import.meta.url));

/** Another process that has the lock. */
async function holder(run: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, opened.lake.root, run], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(child);
  const [said] = await once(child.stdout!, 'data');
  expect(String(said)).toBe('held\n');
  return child;
}

const lock = (run: string, ifRunning: 'wait' | 'skip' | 'fail' = 'fail') =>
  withRunLock(opened.lake, run, async () => `value of ${run}`, { ifRunning });

async function leases(): Promise<RunLease[]> {
  const names = await readdir(opened.at('_locks'));
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(opened.at('_locks', name), 'utf8'))),
  );
}

async function writeLease(change: Partial<RunLease>): Promise<void> {
  await lock('writes-a-lease');
  const [lease] = await leases();
  await opened.lake.store.put(
    '_locks/1.json',
    Buffer.from(JSON.stringify({ ...lease, released: false, ...change })),
  );
}

describe('one run at a time', () => {
  test('runs one after another, and leaves one small file', async () => {
    for (const run of ['a', 'b', 'c'])
      expect(await lock(run)).toEqual({ ran: true, value: `value of ${run}` });
    expect(await leases()).toMatchObject([{ run: 'c', released: true }]);
  });

  test('the lock is free again after a failure', async () => {
    const failing = withRunLock(opened.lake, 'a', () => Promise.reject(new Error('failed')), {
      ifRunning: 'fail',
    });
    await expect(failing).rejects.toThrow('failed');
    expect(await lock('b')).toMatchObject({ ran: true });
  });

  test('F26: while another process works: fail names it, skip does nothing, wait waits', async () => {
    const other = await holder('run-of-the-other');
    const message = new RegExp(
      `^run run-of-the-other has been working in this lake since 20.*Z \\(process ${other.pid} on ${hostname()}\\)$`,
    );
    await expect(lock('b')).rejects.toMatchObject({
      code: 'LK6040',
      transient: true,
      message: expect.stringMatching(message),
    });
    expect(await lock('c', 'skip')).toMatchObject({ ran: false, holder: { run: 'run-of-the-other' } });
    const told: string[] = [];
    const options = { ifRunning: 'wait' as const, onWait: (lease: RunLease) => told.push(lease.run) };
    const waiting = withRunLock(opened.lake, 'd', async () => 'waited', options);
    while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    other.stdin!.write('end\n');
    expect(await waiting).toEqual({ ran: true, value: 'waited' });
    expect(told).toEqual(['run-of-the-other']);
  });

  test('F22: a run that waits for another can be told to stop', async () => {
    await holder('run-of-the-other');
    const stop = new AbortController();
    const options = { ifRunning: 'wait' as const, signal: stop.signal, onWait: () => stop.abort() };
    expect(await withRunLock(opened.lake, 'b', async () => 'ran', options)).toMatchObject({ ran: false });
  });

  test('F27: the lock of a killed process is free at once, and what it had staged is gone', async () => {
    const other = await holder('killed');
    const [orphaned, own] = await Promise.all(
      ['killed', 'b'].map((run) => opened.lake.stage('silver.x', run)),
    );
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect((await leases())[0]).toMatchObject({ run: 'killed', released: false });
    expect(await lock('b')).toMatchObject({ ran: true });
    await expect(stat(orphaned!)).rejects.toThrow('ENOENT');
    expect((await stat(own!)).isDirectory()).toBe(true);
  });

  test('F27: a process id that was given away again does not hold a lock', async () => {
    await writeLease({ pid: process.pid, processStart: '1' });
    expect(await lock('b')).toMatchObject({ ran: true });
  });

  test('F27: another host holds its lock as long as its heart beats', async () => {
    const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    await writeLease({ host: 'elsewhere', heartbeat: secondsAgo(30) });
    await expect(lock('b')).rejects.toMatchObject({ code: 'LK6040' });
    await writeLeaseAgain({ heartbeat: secondsAgo(90) });
    expect(await lock('c')).toMatchObject({ ran: true });
  });

  test('F27: a host that was booted since holds nothing once the lease is over', async () => {
    await writeLease({ boot: 'before', heartbeat: new Date(Date.now() - 90_000).toISOString() });
    expect(await lock('b')).toMatchObject({ ran: true });
  });

  test('a number that was free only because others took and dropped it is given back', async () => {
    const other = new EventEmitter();
    let holding: Promise<unknown> = Promise.resolve();
    class OthersAreFaster extends LocalStore {
      override async putIfAbsent(key: string, content: Uint8Array): Promise<boolean> {
        // Between the look at the leases and taking the next one, `a` comes and goes and `b` comes to stay.
        if (key === '_locks/1.json') {
          await lock('a');
          const stays = once(other, 'held');
          const work = () => {
            other.emit('held');
            return once(other, 'end');
          };
          holding = withRunLock(opened.lake, 'b', work, { ifRunning: 'fail' });
          await stays;
        }
        return super.putIfAbsent(key, content);
      }
    }
    const slow = { store: new OthersAreFaster(opened.lake.root) };
    const late = withRunLock(slow, 'late', async () => 'ran', { ifRunning: 'fail' });
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
    await Promise.all(lakes.map((lake, i) => withRunLock(lake, `run-${i}`, work, { ifRunning: 'wait' })));
    expect(most).toEqual(Array.from({ length: 10 }, () => 1));
  });

  async function writeLeaseAgain(change: Partial<RunLease>): Promise<void> {
    const [lease] = await leases();
    await opened.lake.store.put('_locks/1.json', Buffer.from(JSON.stringify({ ...lease, ...change })));
  }
});
