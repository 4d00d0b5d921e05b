/** Which of a bronze table's files hold rows that count: those of each part's current loads. */
import type { DataFile, PartState, TableState } from '../../../lakehouse/types.js';

/** `where` a file has current rows: the parts of it that no later full load has replaced. */
export interface CurrentFile {
  readonly file: DataFile;
  /** Ids of these parts. */
  readonly ids: readonly string[];
  readonly parts: readonly PartState[];
  /** True when the file also holds rows that are no longer current. */
  readonly partly: boolean;
}

/** The files that hold current rows, oldest load first. */
export function currentFiles(state: TableState): readonly CurrentFile[] {
  const parts = state.parts ?? {};
  return state.files.flatMap((file): CurrentFile[] => {
    const own = file.parts ?? [];
    const current = own.filter((id) => file.loadId !== undefined && parts[id]?.loads.includes(file.loadId));
    if (current.length === 0) return [];
    return [
      { file, ids: current, parts: current.map((id) => parts[id]!), partly: current.length < own.length },
    ];
  });
}
