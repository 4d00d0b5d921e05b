/**
 * `_runs/<run>/<table>.pages.ndjson`: every body that a load brought, a line each, also of loads that were refused. Bounded:
 * what is beyond stands in one last line as a number.
 */
import { checkRun, tableFolder } from '../names.js';
import type { Store } from '../stores/store.js';
import type { LoadPages, PageRecord, TableId } from '../types.js';

const MOST_PAGES = 20_000;

export async function writePages(store: Store, { run, table, pages }: LoadPages): Promise<void> {
  tableFolder(table);
  const lines = pages.slice(0, MOST_PAGES).map((page) => `${JSON.stringify(page)}\n`);
  if (pages.length > MOST_PAGES) lines.push(`${JSON.stringify({ left_out: pages.length - MOST_PAGES })}\n`);
  await store.put(`_runs/${checkRun(run)}/${table}${ENDING}`, Buffer.from(lines.join('')));
}

/** Of every load, by the name of the run, oldest first. */
export async function readPages(store: Store): Promise<readonly LoadPages[]> {
  const runs = (await store.list('_runs')).filter((name) => name.endsWith('/'));
  const loads = await Promise.all(
    runs.map(async (folder) => {
      const run = folder.slice(0, -1);
      const files = (await store.list(`_runs/${run}`)).filter((name) => name.endsWith(ENDING));
      return Promise.all(
        files.map(async (file) => ({
          run,
          table: file.slice(0, -ENDING.length),
          pages: parse(await store.get(`_runs/${run}/${file}`)),
        })),
      );
    }),
  );
  return loads.flat();
}

/** Of one load; none where nothing was kept. */
export async function readPagesOf(store: Store, run: string, table: TableId): Promise<readonly PageRecord[]> {
  return parse(await store.getFixed(`_runs/${checkRun(run)}/${table}${ENDING}`));
}

const ENDING = '.pages.ndjson';

function parse(content: Buffer | undefined): readonly PageRecord[] {
  const lines = content?.toString('utf8').split('\n').filter(Boolean) ?? [];
  return lines.map((line) => JSON.parse(line) as PageRecord).filter((page) => page.url !== undefined);
}
