/** What `lake history` shows: loads, and runs that asked for none, newest first. Read from the lake's own files, without an engine. */
import { compareText } from '../order.js';
import type { Lake } from '../types.js';
import { acceptedRows } from './accepted.js';
import { type MetaValue, readHistory } from './history.js';
import { loadRows } from './loads.js';
import { runRows } from './runs.js';

export interface TimelineRow {
  readonly at: MetaValue;
  readonly run: MetaValue;
  readonly command: MetaValue;
  /** Null: the run as a whole, which brought no load. */
  readonly dataset: MetaValue;
  readonly kind: MetaValue;
  readonly rows: MetaValue;
  readonly bytes: MetaValue;
  readonly requests: MetaValue;
  readonly status: MetaValue;
  readonly reason: MetaValue;
  /** Guards that `--accept` passed over for this load. */
  readonly accepted: readonly Acceptance[];
}

export interface Acceptance {
  readonly guard: MetaValue;
  readonly by: MetaValue;
  readonly at: MetaValue;
  readonly content_hash: MetaValue;
}

/**
 * @param datasets Only loads of these, and no whole runs; undefined: everything.
 * @throws LakeError LK6020 to LK6023 when a file of the lake is damaged.
 */
export async function timeline(
  lake: Pick<Lake, 'store'>,
  datasets?: ReadonlySet<string>,
): Promise<readonly TimelineRow[]> {
  const history = await readHistory(lake.store);
  const runs = runRows(history);
  const commands = new Map(runs.map(({ run, command }) => [run, command]));
  const loads = loadRows(history).filter(({ dataset }) => datasets?.has(String(dataset)) ?? true);
  const acceptances = acceptedRows(history);
  const withLoads = new Set(loads.map(({ run }) => run));
  const rows: TimelineRow[] = [
    ...loads.map(({ loaded_at, run, dataset, kind, rows: brought, bytes, requests, status, reason }) => {
      const accepted = acceptances
        .filter((row) => status === 'committed' && row.dataset === dataset && row.run === run)
        .map(({ guard, accepted_by, accepted_at, content_hash }) => ({
          guard,
          by: accepted_by ?? null,
          at: accepted_at,
          content_hash,
        }));
      const what = { dataset, kind, rows: brought, bytes, requests, status, reason, accepted };
      return { at: loaded_at, run, command: commands.get(run), ...what };
    }),
    ...(datasets ? [] : runs)
      .filter(({ run }) => !withLoads.has(run))
      .map(({ ended_at, run, command, requests, exit_code, tables }) => ({
        at: ended_at,
        run,
        command,
        dataset: null,
        kind: null,
        rows: null,
        bytes: null,
        requests,
        status: exit_code === undefined || exit_code === 0 ? 'fine' : `exit ${exit_code}`,
        reason: tables ? `no load; ${tables} ${tables === 1 ? 'table' : 'tables'} built` : 'nothing new',
        accepted: [],
      })),
  ];
  return rows.sort((a, b) => compareText(String(b.at), String(a.at)));
}
