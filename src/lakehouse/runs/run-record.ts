/** `_runs/<run>/_run.json`: that a run was, what it was asked and how it ended. */
import { encodeJson, readJson } from '../json-file.js';
import { checkRun } from '../names.js';
import type { Store } from '../stores/store.js';
import type { RunRecord } from '../types.js';

export async function writeRunRecord(store: Store, record: RunRecord): Promise<void> {
  await store.put(keyOf(record.run), encodeJson(record));
}

/** Undefined when the run left none. @throws LakeError LK6021, LK6022 */
export function readRunRecord(store: Store, run: string): Promise<RunRecord | undefined> {
  return readJson<RunRecord>(store, keyOf(run));
}

/** Of every run that left one, by the name of the run, oldest first. @throws LakeError LK6021, LK6022 */
export async function readRunRecords(store: Store): Promise<readonly RunRecord[]> {
  const runs = (await store.list('_runs')).filter((name) => name.endsWith('/'));
  const records = await Promise.all(runs.map((run) => readRunRecord(store, run.slice(0, -1))));
  return records.filter((record) => record !== undefined);
}

const keyOf = (run: string): string => `_runs/${checkRun(run)}/_run.json`;
