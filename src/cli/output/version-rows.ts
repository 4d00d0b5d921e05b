import type { VersionRow } from '../../lakehouse/meta/versions.js';
import { bytes, moment } from '../progress/format.js';
import type { OutputFormat, Rows } from './print-rows.js';

/** For a person: times to the second in UTC, sizes in units; a version without rows of its own says whose they are. */
export function versionTable(rows: readonly VersionRow[], format: OutputFormat): Rows {
  if (format !== 'table') {
    const columns = [
      'table',
      'version',
      'at',
      'operation',
      'writer',
      'run',
      'rows',
      'files',
      'bytes',
      'data_version',
    ] as const;
    return { columns, rows: rows.map((row) => columns.map((name) => row[name])) };
  }
  return {
    columns: ['table', 'version', 'when (UTC)', 'operation', 'rows', 'files', 'size', 'writer', 'run'],
    rows: rows.map((row) => [
      row.table,
      row.version,
      row.at === null ? null : moment(row.at),
      row.data_version === null || row.data_version === row.version
        ? row.operation
        : `${row.operation} (rows of ${row.data_version})`,
      row.rows,
      row.files,
      row.bytes === null ? null : bytes(row.bytes),
      row.writer,
      row.run,
    ]),
  };
}
