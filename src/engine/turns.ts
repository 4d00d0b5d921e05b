/** Lets at most a number of jobs run at once; the others wait, first come, first served. */

export type Turns = <Result>(job: () => Promise<Result>) => Promise<Result>;

/** @param atOnce 1 or more. A job that fails gives its turn on like any other. */
export function takeTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await job();
    } finally {
      // A turn goes straight to the next one, so that nobody gets in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
