/** A table as it would be with a staged load, as far as binding its current rows needs it. Pure. */
import type { DecodedFile, DecodeResult } from '../../engine/types.js';
import type { PartFetch } from '../../fetch/types.js';
import type { DataFile, PartState, TableState } from '../../lakehouse/types.js';

export interface StagedRows {
  readonly decoded: DecodeResult;
  /** What was asked for. */
  readonly fetched: readonly PartFetch[];
}

export interface StagedStateOptions {
  readonly run: string;
  readonly known: Readonly<Record<string, PartState>>;
  readonly state: TableState | undefined;
  /** Labels of parts whose rows go by other ids since this load. */
  readonly renumbered?: ReadonlySet<string>;
  /** Parts that are bound beside those that were fetched. */
  readonly also?: readonly string[];
}

/** Paths of staged files are absolute, those of committed ones lie in the table's folder. */
export function stagedState({ decoded, fetched }: StagedRows, options: StagedStateOptions): TableState {
  const { run, known, state, renumbered = new Set(), also = [] } = options;
  const parts = fetched.map((fetch): [string, PartState] => {
    const before = fetch.kind === 'incremental' ? known[fetch.partId] : undefined;
    return [
      fetch.partId,
      {
        validators: {},
        rows: 0,
        sha256: '',
        ...before,
        label: fetch.label,
        variables: fetch.variables,
        loads: [...(before?.loads ?? []), run],
        rowId: decoded.parts.find((part) => part.partId === fetch.partId)?.rowIdColumn ?? before?.rowId,
        renumbered: [...(before?.renumbered ?? []), ...(renumbered.has(fetch.label) ? [run] : [])],
      },
    ];
  });
  const others = also.flatMap((id) => (known[id] ? [[id, known[id]] as const] : []));
  const files = [...(state?.files ?? []), ...decoded.files.map((file) => dataFile(file, run))];
  return { ...state, parts: Object.fromEntries([...others, ...parts]), files } as TableState;
}

/** Where a file of it is, given where the committed ones are. */
export function stagedPath(
  { decoded }: StagedRows,
  pathOf: (file: string) => string,
): (file: string) => string {
  const staged = new Set(decoded.files.map((file) => file.path));
  return (path) => (staged.has(path) ? path : pathOf(path));
}

function dataFile({ path, rows, bytes, parts, columns }: DecodedFile, loadId: string): DataFile {
  return { path, rows, bytes, parts, columns, loadId };
}
