/** `_runs/<run>/_run.json`: that a run was, what it was asked and how it ended. */
import { encodeJson, readJson } from '../json-file.js';
import { checkRun } from '../names.js';
import type { Store } from '../stores/store.js';

export interface RunRecord {
  readonly format: 1;
  readonly run: string;
  /** `build`, `run`, `fetch`, `test`. */
  readonly command: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly exitCode: number;
  /** HTTP requests, discovery and tries included. */
  readonly requests: number;
  /** Status → number of nodes that ended so. */
  readonly nodes: Readonly<Record<string, number>>;
}

export async function writeRunRecord(store: Store, record: RunRecord): Promise<void> {
  await store.put(keyOf(record.run), encodeJson(record));
}

/** Of every run that left one, by the name of the run, oldest first. @throws LakeError LK6021, LK6022 */
export async function readRunRecords(store: Store): Promise<readonly RunRecord[]> {
  const runs = (await store.list('_runs')).filter((name) => name.endsWith('/'));
  const records = await Promise.all(runs.map((run) => readJson<RunRecord>(store, keyOf(run.slice(0, -1)))));
  return records.filter((record) => record !== undefined);
}

const keyOf = (run: string): string => `_runs/${checkRun(run)}/_run.json`;
