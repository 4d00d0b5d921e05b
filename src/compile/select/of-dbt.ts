/** Words of dbt's selection that lake has no need of, or writes in another way: what to do instead, as a hint. */
import type { Items } from './items.js';

const FOLDERS = 'A folder is selected by its path: path:models/staging';

/** By the name before the colon. https://docs.getdbt.com/reference/node-selection/methods */
export const methodsOfDbt: ReadonlyMap<string, string> = new Map(
  Object.entries({
    state:
      'Leave it out: `lake build` builds what is new or changed and nothing else; `lake plan` says what that is, and why',
    result: '`lake retry` takes up what failed or was skipped in the last run',
    source_status: '`lake build` fetches what is new at the source; `lake freshness` says how old data is',
    fqn: FOLDERS,
    package: 'A project has no packages: leave it out, or select a folder, path:models/staging',
    config: 'Write the setting before the colon: config.materialized:view',
    selector:
      'There are no named selectors: write the words of the selection itself, or tag nodes and select tag:x',
    metric: 'lake has no semantic layer: select the model',
    semantic_model: 'lake has no semantic layer: select the model',
    saved_query: 'lake has no semantic layer: select the model',
  }),
);

/** For `staging.*` or `shop.staging`, which name folders: in lake what stands before the dot is a layer. */
export function folderHint(value: string, { all }: Items): string | undefined {
  if (!value.includes('.')) return undefined;
  const parts = value.split('.').filter((part) => part !== '*');
  for (const item of all) {
    if (item.type !== 'node') continue;
    const folders = item.node.path.split('/').slice(0, -1);
    const depth = folders.lastIndexOf(parts.at(-1) ?? '');
    if (depth > 0) return `A folder is selected by its path: path:${folders.slice(0, depth + 1).join('/')}`;
  }
  return undefined;
}
