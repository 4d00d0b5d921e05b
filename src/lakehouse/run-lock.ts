/**
 * One run at a time in a lake. `_locks/<n>.json` are leases; the greatest n counts, and taking the lock is one
 * put-if-absent of n + 1: two runs that find the same stale lease cannot both win. Publishing does not depend on it
 * (put-if-absent of versions does that): the lock spares two runs from doing the same work.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { LakeError } from '../errors/lake-error.js';
import { encodeJson, readJson } from './json-file.js';
import { checkRun } from './names.js';
import { removeStagingOfOthers } from './staging.js';
import type { Store } from './stores/store.js';
import type { Lake } from './types.js';

/** A lease as it stands in its file. */
export interface RunLease {
  readonly format: 1;
  readonly run: string;
  readonly pid: number;
  readonly host: string;
  /** Boot of the host and its process namespace: only within one of these do process ids mean anything. */
  readonly boot: string;
  /** The process's own start, for process ids are used again; empty where the system does not tell. */
  readonly processStart: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly heartbeat: string;
  readonly released: boolean;
}

export interface RunLockOptions {
  /** `wait` until the other run ends, `skip` this one, or `fail` at once. */
  readonly ifRunning: 'wait' | 'skip' | 'fail';
  /** Told once, before waiting. */
  readonly onWait?: (holder: RunLease) => void;
  /** Ends the waiting as `skip` would. */
  readonly signal?: AbortSignal;
}

export type LockedRun<T> =
  | { readonly ran: true; readonly value: T }
  | { readonly ran: false; readonly holder: RunLease };

/** A lease from another host counts as abandoned when its heartbeat is older. */
const leaseMs = 60_000;
const heartbeatMs = 10_000;
const pollMs = 250;

/**
 * Runs `fn` while no other run works in the lake, in this process, another or on another host. A holder that died is
 * found by its process id on the same host, elsewhere by its heartbeat; what was staged is deleted.
 * @throws LakeError LK6040 (transient) when another run works and `ifRunning` is `fail`; whatever `fn` throws.
 */
export async function withRunLock<T>(
  lake: Pick<Lake, 'store'>,
  run: string,
  fn: () => Promise<T>,
  options: RunLockOptions,
): Promise<LockedRun<T>> {
  checkRun(run);
  let waiting = false;
  for (;;) {
    const taken = await takeLease(lake.store, run);
    if ('number' in taken) return { ran: true, value: await whileHeld(lake.store, taken, fn) };
    if (options.ifRunning === 'skip' || options.signal?.aborted) return { ran: false, holder: taken.holder };
    if (options.ifRunning === 'fail') throw busy(taken.holder);
    if (!waiting) options.onWait?.(taken.holder);
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

interface HeldLease {
  readonly number: number;
  readonly lease: RunLease;
}

async function takeLease(store: Store, run: string): Promise<HeldLease | { readonly holder: RunLease }> {
  const numbers = await listLeases(store);
  const newest = numbers.at(-1) ?? 0;
  const holder = await readJson<RunLease>(store, leaseKey(newest));
  if (holder !== undefined && isHeld(holder)) return { holder };
  const held = { number: newest + 1, lease: newLease(run) };
  const won = await store.putIfAbsent(leaseKey(held.number), encodeJson(held.lease));
  const after = (await listLeases(store)).at(-1)!;
  // Leases below the greatest are deleted, so that a number can be won twice: the greatest decides.
  if (won && after === held.number) {
    await Promise.all(numbers.map((number) => store.delete(leaseKey(number))));
    // Whoever died may itself have been clearing up after another one: what any run left goes.
    if (holder !== undefined && !holder.released) await removeStagingOfOthers(store, run);
    return held;
  }
  if (won) await store.delete(leaseKey(held.number));
  return takeLease(store, run);
}

async function whileHeld<T>(store: Store, { number, lease }: HeldLease, fn: () => Promise<T>): Promise<T> {
  let writing = Promise.resolve();
  const write = (released: boolean): Promise<void> => {
    const next = { ...lease, heartbeat: new Date().toISOString(), released };
    // A heartbeat that cannot be written must not end the run: at worst another one starts beside it.
    writing = writing.then(() => store.put(leaseKey(number), encodeJson(next))).catch(() => undefined);
    return writing;
  };
  const timer = setInterval(() => void write(false), heartbeatMs);
  timer.unref();
  try {
    return await fn();
  } finally {
    clearInterval(timer);
    await write(true);
  }
}

function isHeld(lease: RunLease): boolean {
  if (lease.released) return false;
  const here = newLease(lease.run);
  if (lease.host === here.host && lease.boot === here.boot) {
    return (
      isAlive(lease.pid) && (lease.processStart === '' || lease.processStart === processStart(lease.pid))
    );
  }
  return Math.abs(Date.now() - Date.parse(lease.heartbeat)) < leaseMs;
}

function newLease(run: string): RunLease {
  const now = new Date().toISOString();
  const { pid } = process;
  const identity = { run, pid, host: hostname(), boot: bootId(), processStart: processStart(pid) };
  return { format: 1, ...identity, since: now, heartbeat: now, released: false };
}

async function listLeases(store: Store): Promise<readonly number[]> {
  const names = await store.list('_locks');
  const numbers = names
    .map((name) => /^(\d+)\.json$/.exec(name)?.[1])
    .filter((number) => number !== undefined);
  return numbers.map(Number).sort((a, b) => a - b);
}

const leaseKey = (number: number): string => `_locks/${number}.json`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Linux tells; elsewhere the host alone is compared. */
function bootId(): string {
  return fromSystem(
    () =>
      `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`,
  );
}

/** Clock ticks from boot to the start of a process: field 22 of proc(5)'s `stat`, counted after the name in brackets. */
function processStart(pid: number): string {
  return fromSystem(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? '');
}

function fromSystem(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function busy(holder: RunLease): LakeError {
  const { run, pid, host, since } = holder;
  return new LakeError(
    'LK6040',
    `run ${run} has been working in this lake since ${since} (process ${pid} on ${host})`,
    {
      hint: 'Wait for it (`--if-running wait`), or end that process: its lock is then free at once.',
      transient: true,
      details: { run, pid, host, since },
    },
  );
}
