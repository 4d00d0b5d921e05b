/** A part whose rows in the lake are gone is fetched again: a portal's "nothing has changed" would be about nothing. */
import type { BronzeNode } from '../../compile/types.js';
import type { Lake, PartState, TableState } from '../../lakehouse/types.js';

/** What is known of a dataset, less what its lake no longer holds. */
export interface HeldState {
  readonly state: TableState | undefined;
  /** Parts that have current rows in a file that is missing or damaged. */
  readonly lostParts: ReadonlySet<string>;
  /** Files that the next commit leaves out. */
  readonly lostFiles: readonly string[];
}

/** Of a part with lost rows nothing counts as known; an archive (`append`) keeps its other loads. */
export async function heldState(
  lake: Pick<Lake, 'lostFiles'>,
  node: BronzeNode,
  state: TableState | undefined,
): Promise<HeldState> {
  const lost = state === undefined ? [] : await lake.lostFiles(state);
  if (state === undefined || lost.length === 0) return { state, lostParts: new Set(), lostFiles: [] };
  const lostParts = new Set<string>();
  const parts: Record<string, PartState> = {};
  for (const [id, part] of Object.entries(state.parts ?? {})) {
    const gone = new Set(lost.flatMap((file) => (file.parts?.includes(id) ? [file.loadId] : [])));
    const loads = part.loads.filter((load) => !gone.has(load));
    if (loads.length === part.loads.length) {
      parts[id] = part;
      continue;
    }
    lostParts.add(id);
    const { fingerprint: _, count: __, cursor: ___, ...rest } = part;
    if (node.dataset.load.mode === 'append' && loads.length > 0)
      parts[id] = { ...rest, loads, validators: {}, sha256: '' };
  }
  return { state: { ...state, parts }, lostParts, lostFiles: lost.map(({ path }) => path) };
}
