/** What other programs did to the rows of a table that lake computes, in one sentence. Pure. */
import type { ForeignVersion } from '../lakehouse/types.js';

const MOST = 3;

/** Undefined where they changed no rows: `delta-rs:py-1.6.6 wrote to it: version 7 added 3 rows in 1 file`. */
export function foreignWrites(foreign: readonly ForeignVersion[] | undefined): string | undefined {
  const wrote = foreign?.filter(({ dataChange }) => dataChange) ?? [];
  if (wrote.length === 0) return undefined;
  const writers = [...new Set(wrote.map(({ writer }) => writer))].join(' and ');
  const shown = wrote.slice(0, MOST).map((version) => `version ${version.version} ${deeds(version)}`);
  const more = wrote.length > MOST ? [`${wrote.length - MOST} more versions`] : [];
  return `${writers} wrote to it: ${[...shown, ...more].join('; ')}`;
}

function deeds({ addedFiles, addedRows, removedFiles, removedRows }: ForeignVersion): string {
  const did = [
    ...(addedFiles > 0 ? [`added ${rowsIn(addedRows, addedFiles)}`] : []),
    ...(removedFiles > 0 ? [`removed ${rowsIn(removedRows, removedFiles)}`] : []),
  ];
  return did.join(' and ') || 'changed no file';
}

function rowsIn(rows: number | undefined, files: number): string {
  return rows === undefined ? counted(files, 'file') : `${counted(rows, 'row')} in ${counted(files, 'file')}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
