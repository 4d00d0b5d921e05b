/**
 * Binds `"bronze"."x"` to exact files: file by file, each declared name to the first of its sources that the file has,
 * absent ones to NULL. Silver's SQL stays the same whatever dialect a load was delivered in.
 */
import type { BoundColumn, BronzeNode } from '../../../compile/types.js';
import type { Relation, Scan } from '../../../engine/types.js';
import type { TableState } from '../../../lakehouse/types.js';
import { BOUND_COLUMNS, LOAD_COLUMNS } from '../../../sql/own-columns.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';
import { ABSENT, bindColumn, bound } from './bind-column.js';
import { type CurrentFile, currentFiles } from './current-files.js';
import { rowIdentity } from './row-ids.js';
import { variableColumns } from './variables.js';

/**
 * The relation that a silver SELECT reads.
 * @param more Further entries of a file's select list, given the columns it has.
 * @throws LakeError LK4005 when two portal columns match one declared name.
 */
export function bindBronze(
  node: BronzeNode,
  state: TableState | undefined,
  pathOf: (file: string) => string,
  more: (columns: readonly string[]) => readonly string[] = () => [],
): Relation {
  const files = state ? currentFiles(state) : [];
  const names = node.binds ? undefined : undeclaredNames(node, files);
  const binds: readonly Pick<BoundColumn, 'name'>[] = node.binds ?? names!.map((name) => ({ name }));
  const labels = Object.values(state?.parts ?? {}).map((part) => part.label);
  const loads = [...new Set(files.map((f) => f.file.loadId!))];

  const scans = new Map<string, { files: string[]; select: string; where?: string }>();
  for (const current of files) {
    const columns = columnsOf(node, current);
    const select = [
      ...binds.map((bind) => `${bound(node, bind, columns)} as ${quoteIdent(bind.name)}`),
      ...systemColumns(node, current, columns, loads.indexOf(current.file.loadId!), labels),
      ...more(columns),
    ].join(', ');
    const where = current.partly
      ? `_source_part in (${current.parts.map((p) => quoteText(p.label)).join(', ')})`
      : undefined;
    const key = `${select}\n${where}`;
    const scan = scans.get(key) ?? { files: [], select, where };
    scan.files.push(pathOf(current.file.path));
    scans.set(key, scan);
  }
  return {
    schema: 'bronze',
    name: node.name,
    scans: [...scans.values()] satisfies Scan[],
    columns: [...binds.map((b) => ({ name: b.name, type: 'VARCHAR' })), ...BOUND_COLUMNS],
  };
}

/**
 * Declared names that no current file has any column for, whose values are therefore NULL in every row: a misspelled
 * `from:`, or a column that the portal has renamed.
 */
export function absentColumns(node: BronzeNode, state: TableState): readonly string[] {
  return absentBinds(node, state).map((bind) => bind.sources.map((source) => source.written).join(', '));
}

/** The same, with all that is known of these names; none where there are no rows. */
export function absentBinds(node: BronzeNode, state: TableState): readonly BoundColumn[] {
  const layouts = currentFiles(state).map((current) => columnsOf(node, current));
  if (layouts.length === 0) return [];
  return (node.binds ?? []).filter((bind) =>
    layouts.every((columns) => bindColumn(node, bind, columns) === ABSENT),
  );
}

/** The SELECT list that binds literal columns of a unit test as a load with these columns would be bound. */
export function bindGiven(node: BronzeNode, columns: readonly string[]): string {
  const binds =
    node.binds ??
    columns.map((name) => ({ name, sources: [{ written: name, column: name, path: [], exact: true }] }));
  const given = new Set(columns.map((c) => c.toLowerCase()));
  const system: Readonly<Record<string, string>> = {
    _load_id: `'unit-test'`,
    _loaded_at: 'now()',
    _source_part: `'given'`,
    _row: 'row_number() over ()',
    _row_id: 'null::varchar',
    _cursor:
      node.dataset.load.cursor && given.has(node.dataset.load.cursor.toLowerCase())
        ? quoteIdent(node.dataset.load.cursor)
        : 'null::varchar',
    _load_order: '0',
    _part_order: '0',
  };
  return [
    ...binds.map((bind) => `${bindColumn(node, bind, columns)} as ${quoteIdent(bind.name)}`),
    ...Object.entries(system).map(([name, sql]) => `${given.has(name) ? quoteIdent(name) : sql} as ${name}`),
  ].join(', ');
}

/** Portal columns of a file and the variables that landed beside them. */
function columnsOf(node: BronzeNode, { file, parts }: CurrentFile): readonly string[] {
  const columns = file.columns ?? [];
  const variables = variableColumns(
    node,
    parts.flatMap((part) => Object.keys(part.variables)),
  );
  return [...columns, ...variables.filter((name) => !columns.includes(name))];
}

function undeclaredNames(node: BronzeNode, files: readonly CurrentFile[]): readonly string[] {
  const names = new Map<string, string>();
  for (const current of files) {
    for (const name of columnsOf(node, current))
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

function systemColumns(
  node: BronzeNode,
  { file, parts }: CurrentFile,
  columns: readonly string[],
  loadOrder: number,
  labels: readonly string[],
): string[] {
  const { cursor } = node.dataset.load;
  const rowId = parts[0]?.rowId;
  const has = (name: string | undefined): name is string => name !== undefined && columns.includes(name);
  // A replaced part has one load, within which its ids are what they are.
  const identity =
    node.dataset.load.mode === 'replace' && has(rowId)
      ? quoteIdent(rowId)
      : rowIdentity(has(rowId) ? rowId : undefined, parts, file.loadId!);
  // Which part a row is from decides only between equal cursors of one key; most datasets have one part.
  const partOrder =
    labels.length > 1 ? `list_position([${labels.map(quoteText).join(', ')}], _source_part)::integer` : '0';
  return [
    ...LOAD_COLUMNS.map(({ name }) => name),
    `${identity} as _row_id`,
    `${has(cursor) ? quoteIdent(cursor) : 'null::varchar'} as _cursor`,
    `${loadOrder} as _load_order`,
    `${partOrder} as _part_order`,
  ];
}
