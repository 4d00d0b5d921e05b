/**
 * Who works on what in a lake. `_locks/<n>.json` are leases, each with the tables that its run may publish; taking one is
 * one put-if-absent of the greatest number and one: who wins it has seen all leases before it. Publishing does not depend
 * on leases (put-if-absent of versions does that): they spare two runs from doing the same work.
 */
import { LakeError } from '../../errors/lake-error.js';
import { encodeJson } from '../json-file.js';
import { checkRun } from '../names.js';
import { removeStaging, removeStagingOfOthers } from '../staging.js';
import type { Store } from '../stores/store.js';
import type { Lake } from '../types.js';
import {
  type LeaseRequest,
  leaseKey,
  listLeases,
  newLease,
  overlap,
  type RunLease,
  readLeases,
  type StoredLease,
} from './lease.js';
import { type Holding, type LeaseTiming, LeaseWatch, TIMING } from './watch.js';

export interface RunLeaseOptions {
  /** `wait` until the other run ends, `skip` this one, or `fail` at once. */
  readonly ifRunning: 'wait' | 'skip' | 'fail';
  /** Takes the leases away that are in the way, whoever holds them. */
  readonly forceUnlock?: boolean;
  /** Told once, before waiting. */
  readonly onWait?: (holder: RunLease) => void;
  /** Ends the waiting as `skip` would. */
  readonly signal?: AbortSignal;
  readonly timing?: LeaseTiming;
}

export type LeasedRun<T> =
  | { readonly ran: true; readonly value: T }
  | { readonly ran: false; readonly holder: RunLease };

/**
 * Runs `fn` while no other run works on the same tables or in the same project folder: in this process, another, or on
 * another host. What runs that died had staged is deleted.
 * @param fn Its signal is aborted when the lease was taken away: this process was stopped for too long, or somebody forced it.
 * @throws LakeError LK6040 (transient) when another run works and `ifRunning` is `fail`; whatever `fn` throws.
 */
export async function withRunLease<T>(
  { store }: Pick<Lake, 'store'>,
  request: LeaseRequest,
  fn: (lost: AbortSignal) => Promise<T>,
  options: RunLeaseOptions,
): Promise<LeasedRun<T>> {
  checkRun(request.run);
  const timing = options.timing ?? TIMING;
  const watch = new LeaseWatch(timing);
  const own = newLease(request);
  let forced = options.forceUnlock ?? false;
  let waiting = false;
  for (;;) {
    const taken = await takeLease(store, own, (lease) => (forced ? 'over' : watch.judge(lease)));
    if ('number' in taken) return { ran: true, value: await whileHeld(store, taken, fn, timing) };
    forced = false;
    const { holder, holding } = taken;
    if (options.signal?.aborted) return { ran: false, holder };
    if (holding === 'held' && options.ifRunning === 'skip') return { ran: false, holder };
    if (holding === 'held' && options.ifRunning === 'fail') throw busy(holder);
    if (!waiting) options.onWait?.(holder);
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, timing.poll));
  }
}

/** The same for what never waits. @throws LakeError LK6040 (transient) when another run works; whatever `fn` throws. */
export async function withLeaseAtOnce<T>(
  lake: Pick<Lake, 'store'>,
  request: LeaseRequest,
  fn: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const leased = await withRunLease(lake, request, fn, { ifRunning: 'fail' });
  if (!leased.ran) throw busy(leased.holder);
  return leased.value;
}

interface Busy {
  readonly holder: RunLease;
  readonly holding: Exclude<Holding, 'over'>;
}

async function takeLease(
  store: Store,
  own: RunLease,
  judge: (lease: StoredLease) => Holding,
): Promise<StoredLease | Busy> {
  const numbers = await listLeases(store);
  const over: StoredLease[] = [];
  for (const stored of await readLeases(store, numbers)) {
    const inTheWay = overlap(own, stored.lease);
    // What does not concern this run is only cleared up where that is sure.
    if (!inTheWay && !stored.lease.released) continue;
    const holding = judge(stored);
    if (holding === 'over') over.push(stored);
    else return { holder: stored.lease, holding };
  }
  const number = (numbers.at(-1) ?? 0) + 1;
  const won = await store.putIfAbsent(leaseKey(number), encodeJson(own));
  const after = (await listLeases(store)).at(-1)!;
  // Leases below the greatest are deleted, so that a number can be won twice: the greatest decides.
  if (!won || after !== number) {
    if (won) await store.delete(leaseKey(number));
    return takeLease(store, own, judge);
  }
  for (const { number, lease } of over) {
    // First what it left, then its lease: who dies in between leaves it to the next one.
    if (!lease.released) await removeStaging(store, lease.run);
    await store.delete(leaseKey(number));
  }
  // Where it is a folder of the project that only one run uses at a time: another machine may have ended the lease of the last.
  if (store.staging !== store) await removeStagingOfOthers(store, own.run);
  return { number, lease: own };
}

async function whileHeld<T>(
  store: Store,
  { number, lease }: StoredLease,
  fn: (lost: AbortSignal) => Promise<T>,
  timing: LeaseTiming,
): Promise<T> {
  const lost = new AbortController();
  let beat = 0;
  let writing = Promise.resolve();
  const write = (released: boolean): Promise<void> => {
    beat += 1;
    const next = { ...lease, heartbeat: new Date().toISOString(), beat, released };
    // A heartbeat that cannot be written must not end the run: at worst another one starts beside it.
    writing = writing.then(() => beatOnce(store, number, next, lost)).catch(() => undefined);
    return writing;
  };
  const timer = setInterval(() => void write(false), timing.heartbeat);
  timer.unref();
  try {
    return await fn(lost.signal);
  } finally {
    clearInterval(timer);
    await write(true);
  }
}

/**
 * Who took the lease away has one with a greater number on the same tables: that is what counts, for the file of this one may
 * have been deleted between reading and writing it.
 */
async function beatOnce(store: Store, number: number, next: RunLease, lost: AbortController): Promise<void> {
  if (lost.signal.aborted) return;
  const later = (await listLeases(store)).filter((one) => one > number);
  const others = await readLeases(store, later);
  if (others.some(({ lease }) => overlap(lease, next))) {
    lost.abort('another run has taken over what this one works on');
    await store.delete(leaseKey(number));
  } else await store.put(leaseKey(number), encodeJson(next));
}

function busy(holder: RunLease): LakeError {
  const { run, pid, host, since } = holder;
  return new LakeError(
    'LK6040',
    `run ${run} has been working in this lake since ${since} (process ${pid} on ${host})`,
    {
      hint: 'Wait for it (`--if-running wait`), or end that process: its lease is then free at once, from another host after a minute. `--force-unlock` takes it away.',
      transient: true,
      details: { run, pid, host, since },
    },
  );
}
