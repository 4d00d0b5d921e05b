/** What `rollback` and `optimize` are as runs: under a lease that is there at once or not at all, ended by a set and a record. */
import { newRunStamp } from '../compile/run-stamp.js';
import type { Engine } from '../engine/types.js';
import { withLeaseAtOnce } from '../lakehouse/leases/run-lease.js';
import type { Lake, TableHead, TableId } from '../lakehouse/types.js';
import type { Target } from '../project/types.js';
import { engineOf } from './engine-of.js';
import { engineOn } from './engine-on.js';

export interface MaintenanceOptions {
  readonly command: 'rollback' | 'optimize';
  readonly lake: Lake;
  /** Absolute project root. */
  readonly root: string;
  readonly target: Target;
  /** What may be published. */
  readonly tables: readonly TableId[];
}

export interface Maintenance {
  readonly run: string;
  readonly engine: Engine;
  /** Told of every version as soon as it is there: it is in the set that ends the run, also where the work fails after it. */
  readonly published: (head: TableHead) => void;
}

/**
 * A run that published nothing leaves no record.
 * @throws LakeError LK6040 (transient) while another run works; whatever stopped the work.
 */
export async function maintain<Result>(
  { command, lake, root, target, tables }: MaintenanceOptions,
  work: (maintenance: Maintenance) => Promise<Result>,
): Promise<Result> {
  const { id: run } = newRunStamp(new Date());
  return withLeaseAtOnce(lake, { run, folder: root, tables }, async () => {
    const startedAt = new Date().toISOString();
    const engine = engineOn(lake, engineOf(root, target));
    const heads: TableHead[] = [];
    let result: Result;
    try {
      result = await work({ run, engine, published: (head) => void heads.push(head) });
    } finally {
      if (heads.length > 0) {
        const versions = Object.fromEntries(heads.map(({ table, version }) => [table, version]));
        await lake.publishSet(run, versions, {}, {}, engine.sql);
        await lake.checkpoint(heads, run, engine.sql);
      }
      await lake.unstage(run);
      await engine.close();
    }
    if (heads.length > 0) {
      const endedAt = new Date().toISOString();
      const record = { format: 1 as const, run, command, startedAt, endedAt, exitCode: 0, requests: 0 };
      await lake.recordRun({ ...record, nodes: { success: heads.length } });
    }
    return result;
  });
}
