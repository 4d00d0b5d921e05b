/** `lake diff` of any other table of the lake: two of its published versions. */
import type { Graph, ModelNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { TableHead } from '../../lakehouse/types.js';
import { type ColumnDifference, columnDifference } from '../../quality/compare/column-change.js';
import { quoteIdent } from '../../sql/quote.js';
import { fieldsDiff, type LayerDiff, PUBLISHED, publishedSides, sharedNames } from './ask-diff.js';
import type { DiffOptions } from './diff.js';
import { versionBefore } from './loads.js';
import { type Comparison, compared } from './open-comparison.js';

export interface TableDiff {
  readonly table: string;
  readonly from: string;
  readonly to: string;
  /** Columns by which rows were found again: none has a value twice in either version. */
  readonly key?: readonly string[];
  /** Columns that only one of the versions has. */
  readonly difference?: ColumnDifference;
  readonly rows: LayerDiff;
}

/** @throws LakeError LK4030 for a name that no table has, LK4031 for what is no version, LK4032 where there is nothing to compare with, LK6024 */
export async function diffTable(options: DiffOptions): Promise<TableDiff> {
  const { graph, dataset: name, limit } = options;
  const node = graph.nodes.find(
    (one): one is ModelNode => one.kind === 'model' && [one.id, one.name].includes(name),
  );
  return compared(options, async (comparison) => {
    const newest = await published(comparison, graph, node, name);
    const now = options.to === undefined ? newest : await versionOf(comparison, newest, options.to);
    const before =
      options.from === undefined
        ? await standingBefore(comparison, now)
        : await versionOf(comparison, newest, options.from);
    const columns = [before, now].map(({ state }) => state.columns.map((column) => column.name));
    const difference = columnDifference(columns[0]!, columns[1]!);
    const fields = sharedNames(before, now);
    const key = await keyOf(comparison, [before, now], candidates(graph, node, fields));
    const rows = await fieldsDiff(comparison, `${newest.table} (diff)`, {
      fields,
      key,
      sources: PUBLISHED,
      relations: publishedSides(comparison.lake, before, now),
      timezone: 'UTC',
      limit,
    });
    return {
      table: newest.table,
      from: labelOf(before),
      to: labelOf(now),
      ...(key.length > 0 && { key }),
      ...(difference && { difference: { ...difference, renamed: [] } }),
      rows,
    };
  });
}

async function published(
  { lake }: Comparison,
  graph: Graph,
  node: ModelNode | undefined,
  name: string,
): Promise<TableHead> {
  if (node && (node.materialized === 'view' || node.materialized === 'ephemeral')) {
    throw new LakeError('LK4032', `${node.id} has no rows of its own: it is ${ARTICLE[node.materialized]}`, {
      hint: `compare what it reads: ${node.dependsOn.map((id) => `\`lake diff ${id}\``).join(', ')}`,
    });
  }
  const tables = await lake.tables();
  const table = node?.id ?? tables.find((id) => id === name);
  if (table === undefined) {
    const names = graph.nodes.flatMap((one) => [one.name, one.id]);
    throw new LakeError('LK4030', `no dataset or table "${name}"`, {
      hint: didYouMean(name, [...new Set([...names, ...tables])]) ?? 'see what there is with `lake ls`',
    });
  }
  const head = await lake.head(table);
  if (head) return lake.at(table, head.state.version);
  throw new LakeError('LK4032', `${table} was never built`, {
    hint: `build it first: \`lake build --select ${table}\``,
  });
}

const ARTICLE = { view: 'a view', ephemeral: 'an ephemeral' } as const;

async function versionOf(
  { lake }: Comparison,
  { table, version }: TableHead,
  written: string,
): Promise<TableHead> {
  const number = /^v?(\d{1,9})$/.exec(written)?.[1];
  if (number !== undefined) return lake.at(table, Number(number));
  throw new LakeError('LK4031', `${table} has no version "${written}"`, {
    hint: `its versions are numbers, the newest is ${version}: see \`lake history ${table} --versions\``,
  });
}

/** What stood before the newest change of its rows. */
async function standingBefore({ lake }: Comparison, now: TableHead): Promise<TableHead> {
  const before = await versionBefore(lake, await lake.at(now.table, now.state.dataVersion));
  if (before) return before;
  throw new LakeError('LK4032', `${now.table} has one version of rows: there is nothing to compare it with`, {
    hint: `see its versions with \`lake history ${now.table} --versions\``,
  });
}

/** What the project says identifies a row, the most certain first. */
function candidates(
  graph: Graph,
  node: ModelNode | undefined,
  fields: readonly string[],
): readonly (readonly string[])[] {
  const said = [
    node?.incrementalSpec?.uniqueKey ?? [],
    node?.snapshot ? [node.snapshot.names.dbt_scd_id] : [],
    ...graph.tests.flatMap(({ owner, name, column }) =>
      owner === node?.id && name === 'unique' && column !== undefined ? [[column]] : [],
    ),
  ];
  return said.filter((key) => key.length > 0 && key.every((column) => fields.includes(column)));
}

/** The first that really does, in both versions: rows that share a key could not be told apart. */
async function keyOf(
  comparison: Comparison,
  [before, now]: readonly [TableHead, TableHead],
  keys: readonly (readonly string[])[],
): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const { engine, graph, lake } = comparison;
  const holds = (key: readonly string[]) => {
    const list = key.map(quoteIdent).join(', ');
    const whole = key.map((column) => `${quoteIdent(column)} is not null`).join(' and ');
    return PUBLISHED.map(
      (rows) =>
        `(select count(*) = count(distinct (${list})) and coalesce(bool_and(${whole}), true) from ${rows})`,
    ).join(' and ');
  };
  const [result] = await engine.sql({
    label: `${now.table} (diff)`,
    macros: graph.sqlMacros,
    relations: publishedSides(lake, before, now),
    statements: [{ sql: `select ${keys.map(holds).join(', ')}`, collect: 'rows', limit: 1 }],
  });
  return keys.find((_, i) => result!.rows[0]![i] === true) ?? [];
}

function labelOf({ state }: TableHead): string {
  return `version ${state.version} (${state.at.slice(0, 19).replace('T', ' ')} UTC)`;
}
