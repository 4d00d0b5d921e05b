/** A lease as it stands in its file, `_locks/<n>.json`, and who wrote it. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readJson } from '../json-file.js';
import type { Store } from '../stores/store.js';
import type { TableId } from '../types.js';

export interface RunLease {
  readonly format: 1;
  readonly run: string;
  readonly pid: number;
  readonly host: string;
  /** Boot of the host and its process namespace: only within one of these do process ids mean anything. */
  readonly boot: string;
  /** The process's own start, for process ids are used again; empty where the system does not tell. */
  readonly processStart: string;
  /** Tables that the run may publish, sorted; left out: all. */
  readonly tables?: readonly TableId[];
  /** Hash of host and project folder: two runs of one folder share its `target/`. */
  readonly folder: string;
  /** ISO 8601 UTC, by the holder's clock: for people, and a first guess. */
  readonly since: string;
  readonly heartbeat: string;
  /** Counts the heartbeats: what others watch. */
  readonly beat: number;
  readonly released: boolean;
}

/** What a run asks for. */
export interface LeaseRequest {
  readonly run: string;
  /** Left out: all tables of the lake. */
  readonly tables?: readonly TableId[];
  /** Absolute project folder. */
  readonly folder: string;
}

export function newLease({ run, tables, folder }: LeaseRequest): RunLease {
  const now = new Date().toISOString();
  const { pid } = process;
  return {
    format: 1,
    run,
    pid,
    host: hostname(),
    boot: bootId(),
    processStart: processStart(pid),
    ...(tables && { tables: [...tables].sort() }),
    folder: createHash('sha256').update(`${hostname()}\0${folder}`).digest('hex').slice(0, 16),
    since: now,
    heartbeat: now,
    beat: 0,
    released: false,
  };
}

/** Whether two runs would get in each other's way. */
export function overlap(a: RunLease, b: RunLease): boolean {
  if (a.folder === b.folder || a.tables === undefined || b.tables === undefined) return true;
  const own = new Set(a.tables);
  return b.tables.some((table) => own.has(table));
}

export const leaseKey = (number: number): string => `_locks/${number}.json`;

export interface StoredLease {
  readonly number: number;
  readonly lease: RunLease;
}

/** Numbers of all leases, smallest first. */
export async function listLeases(store: Store): Promise<readonly number[]> {
  const names = await store.list('_locks');
  const numbers = names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

/** Those that are there when they are read. @throws LakeError LK6021, LK6022 */
export async function readLeases(store: Store, numbers: readonly number[]): Promise<readonly StoredLease[]> {
  const leases = await Promise.all(
    numbers.map(async (number) => ({ number, lease: await readJson<RunLease>(store, leaseKey(number)) })),
  );
  return leases.filter((one): one is StoredLease => one.lease !== undefined);
}

/** `alive` and `dead` are known of processes of this host; of all others only that they are `elsewhere`. */
export function processOf(lease: RunLease): 'alive' | 'dead' | 'elsewhere' {
  if (lease.host !== hostname() || lease.boot !== bootId()) return 'elsewhere';
  const same = lease.processStart === '' || lease.processStart === processStart(lease.pid);
  return same && isAlive(lease.pid) ? 'alive' : 'dead';
}

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
