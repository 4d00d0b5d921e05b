/** Writes the rows of a SELECT into one file, in any of the formats: the engine writes rows, a stream puts around them what belongs around them. */
import { constants, createReadStream, createWriteStream, renameSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { none } from '../engine/statement.js';
import type { ColumnInfo } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { errno } from '../lakehouse/stores/file-error.js';
import { quoteIdent, quoteText } from '../sql/quote.js';
import { csvColumn, jsonColumn, selectList } from './columns.js';
import type { FileFormat } from './format.js';
import { geometryOf } from './geometry.js';
import { headerRow, LIMITS, rowSql } from './sheet.js';

export interface Source {
  /** One SELECT. */
  readonly sql: string;
  readonly columns: readonly ColumnInfo[];
  /** What a sheet is called. */
  readonly title: string;
  /** Arrow: SELECT list of the columns in types that tables of the lake have. */
  readonly arrow?: string;
}

export interface FileToWrite extends FileFormat {
  /** Absolute path; nothing is there. */
  readonly path: string;
  /** Absolute path that the engine may write to; nothing is there. */
  readonly scratch: string;
  /** Parquet, CSV and JSON: a folder of files of about so many bytes each; undefined: one file. */
  readonly partBytes?: number;
  /** GeoJSON: what `--geometry` says. */
  readonly geometry?: string;
  /** Aborted to leave the file half. */
  readonly signal?: AbortSignal;
}

/** @throws LakeError LK7041 for GeoJSON without a geometry, LK7042 for what a spreadsheet cannot hold, LK50xx of the engine. */
export async function writeFile(
  source: Source,
  file: FileToWrite,
  run: (statement: ReturnType<typeof none>) => Promise<void>,
): Promise<void> {
  const { path, scratch, gzip, format, partBytes } = file;
  const { columns } = source;
  const exported = `(\n${source.sql}\n) as exported`;
  const parts = partBytes === undefined ? '' : `, file_size_bytes ${partBytes}`;
  const copy = (select: string, options: string, from = exported) =>
    run(none(`copy (select ${select} from ${from}) to ${quoteText(scratch)} (${options}${parts})`));
  const packed = gzip ? ', compression gzip' : '';
  switch (format) {
    case 'parquet':
      await copy('*', 'format parquet, compression zstd');
      return move(scratch, path);
    case 'arrow': {
      await copy(source.arrow ?? '*', 'format parquet, compression lz4');
      const { writeArrow } = await import('../engine/arrow/write-arrow.js');
      return writeArrow(scratch, path, file.signal);
    }
    case 'csv':
      await copy(selectList(columns, csvColumn), `format csv, header true${packed}`);
      return move(scratch, path);
    case 'json':
      await copy(selectList(columns, jsonColumn), `format json, array true${packed}`);
      return move(scratch, path);
    case 'ndjson':
      await copy(selectList(columns, jsonColumn), `format json, array false${packed}`);
      return move(scratch, path);
    case 'geojson': {
      const { sql, checked, used } = geometryOf(columns, file.geometry);
      const placed = `(select *, ${sql} as ${PLACE} from ${exported}) as placed`;
      const feature = featureSql(
        checked(PLACE),
        columns.filter(({ name }) => !used.includes(name)),
      );
      await copy(feature, 'format json, array true', placed);
      return collect(scratch, path, gzip);
    }
    case 'xlsx': {
      if (columns.length > LIMITS.columns) throw tooWide(columns.length);
      // What neither a delimiter nor a quote can stand in is written as it is.
      const plain = `format csv, header false, quote '', escape '', delimiter E'\\x1f'`;
      await copy(`${rowSql(columns)} as line`, plain);
      const { writeWorkbook } = await import('./workbook.js');
      return writeWorkbook(scratch, path, { header: headerRow(columns), title: source.title });
    }
  }
}

/** Onto another file system it is copied. */
async function move(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errno(error) !== 'EXDEV') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** No table has a column of this name: it is put beside its own. */
const PLACE = '"lake: geometry"';

function featureSql(geometry: string, columns: readonly ColumnInfo[]): string {
  const properties = columns.map((column) => `${quoteIdent(column.name)} := ${jsonColumn(column)}`);
  const members = properties.length === 0 ? `cast('{}' as json)` : `struct_pack(${properties.join(', ')})`;
  return `'Feature' as "type", ${geometry} as "geometry", ${members} as "properties"`;
}

/** Puts a collection around the features. */
async function collect(features: string, to: string, gzip: boolean): Promise<void> {
  async function* all(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"type":"FeatureCollection","features":');
    for await (const chunk of createReadStream(features, { highWaterMark: 1 << 20 })) yield chunk as Buffer;
    yield Buffer.from('}\n');
  }
  const out = createWriteStream(to, { flags: 'wx' });
  await (gzip ? pipeline(all, createGzip(), out) : pipeline(all, out));
}

function tooWide(count: number): LakeError {
  return new LakeError(
    'LK7042',
    `a sheet of Excel has ${LIMITS.columns} columns, and this table has ${count}`,
    {
      hint: 'choose some of them with --columns, or export csv or parquet',
    },
  );
}
