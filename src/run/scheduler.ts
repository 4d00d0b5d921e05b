/**
 * Walks a graph of jobs with two pools, network and engine: a job starts as soon as what it needs has ended. A job
 * whose need failed is skipped with the reason; nothing else waits for it.
 */

export type Pool = 'network' | 'engine';

export interface Job {
  readonly id: string;
  readonly pool: Pool;
  /** Jobs that must succeed first. */
  readonly needs: readonly string[];
  /** Jobs that must have ended first, however: relations that only a test reads. */
  readonly after: readonly string[];
  /** Ends the job; false is a failure that what needs it must not build on. What it throws counts as one, too. */
  run(): Promise<boolean>;
  /** Called instead of `run`. `because` is the id of the job whose failure it goes back to. */
  skip(because: string): void;
  /** Called instead of `run` once the walk is stopped. */
  cancel(): void;
}

export interface ScheduleOptions {
  /** Jobs that run at once, by pool. */
  readonly limits: Readonly<Record<Pool, number>>;
  /** Once aborted nothing new begins; what runs is waited for. */
  readonly signal: AbortSignal;
}

/** Runs every job once: run, skipped or cancelled. Resolves when all have ended. */
export async function schedule(jobs: readonly Job[], { limits, signal }: ScheduleOptions): Promise<void> {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const ended = new Set<string>();
  /** Failed and skipped jobs → the job whose own failure that was. */
  const failures = new Map<string, string>();
  const waiting = new Map<string, number>();
  const followers = new Map<string, Job[]>();
  const ready: Record<Pool, Job[]> = { network: [], engine: [] };
  const running: Record<Pool, number> = { network: 0, engine: 0 };

  for (const job of jobs) {
    const before = new Set([...job.needs, ...job.after].filter((id) => byId.has(id) && id !== job.id));
    waiting.set(job.id, before.size);
    for (const id of before) followers.set(id, [...(followers.get(id) ?? []), job]);
    if (before.size === 0) ready[job.pool].push(job);
  }
  if (jobs.length === 0) return;

  await new Promise<void>((resolve) => {
    const finish = (job: Job, failure: string | undefined): void => {
      ended.add(job.id);
      if (failure !== undefined) failures.set(job.id, failure);
      for (const follower of followers.get(job.id) ?? []) {
        const left = waiting.get(follower.id)! - 1;
        waiting.set(follower.id, left);
        if (left === 0) ready[follower.pool].push(follower);
      }
      if (ended.size === jobs.length) resolve();
    };

    const start = (job: Job): void => {
      if (signal.aborted) {
        job.cancel();
        finish(job, job.id);
        return;
      }
      const failed = job.needs.find((id) => failures.has(id));
      if (failed !== undefined) {
        job.skip(failures.get(failed)!);
        finish(job, failures.get(failed));
        return;
      }
      running[job.pool] += 1;
      const end = (ok: boolean): void => {
        running[job.pool] -= 1;
        finish(job, ok ? undefined : job.id);
        pump();
      };
      void job.run().then(end, () => end(false));
    };

    const pump = (): void => {
      for (let moved = true; moved; ) {
        moved = false;
        for (const pool of ['network', 'engine'] as const) {
          while (ready[pool].length > 0 && running[pool] < limits[pool]) {
            start(ready[pool].shift()!);
            moved = true;
          }
        }
      }
    };
    pump();
  });
}
