/** `lake export`: rows of a lake as one file, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Graph } from '../../compile/types.js';
import type { ColumnInfo, Engine, Statement } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { FileFormat } from '../../formats/format.js';
import { refusedRow } from '../../formats/refused-row.js';
import { writeFile } from '../../formats/write-file.js';
import { metaRelations } from '../../lakehouse/meta/index.js';
import { openLake } from '../../lakehouse/open-lake.js';
import { setAsked } from '../../lakehouse/sets/set-asked.js';
import { syncFile } from '../../lakehouse/stores/durable-files.js';
import { fileError } from '../../lakehouse/stores/file-error.js';
import type { RunSet } from '../../lakehouse/types.js';
import type { Target } from '../../project/types.js';
import { quoteIdent } from '../../sql/quote.js';
import { engineOf } from '../engine-of.js';
import { engineOn } from '../engine-on.js';
import { setRelations } from '../set-relations.js';
import { arrowSelect } from './arrow-select.js';
import { describeExport } from './package.js';

/** What of a lake is written: a table or view with some of its columns and rows, or what a question says. */
export type ExportedRows =
  | {
      /** `gold.x`, or `x` alone. */
      readonly table: string;
      readonly columns?: readonly string[];
      /** A condition in SQL. */
      readonly where?: string;
      readonly limit?: number;
    }
  | { readonly query: string };

export interface ExportOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  readonly rows: ExportedRows;
  /** Where the file goes: absolute. What is there is replaced once the new file is whole. */
  readonly file: string;
  readonly format: FileFormat;
  readonly geometry?: string;
  /** Writes `datapackage.json` beside the file. */
  readonly describe: boolean;
  /** The lake as it was, as `lake query --at`. */
  readonly at?: string;
  readonly signal: AbortSignal;
}

export interface Exported {
  readonly file: string;
  readonly bytes: number;
  /** Absolute path of the description, where it was asked for. */
  readonly description?: string;
}

/**
 * @throws LakeError LK7040 where it cannot be begun, LK7041 for GeoJSON without a geometry, LK7042 for what a spreadsheet cannot hold,
 * LK7010 where `query` is no question, LK6027 for a state that never was, LK6024 for a table that is gone since, LK60xx where the disk refuses, LK50xx of the engine.
 */
export async function exportTable(options: ExportOptions): Promise<Exported> {
  const { root, graph, target, rows, file, at, signal } = options;
  checkFolder(file);
  const lake = await openLake(target.lake, root);
  const set = await setAsked(lake, { at, sql: 'query' in rows ? rows.query : rows.table });
  const { sql, table } = questionOf(rows, set);
  const relations = [...(await setRelations(lake, graph, set, sql)), ...(await metaRelations(lake))];
  const raw = engineOf(root, target);
  const stop = () => void raw.close();
  signal.addEventListener('abort', stop);
  const engine = engineOn(lake, raw);
  const ask = (statements: readonly Statement[]) =>
    engine.sql({ label: 'export', macros: graph.sqlMacros, relations, statements });
  // The engine's SQL reaches the project and its lake alone; the file gets to where it is to lie from there.
  const folder = join(root, 'target', 'exports', randomUUID());
  const whole = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    const columns = await columnsOf(ask, sql);
    await written(() =>
      writeFile(
        { sql, columns, title: table ?? 'rows', arrow: arrowSelect(columns) },
        { ...options.format, path: whole, scratch: join(folder, 'rows'), geometry: options.geometry, signal },
        async (statement) => void (await ask([statement])),
      ),
    );
    const description = options.describe
      ? await describeExport({ lake, set, sql, table, columns, file, whole, format: options.format.format })
      : undefined;
    signal.throwIfAborted();
    return { ...(await put(whole, file)), ...(description && { description: description() }) };
  } finally {
    signal.removeEventListener('abort', stop);
    await raw.close();
    rmSync(whole, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkFolder(file: string): void {
  const folder = statSync(dirname(file), { throwIfNoEntry: false });
  if (!folder?.isDirectory())
    throw new LakeError('LK7040', `there is no folder ${dirname(file)}`, { hint: 'make it first' });
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new LakeError('LK7040', `${file} is a folder`, { hint: 'name a file in it' });
}

/** The rows as one SELECT, and the table that it is of. */
function questionOf(
  rows: ExportedRows,
  set: RunSet | undefined,
): { readonly sql: string; readonly table?: string } {
  if ('query' in rows) return { sql: rows.query.trim().replace(/;\s*$/, '') };
  const table = tableNamed(rows.table, set);
  const [schema, name] = table.split('.') as [string, string];
  const columns = rows.columns?.map(quoteIdent).join(', ') ?? '*';
  const where = rows.where === undefined ? '' : ` where (${rows.where}\n)`;
  const limit = rows.limit === undefined ? '' : ` limit ${rows.limit}`;
  return { sql: `select ${columns} from ${quoteIdent(schema)}.${quoteIdent(name)}${where}${limit}`, table };
}

/** A name without its layer is that of a model, seed or snapshot, else of a dataset's silver. */
function tableNamed(asked: string, set: RunSet | undefined): string {
  const all = Object.keys({ ...set?.tables, ...set?.views });
  const lower = asked.toLowerCase();
  const exact = all.find((one) => one.toLowerCase() === lower);
  if (exact !== undefined) return exact;
  if (/^meta\.[a-z]+$/.test(lower)) return lower;
  const named = all.filter((one) => !one.startsWith('bronze.') && one.toLowerCase().endsWith(`.${lower}`));
  if (named.length === 1) return named[0]!;
  const meant = didYouMean(asked, [...all, ...all.map((one) => one.slice(one.indexOf('.') + 1))]);
  throw new LakeError(
    'LK7040',
    named.length > 1
      ? `${asked} may be ${named.join(' or ')}`
      : `the lake has no table ${JSON.stringify(asked)}`,
    { hint: meant ?? 'see what there is with `lake ls`, and build what is missing' },
  );
}

async function columnsOf(
  ask: (statements: readonly Statement[]) => ReturnType<Engine['sql']>,
  sql: string,
): Promise<readonly ColumnInfo[]> {
  const [described] = await ask([
    { sql: `describe (\n${sql}\n)`, collect: 'rows', question: true, limit: 100_000 },
  ]);
  return described!.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** What the rows themselves refuse is told with what to do. */
async function written(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LakeError)) throw fileError(error, 'write', 'the file of the export');
    const { place, long } = refusedRow(error);
    if (place !== undefined)
      throw new LakeError('LK7041', `a row has a place that GeoJSON has not: ${place}`, {
        hint: 'GeoJSON is in degrees, longitude first, WGS 84. Leave such rows out with --where, or choose other columns with --geometry',
      });
    if (long === undefined) throw error;
    throw new LakeError('LK7042', `${long}, and a cell of Excel holds 32,767`, {
      hint: 'leave the column out with --columns, or export csv or parquet',
    });
  }
}

/** Durable, and only then under its name. */
async function put(whole: string, file: string): Promise<{ readonly file: string; readonly bytes: number }> {
  try {
    await syncFile(whole);
    const bytes = statSync(whole).size;
    renameSync(whole, file);
    return { file, bytes };
  } catch (error) {
    throw fileError(error, 'write', file);
  }
}
