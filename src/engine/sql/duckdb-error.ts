/** DuckDB's errors in lake's form: one sentence, no stack, no internal names, the place in the SQL. */
import { LakeError } from '../../errors/lake-error.js';
import { sentence } from './duckdb-sentence.js';
import { misspeltKeyword } from './misspelt-keyword.js';

export interface ErrorContext {
  /** What was being done, first word of the message: `silver.shootings`. */
  readonly label?: string;
  /** What of it, said where no view can be named. */
  readonly within?: string;
  /** The task's catalog, whose name nobody wrote and nobody should read. */
  readonly catalog?: string;
  /** The statement, to tell where in it the mistake stands. */
  readonly sql?: string;
  /** The statement's place in its task, from 0. */
  readonly statement?: number;
  /** Views of the task: a mistake may be in one of them. */
  readonly views?: readonly PlacedView[];
  /** What is known better than by DuckDB of how to mend it. */
  readonly hint?: string;
}

/** A view's SQL, and where in its CREATE VIEW it begins, in bytes: behind all statements and all views before it. */
export interface PlacedView {
  /** `gold.x`. */
  readonly name: string;
  readonly sql: string;
  readonly offset: number;
}

/** What DuckDB says when `errors_as_json` is set. */
interface Report {
  readonly type: string;
  readonly message: string;
  /** Byte offset in the SQL. */
  readonly position?: number;
}

/** @param error Whatever the driver threw; a LakeError is handed back as it is. */
export function duckdbError(error: unknown, context: ErrorContext): LakeError {
  if (error instanceof LakeError) return error;
  const said = readReport(error instanceof Error ? error.message : String(error));
  const report = { ...said, position: said.position ?? positionInList(said, context.sql) };
  const { code, hint } = judge(report);
  const view = viewAt(report, context.views ?? []);
  const at = view ? undefined : placeIn(report.position, context.sql);
  const { text, suggestion } = sentence(report, context.catalog);
  const inView = view && view.name !== context.label ? `in ${view.name}: ` : '';
  const within = view || context.within === undefined ? '' : ` (${context.within})`;
  const message = context.label === undefined ? text : `${context.label}${within}: ${inView}${text}`;
  return new LakeError(code, message, {
    hint: context.hint ?? suggestion ?? slipAt(report, context.sql) ?? hint,
    details: {
      type: report.type,
      ...(context.statement === undefined ? {} : { statement: context.statement }),
      ...at,
      ...(view && { view }),
      ...(report.type === 'FATAL' ? { fatal: true } : {}),
    },
  });
}

/** `Parser Error: {"exception_type":…}` or the JSON alone; plain text where DuckDB could not write JSON. */
export function readReport(text: string): Report {
  const brace = text.indexOf('{"exception_type"');
  if (brace >= 0) {
    try {
      const json = JSON.parse(text.slice(brace)) as Record<string, string>;
      const position = json['position'] === undefined ? undefined : Number(json['position']);
      return { type: json['exception_type'] ?? '', message: json['exception_message'] ?? '', position };
    } catch {
      // A message that is cut off: read it as text.
    }
  }
  const [, type = '', message = text] = /^(?:.*?: )??([A-Za-z ]+?) Error: ([\s\S]*)$/.exec(text) ?? [];
  return { type, message };
}

