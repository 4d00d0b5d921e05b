/** `_runs/<run>/<table>.json`: loads that were judged, with how that ended. */
import { encodeJson, readJson } from '../json-file.js';
import { checkRun, tableFolder } from '../names.js';
import { compareText } from '../order.js';
import { readRunRecord } from '../runs/run-record.js';
import type { Store } from '../stores/store.js';
import type { Attempt } from '../types.js';

/** One attempt a run and table: a second one replaces the first. */
export async function writeAttempt(store: Store, attempt: Attempt): Promise<void> {
  tableFolder(attempt.table);
  await store.put(`_runs/${checkRun(attempt.run)}/${attempt.table}.json`, encodeJson(attempt));
}

/**
 * Newest first. Runs are read from the greatest name down, which is the newest where names begin with their time.
 * @param limit Most attempts returned; reading stops there.
 */
export async function readAttempts(
  store: Store,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for (const run of [...(await store.list('_runs'))].reverse()) {
    if (attempts.length >= limit) break;
    if (!run.endsWith('/')) continue;
    const names = (await store.list(`_runs/${run.slice(0, -1)}`)).filter(
      (name) => name.endsWith('.json') && !name.startsWith('_'),
    );
    const found = await Promise.all(names.map((name) => readJson<Attempt>(store, `_runs/${run}${name}`)));
    const record = await readRunRecord(store, run.slice(0, -1));
    attempts.push(...found.filter((attempt) => attempt !== undefined), ...(record?.unchanged ?? []));
  }
  return attempts.sort((a, b) => compareText(b.at, a.at)).slice(0, limit);
}
