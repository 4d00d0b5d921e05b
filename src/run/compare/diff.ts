/** `lake diff` of a dataset: two states of it, as the portal delivered them and as silver has them. */
import type { BronzeNode, Graph, SilverNode } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import type { ColumnDifference } from '../../quality/compare/column-change.js';
import { looseName } from '../../sql/loose-name.js';
import { quoteIdent } from '../../sql/quote.js';
import { describeSql } from '../tables/describe.js';
import { ask, fieldsDiff, type LayerDiff, PUBLISHED, publishedSides, sharedNames } from './ask-diff.js';
import { changedColumns, type SharedColumn } from './changed-columns.js';
import { type DiffSide, diffSides } from './diff-sides.js';
import { keyedRows, keyNames } from './find-renames.js';
import {
  bronzeNode,
  type Comparison,
  type ComparisonOptions,
  compared,
  silverNode,
} from './open-comparison.js';
import { currentColumns, type Side, shown, sideRelation } from './side.js';

export interface DiffOptions extends ComparisonOptions {
  readonly dataset: string;
  /** Version of silver or id of a load; see `diffSides`. */
  readonly from?: string;
  readonly to?: string;
  /** Edits and keys that are listed. */
  readonly limit: number;
}

export interface DatasetDiff {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  readonly key?: readonly string[];
  /** The portal's columns, where they are not the same. */
  readonly difference?: ColumnDifference;
  readonly bronze: LayerDiff;
  /** Undefined where silver's SQL cannot tell it. */
  readonly silver?: LayerDiff;
  /** Portal column → fields of silver that read it. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Whether a name is a dataset's, `shootings` or `silver.shootings`; other tables have versions and no loads. */
export function isDataset(graph: Graph, name: string): boolean {
  const own = name.replace(/^(bronze|silver)\./, '');
  return graph.nodes.some((node) => node.kind === 'bronze' && node.name === own);
}

/** @throws LakeError LK4030 to LK4032 */
export async function diffDataset(options: DiffOptions): Promise<DatasetDiff> {
  const node = bronzeNode(options.graph, options.dataset);
  const silver = silverNode(options.graph, node.name);
  return compared(options, async (comparison) => {
    const { lake } = comparison;
    const sides = await diffSides(lake, node, silver, options);
    const pathOf = (file: string) => lake.filePath(node.id, file);
    const [before, now] = [sides.from, sides.to].map(
      ({ bronze }): Side => ({ state: bronze.state, pathOf }),
    ) as [Side, Side];
    const { difference, shared } = await changedColumns(comparison, node, before, now, currentColumns);
    return {
      dataset: node.name,
      from: sides.from.label,
      to: sides.to.label,
      ...(node.dataset.key ? { key: node.dataset.key } : {}),
      ...(difference ? { difference } : {}),
      bronze: await bronzeDiff(comparison, node, before, now, shared, options.limit),
      silver: silver && (await silverDiff(comparison, node, silver, sides, options.limit)),
      fields: fieldsByColumn(node, currentColumns(now)),
    };
  });
}

async function bronzeDiff(
  comparison: Comparison,
  node: BronzeNode,
  before: Side,
  now: Side,
  pairs: readonly SharedColumn[],
  limit: number,
): Promise<LayerDiff> {
  const old = shown(pairs.map(({ from }) => from));
  const fresh = shown(pairs.map(({ column }) => column));
  const { nullIf, timezone } = node.dataset;
  const columns = fresh.map(({ as }) => as);
  const rows = await ask(comparison, `${node.id} (diff)`, {
    question: { columns, key: keyNames(node), nullIf, timezone, limit },
    relations: [sideRelation(node, before, 'before', old), sideRelation(node, now, 'now', fresh)],
    tables: [keyedRows(node, old, 'before', 'rows_before'), keyedRows(node, fresh, 'now', 'rows_now')],
  });
  return { columns: pairs.map(({ column }) => column), rows };
}

/** Published tables where both sides have one; else both are computed from bronze by the SQL of today. */
async function silverDiff(
  comparison: Comparison,
  bronze: BronzeNode,
  node: SilverNode,
  { from, to }: { readonly from: DiffSide; readonly to: DiffSide },
  limit: number,
): Promise<LayerDiff | undefined> {
  const { lake } = comparison;
  const relations: Relation[] = [];
  let sources: readonly [string, string];
  let names: readonly string[];
  if (from.silver && to.silver) {
    relations.push(...publishedSides(lake, from.silver, to.silver));
    sources = PUBLISHED;
    names = sharedNames(from.silver, to.silver);
  } else {
    // SQL that reads more than its own bronze would need the other tables as they were then.
    if (node.dependsOn.some((id) => id !== bronze.id)) return undefined;
    const pathOf = (file: string) => lake.filePath(bronze.id, file);
    for (const [schema, head] of [
      ['before', from.bronze],
      ['now', to.bronze],
    ] as const) {
      const side = sideRelation(bronze, { state: head.state, pathOf }, schema, []);
      relations.push({ ...side, name: node.name });
    }
    sources = ['before', 'now'].map((schema) => keptRows(node, schema)) as [string, string];
    names =
      node.columns.length > 0
        ? node.columns.map(({ name }) => name)
        : await yields(comparison, node, relations[1]!);
  }
  return fieldsDiff(comparison, `${node.id} (diff)`, {
    fields: names.filter((name) => !name.startsWith('_') && !node.volatile.includes(name)),
    key: node.key ?? [],
    sources,
    relations,
    timezone: node.dataset.timezone,
    limit,
  });
}

function keptRows(node: SilverNode, schema: string): string {
  const bronze = `"bronze".${quoteIdent(node.name)}`;
  const sql = node.sql.replaceAll(bronze, `${quoteIdent(schema)}.${quoteIdent(node.name)}`);
  if (!node.generated) return `(\n${sql}\n)`;
  const key = (node.key ?? []).map(quoteIdent).join(', ');
  const newest = '_load_order desc, _cursor desc nulls last, _part_order desc, _row desc';
  const once = key ? ` qualify row_number() over (partition by ${key} order by ${newest}) = 1` : '';
  return `(select * from (\n${sql}\n) where _errors = ''${once})`;
}

async function yields(
  { engine, graph }: Comparison,
  node: SilverNode,
  relation: Relation,
): Promise<readonly string[]> {
  const columns = await describeSql({ engine, graph }, node.id, node.sql, [
    { ...relation, schema: 'bronze' },
  ]);
  return columns.map(({ name }) => name);
}

function fieldsByColumn(node: BronzeNode, columns: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    columns.map((column) => [
      column,
      (node.dataset.fields ?? [])
        .filter((field) =>
          [...field.from, ...(field.coalesce ?? [])].some(
            (source) => looseName(source.split(/[.[]/)[0]!) === looseName(column),
          ),
        )
        .map(({ name }) => name),
    ]),
  );
}