function judge({ type, message, position }: Report): { readonly code: string; readonly hint?: string } {
  switch (type) {
    case 'Parser':
    case 'Binder':
    case 'Catalog':
    case 'Syntax':
      return { code: 'LK5004', hint: 'correct the SQL; `lake compile` prints it as the engine gets it' };
    case 'Out of Memory':
      return {
        code: 'LK5003',
        hint: 'raise `memory_limit` in profiles.yml (thousands of columns take 1 MB each), or free disk space where the engine spills',
      };
    case 'IO':
    case 'HTTP':
    case 'Permission':
      if (/no space left|disk quota/i.test(message)) {
        return { code: 'LK5003', hint: 'free disk space and run again: nothing was published' };
      }
      if (/disabled (?:by|through) configuration/i.test(message)) return OUTSIDE;
      return { code: 'LK5007', hint: /parquet file|magic bytes/i.test(message) ? DAMAGED : REACHABLE };
    case 'Missing Extension':
      return OUTSIDE;
    case 'FATAL':
    case 'INTERNAL':
      return { code: 'LK5002', hint: 'this is a defect of the engine: try other SQL for the same result' };
    default:
      return {
        code: 'LK5005',
        // Of a cast DuckDB knows the place; of arithmetic, functions and literals it does not.
        ...(type === 'Conversion' &&
          position !== undefined &&
          !message.startsWith('Unimplemented type') && {
            hint: 'see which value it is: `try_cast` makes NULL of those that do not fit',
          }),
        ...(message.startsWith('Could not parse string') && {
          hint: 'see which value it is: `try_strptime` makes NULL of those that do not fit',
        }),
      };
  }
}

const REACHABLE = 'see that the file is there and may be read and written';
const DAMAGED =
  'the file is damaged: build the table that it belongs to anew, `lake build --full-refresh --select <table>`';

const OUTSIDE = {
  code: 'LK5008',
  hint: 'put a small file into seeds/ and what a portal or a folder delivers into datasets/, and read them by ref',
} as const;

/** Of a column in EXCLUDE, REPLACE or RENAME, and of a key of a struct, DuckDB does not say where. Bytes. */
function positionInList({ message }: Report, sql: string | undefined): number | undefined {
  if (sql === undefined) return undefined;
  const [, column, list] = /^Column "(.+)" in (EXCLUDE|REPLACE|RENAME) list not found/.exec(message) ?? [];
  const [, key] = /^Could not find key "(.+?)" in struct/.exec(message) ?? [];
  if (column !== undefined) {
    const [all] =
      new RegExp(`\\b${list}\\b[^)]*?(?<!\\w)"?(?=${asText(column)}(?!\\w))`, 'i').exec(sql) ?? [];
    return all === undefined ? undefined : Buffer.byteLength(sql.slice(0, sql.indexOf(all) + all.length));
  }
  if (key === undefined) return undefined;
  const places = [...sql.matchAll(new RegExp(`(?:[.]\\s*"?|\\[\\s*')(?=${asText(key)}(?!\\w))`, 'gi'))];
  const [only] = places;
  // Of several nobody knows which it is.
  return places.length === 1 ? Buffer.byteLength(sql.slice(0, only!.index + only![0].length)) : undefined;
}

function asText(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function slipAt({ type, message, position }: Report, sql: string | undefined): string | undefined {
  if (!/^(Parser|Syntax)$/.test(type) || position === undefined || !sql || !message.includes('syntax error'))
    return undefined;
  const bytes = Buffer.from(sql);
  return misspeltKeyword(bytes.subarray(0, position).toString(), bytes.subarray(position).toString());
}

interface Place {
  readonly line: number;
  readonly col: number;
}

const FILES: readonly string[] = ['IO', 'HTTP', 'Permission'];

/** DuckDB tells the place in the text that a view was made of, and not which text that was: the texts do not overlap. */
function viewAt(
  { type, position }: Report,
  views: readonly PlacedView[],
): (Place & { readonly name: string }) | undefined {
  // A file that cannot be read is no mistake of the view that reads it.
  if (position === undefined || FILES.includes(type)) return undefined;
  const view = views.findLast(
    ({ offset, sql }) => position >= offset && position < offset + Buffer.byteLength(sql),
  );
  const at = view && placeIn(position - view.offset, view.sql);
  return at && { name: view.name, ...at };
}

/** Line and column, from 1, in characters; DuckDB counts bytes. */
export function placeIn(position: number | undefined, sql: string | undefined): Place | undefined {
  if (position === undefined || sql === undefined) return undefined;
  const before = Buffer.from(sql).subarray(0, position).toString();
  const lines = before.split('\n');
  return { line: lines.length, col: [...lines.at(-1)!].length + 1 };
}
