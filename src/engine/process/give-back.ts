/** Memory that statements left behind goes back to the system, between one statement and the next. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Bytes by which the process must have grown: below, asking the system for them again costs more than keeping them. */
const WORTH_IT = 48 << 20;

/**
 * A function that lets go of what finished statements left, where it is much. DuckDB's allocator keeps the pages of a hash
 * table or a row group that is done with, and what each statement left adds up: a table of millions took half as much again
 * as the largest of its statements. The setting against it (`allocator_bulk_deallocation_flush_threshold`) makes small
 * GROUP BYs pay, each of which frees megabytes that it hardly touched. A new memory limit makes the allocator give back all
 * that is free, and the allocator is the process's own: a database beside the locked one, which holds nothing, can have it.
 * Source: https://duckdb.org/docs/stable/configuration/overview
 */
export function memoryKeeper(): () => Promise<void> {
  let least = process.memoryUsage.rss();
  let aside: Promise<DuckDBConnection> | undefined;
  return async () => {
    const now = process.memoryUsage.rss();
    least = Math.min(least, now);
    if (now - least < WORTH_IT) return;
    aside ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());
    await (await aside).run(`SET memory_limit = '64MiB'`);
    least = process.memoryUsage.rss();
  };
}
