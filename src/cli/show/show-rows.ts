/** `lake show --select x` and `--inline "select …"`: rows instead of facts. */

import type { CompiledProject } from '../../api/load-and-compile.js';
import { LakeError } from '../../errors/lake-error.js';
import { engineOf } from '../../run/engine-of.js';
import { type PreviewOptions, preview } from '../../run/preview.js';
import { selectedNodes } from '../open.js';
import type { SelectOptions } from '../options.js';
import { type OutputFormat, printRows } from '../output/print-rows.js';

/** As many as dbt shows. */
const ROWS = 5;

/** As many as are shown of all. */
const ALL = 100_000;

/** @throws LakeError LK7031 for a selection that is no single table, LK4010, LK50xx */
export async function showRows(
  opened: CompiledProject,
  format: OutputFormat,
  { limit = ROWS, ...options }: SelectOptions & { readonly limit?: number },
): Promise<void> {
  const { root, graph, project } = opened;
  const { target } = project;
  const most = limit > 0 ? limit : ALL;
  // One more than are shown tells whether these are all.
  const asked = limit > 0 ? most : most + 1;
  const result = await preview({ root, graph, target, of: await subjectOf(opened, options), limit: asked });
  const rows = result.rows.slice(0, most);
  await printRows({ columns: result.columns.map(({ name }) => name), rows, nulls: true }, format);
  if (rows.length < result.rows.length)
    process.stderr.write(`These are the first ${most.toLocaleString('en')} rows; --limit shows more.\n`);
}

async function subjectOf(opened: CompiledProject, options: SelectOptions): Promise<PreviewOptions['of']> {
  if (opened.inline) {
    const { parseInline } = await import('../parse-inline.js');
    const engine = engineOf(opened.root, opened.project.target);
    return await parseInline(opened, engine).finally(() => engine.close());
  }
  const nodes = new Map(opened.graph.nodes.map((node) => [node.id, node]));
  const selected = await selectedNodes(opened, options);
  // A dataset's bare name means its silver here: bronze is what the portal delivered, and is built of nothing.
  const tables = selected.filter((id) => nodes.get(id)?.kind !== 'bronze');
  if (tables.length === 1) return tables[0]!;
  throw tables.length === 0
    ? new LakeError('LK7031', `${selected[0]} is what a portal delivered, and no SQL builds it`, {
        hint: `look at what was loaded: lake query "from ${selected[0]} limit 5"`,
      })
    : new LakeError('LK7031', `--select shows the rows of one node, and ${tables.length} are selected`, {
        hint: `select one of them: ${tables.slice(0, 5).join(', ')}`,
      });
}
