/** How a staged load's columns differ from the last accepted load's, all its parts together (DESIGN §3, contract). */
import type { BronzeNode } from '../../compile/types.js';
import type { ColumnChange, TableState } from '../../lakehouse/types.js';
import type { DatasetFacts } from '../../observe/types.js';
import { columnWords } from '../../quality/compare/column-change.js';
import { acceptHint, type GuardBreach } from '../../quality/guards/guard.js';
import { changedColumns } from '../compare/changed-columns.js';
import { newestColumns, type Side } from '../compare/side.js';
import type { RunContext } from '../context.js';
import { nextParts } from './next-parts.js';
import type { StagedLoad } from './stage-load.js';

/** Undefined where the columns are the same, where there was no load before, or none of this one brought rows. */
export async function columnChange(
  context: RunContext,
  node: BronzeNode,
  facts: DatasetFacts,
  load: StagedLoad,
  state: TableState | undefined,
): Promise<ColumnChange | undefined> {
  if (state === undefined || load.files.length === 0) return undefined;
  const pathOf = (file: string) => context.lake.filePath(node.id, file);
  const before: Side = { state, pathOf };
  const staged = load.files.map((file) => ({ ...file, loadId: context.run }));
  const paths = new Set(staged.map(({ path }) => path));
  const now: Side = {
    state: {
      ...state,
      files: [...state.files, ...staged],
      parts: nextParts(context.run, node, facts, load, state),
    },
    pathOf: (file) => (paths.has(file) ? file : pathOf(file)),
  };
  if (newestColumns(before).length === 0) return undefined;
  return (await changedColumns(context, node, before, now)).difference;
}

/** What `contract.columns: freeze` objects to. */
export function frozenColumns(node: BronzeNode, change: ColumnChange | undefined): readonly GuardBreach[] {
  const { dataset } = node;
  if (!change || dataset.contract.columns !== 'freeze') return [];
  return [
    {
      guard: 'columns',
      code: 'LK4013',
      message: `${dataset.name}: the columns are frozen, and the portal's have changed: ${columnWords(change)}`,
      hint: `correct the fields in ${dataset.path} where they read these columns, then ${acceptHint(dataset.name, 'columns').replace('if this is right, ', '')}`,
    },
  ];
}

/** What `contract.columns: evolve` reports. */
export function columnNotes(node: BronzeNode, change: ColumnChange | undefined): readonly string[] {
  if (!change || node.dataset.contract.columns === 'ignore') return [];
  return [`the portal's columns have changed: ${columnWords(change)}`];
}
