/** `<layer>/<name>/_view/<n>.json`: the versions of a view. Delta readers do not see it; nothing of it is ever replaced. */
import { LakeError } from '../../errors/lake-error.js';
import { newestVersion } from '../delta/log.js';
import { encodeJson, readJson } from '../json-file.js';
import { tableFolder } from '../names.js';
import type { Store } from '../stores/store.js';
import type { TableId, ViewHead, ViewRequest, ViewState } from '../types.js';

/** The newest version; undefined when there is none, or a table of that name was published after it. */
export async function readView(store: Store, table: TableId): Promise<ViewHead | undefined> {
  const number = await newestNumber(store, table);
  if (number < 0) return undefined;
  const view = await readViewVersion(store, table, number);
  const { after } = view.state;
  return after < (await newestVersion(store, table, after)) ? undefined : view;
}

/** @throws LakeError LK6021, LK6022; LK6024 when there is no such version. */
export async function readViewVersion(store: Store, table: TableId, version: number): Promise<ViewHead> {
  const state = await readJson<ViewState>(store, viewKey(table, version));
  if (state !== undefined) return { table, version, state };
  throw new LakeError('LK6024', `the view ${table} has no version ${version}`, {
    hint: `Build it again: \`lake build --select ${table}\`.`,
    details: { table, version },
  });
}

/** @throws LakeError LK6030 (transient) when somebody else published this version meanwhile. */
export async function publishView(store: Store, request: ViewRequest): Promise<ViewHead> {
  const { table } = request;
  const number = (await newestNumber(store, table)) + 1;
  const after = await newestVersion(store, table);
  const state: ViewState = { ...request, format: 1, number, after, at: new Date().toISOString() };
  if (await store.putIfAbsent(viewKey(table, number), encodeJson(state)))
    return { table, version: number, state };
  throw new LakeError('LK6030', `${table}: version ${number} was published by somebody else meanwhile`, {
    hint: 'Run the same command again: it starts from the newest version.',
    transient: true,
    details: { table, version: number },
  });
}

async function newestNumber(store: Store, table: TableId): Promise<number> {
  const names = await store.list(`${tableFolder(table)}/_view`);
  const numbers = names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  return Math.max(-1, ...numbers);
}

function viewKey(table: TableId, number: number): string {
  return `${tableFolder(table)}/_view/${number}.json`;
}
