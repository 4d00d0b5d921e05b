/**
 * Silver in one go: rows are judged and written by one statement, without a file of judged rows between bronze and silver.
 * What the row's place alone decides (repeated deliveries, newer loads, withdrawals) is found before; whether keys are
 * unique is asked of the files that were written. Rows with breaches, most often none or few, are judged once more. Pure.
 */

import type { SilverNode } from '../../compile/types.js';
import { none, rows } from '../../engine/statement.js';
import type { ResultSet, Statement } from '../../engine/types.js';
import type { PartState } from '../../lakehouse/types.js';
import { JUDGEMENT_COLUMNS } from '../../sql/own-columns.js';
import { quoteIdent } from '../../sql/quote.js';
import { isStable } from '../tables/bronze/row-ids.js';
import { repeatedHashes } from '../tables/repeated-hashes.js';
import { copyInFilesSql } from '../tables/table-sql.js';
import { publishedSelect } from '../tables/table-types.js';
import { haveOneLoadEach, repeatedByPlace } from './repeated-rows.js';
import {
  type Columns,
  comparedStatements,
  judgedResults,
  judgedStatements,
  PLACES,
  ROW,
  type SilverOutput,
  type SilverResults,
  silverColumns,
} from './silver-statements.js';

/** Name under which the files that were written are bound. */
const STAGED = '"staged"."table"';
const row = ROW.join(', ');

/**
 * Whether a row's place decides about it, or is likely to: of an archive's loads rows are compared by value, and where
 * several loads of a table with a key have no ids that last, keys that stand twice are to be expected.
 */
export function canWriteAtOnce(node: SilverNode, parts: readonly PartState[]): boolean {
  const { load } = node.dataset;
  if (!node.generated || load.deletes === 'soft') return false;
  if (load.mode === 'replace' || haveOneLoadEach(parts)) return true;
  return load.mode === 'upsert' && parts.every(({ rowId }) => isStable(rowId));
}

/** First task: the valid rows. Of its results `written` tells. */
export function writeStatements(
  node: SilverNode,
  yielded: Columns,
  output: Pick<SilverOutput, 'valid'>,
  parts: readonly PartState[],
): Statement[] {
  const table = `"bronze".${quoteIdent(node.name)}`;
  const select = publishedSelect(silverColumns(node, yielded), node.partitionBy);
  return [
    // The node's SQL comes first and begins on the second line, see `placed` in run/sql-place.
    none(`create temp view checked_values as\n${node.sql}`),
    ...repeatedStatements(node, parts),
    rows(`select
      (select count(*) from ${table}),
      (select count(*) from outdated),
      (select count(*) from overlap),
      (select count(*) from removed)`),
    rows(
      copyInFilesSql(
        `select ${select} from ${standing()} where _errors = ''`,
        output.valid,
        node.partitionBy,
      ),
      1_000_000,
    ),
  ];
}

export interface Written {
  readonly bronze: number;
  readonly superseded: number;
  readonly overlap: number;
  readonly withdrawn: number;
  readonly valid: ResultSet;
}

/** Results of `writeStatements`. */
export function written([counts, valid]: readonly ResultSet[]): Written {
  const [bronze, superseded, overlap, withdrawn] = counts!.rows[0]!.map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { bronze, superseded, overlap, withdrawn, valid: valid! };
}

/** Whether values can breach a rule in rows that silver keeps, or that it must not be built with. */
export function mayKeepBreaches({ dataset }: SilverNode): boolean {
  return (dataset.fields ?? []).some(({ onInvalid }) => onInvalid !== 'quarantine');
}

/**
 * Second task, with the written files bound as `"staged"."table"`: are keys unique, what changed, and with `judge` what is
 * wrong with rows; then `more`, which may read `final`. Of its results `results` tells.
 */
export function lookStatements(
  node: SilverNode,
  yielded: Columns,
  output: Pick<SilverOutput, 'quarantine'>,
  parts: readonly PartState[],
  options: {
    /** How many were written. */
    readonly rows: number;
    readonly previous: boolean;
    readonly judge: boolean;
    readonly more: readonly Statement[];
  },
): Statement[] {
  return [
    ...(options.judge ? [none(`create temp view checked_values as\n${node.sql}`)] : []),
    none(`create temp view final as select * from ${STAGED}`),
    ...repeatedKeys(node, options.rows),
    ...comparedStatements(node, yielded, 'final', options.previous),
    ...(options.judge ? repeatedStatements(node, parts) : []),
    none(`create temp table judged as ${options.judge ? judgedSql() : NONE_JUDGED}`),
    ...judgedStatements(node, output),
    ...options.more,
  ];
}

/**
 * What the two tasks found, in the form in which `silverFindings` reads it, and the results of `more`; undefined where a key
 * stands in several rows, for which of them silver keeps is to be decided before anything is written.
 */
export function foundAtOnce(
  { bronze, superseded, overlap, withdrawn, valid }: Written,
  [repeatedKeys, content, changes, ...others]: readonly ResultSet[],
): { readonly by: SilverResults; readonly more: readonly ResultSet[] } | undefined {
  if (repeatedKeys!.rows.length > 0) return undefined;
  const counts = { ...repeatedKeys!, rows: [[bronze, bronze, superseded, overlap, withdrawn]] };
  const judged = judgedResults(others);
  const by = {
    ...judged,
    counts,
    notUnique: repeatedKeys!,
    valid,
    content: content!,
    changes: changes!,
  };
  return { by, more: others.slice(Object.keys(judged).length) };
}

/** Rows that another row stands for; a row's id is its place in bronze. */
function repeatedStatements(node: SilverNode, parts: readonly PartState[]): Statement[] {
  return [
    none(`create temp view checked as
      select ${[row, ...PLACES].join(', ')}, {${ROW.map((name) => `${name}: ${name}`).join(', ')}} as rowid
      from "bronze".${quoteIdent(node.name)}`),
    ...repeatedByPlace(node, parts).map(none),
    none(`create temp table excluded as
      select ${ROW.map((name) => `id.${name} as ${name}`).join(', ')} from (
        select id from overlap union all select id from outdated union all select id from removed)`),
  ];
}

/** All others. */
function standing(): string {
  return `checked_values anti join excluded using (${row})`;
}

function judgedSql(): string {
  const breached = JUDGEMENT_COLUMNS.map((name) => `${name} <> ''`).join(' or ');
  return `select ${[row, ...JUDGEMENT_COLUMNS].join(', ')} from ${standing()} where ${breached}`;
}

const NONE_JUDGED = `select ''::varchar as _load_id, ''::varchar as _source_part, 0::bigint as _row,
  ${JUDGEMENT_COLUMNS.map((name) => `''::varchar as ${name}`).join(', ')} where false`;

/** A hash of a key that stands twice; equal hashes of different keys only cost time. */
function repeatedKeys({ key }: SilverNode, count: number): Statement[] {
  if (!key) return [rows('select 1 where false')];
  const hash = `hash(${key.map(quoteIdent).join(', ')})`;
  return [
    ...repeatedHashes({ into: 'repeated_keys', hash, from: 'final', rows: count }).map(none),
    rows('select h from repeated_keys limit 1'),
  ];
}
