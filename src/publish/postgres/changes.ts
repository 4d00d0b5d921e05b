/**
 * The rows that go to the target, as files of CSV that the engine writes: all of them, or those whose keys and hashes differ between
 * the version that is there and the one that is to be there. Files that both versions have are not read.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { none, rows } from '../../engine/statement.js';
import type { Relation, ResultSet, Statement } from '../../engine/types.js';
import { tableRelation } from '../../lakehouse/readers/table-relation.js';
import type { TableHead } from '../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { PostgresTask, Wanted, WantedColumn } from './wanted.js';

export interface Changes {
  /** The version that these are differences to. */
  readonly base?: TableHead;
  /** Whole rows; undefined where there are none. */
  readonly rowsFile?: string;
  /** Rows in it. */
  readonly rows: number;
  /** Keys of rows that are gone; undefined where there are none. */
  readonly goneFile?: string;
  readonly added?: number;
  readonly changed?: number;
  readonly removed?: number;
  readonly bytes: number;
  /** Sentences about values that Postgres cannot hold. */
  readonly notes: readonly string[];
}

const NOW = 'publish.now';
const BEFORE = 'publish.before';
/** Of the task alone, and no column's name. */
const HASH = '"lake: hash"';

/** All rows of the version. */
export async function allRows(task: PostgresTask, wanted: Wanted): Promise<Changes> {
  const file = join(task.scratch, 'rows.csv');
  const results = await task.engine.sql({
    label: task.publication.id,
    macros: task.macros,
    relations: [relationOf(task, task.table, 'now')],
    statements: [rowCounts(wanted.columns, NOW), copy(rowsSelect(wanted.columns, NOW), wanted.columns, file)],
  });
  const { rows: count } = task.table.state;
  return {
    rowsFile: file,
    rows: count,
    bytes: statSync(file).size,
    notes: nulNotes(wanted.columns, results[0]),
  };
}

/**
 * What changed since `base`.
 * @param sent Columns that the target has filled from it: any other counts as NULL before, in the files of both as well.
 */
export async function changedRows(
  task: PostgresTask,
  wanted: Wanted,
  base: TableHead,
  sent: readonly string[],
): Promise<Changes> {
  const { columns, mode } = wanted;
  const areSent = columns.every(({ name }) => sent.includes(name));
  const relations = [
    relationOf(task, areSent ? without(task.table, base) : task.table, 'now'),
    relationOf(task, areSent ? without(base, task.table) : base, 'before'),
  ];
  const hashes = {
    now: `hash(${columns.map(({ source }) => quoteIdent(source)).join(', ')})`,
    before: `hash(${columns.map((column) => before(column, base, sent)).join(', ')})`,
  };
  const found = wanted.key.length > 0 ? byKey(wanted, hashes) : byRow(hashes);
  const rowsFile = join(task.scratch, 'rows.csv');
  const goneFile = join(task.scratch, 'gone.csv');
  return task.engine.steps({ label: task.publication.id, macros: task.macros, relations }, async (run) => {
    const compared = await run([...found.statements, rows(found.counts, 1)]);
    const [added, changed, removed] = (compared.at(-1)?.rows[0] ?? []).map(Number) as [
      number,
      number,
      number,
    ];
    const sends = mode === 'append' ? added : added + changed;
    const deletes = mode === 'sync' ? removed : 0;
    const source = `(${found.rows(mode === 'append' ? "('added')" : "('added', 'changed')")})`;
    const [counts] =
      sends === 0
        ? []
        : await run([rowCounts(columns, source), copy(rowsSelect(columns, source), columns, rowsFile)]);
    if (deletes > 0)
      await run([copy(rowsSelect(keyColumns(wanted), 'removed_rows'), keyColumns(wanted), goneFile)]);
    return {
      base,
      ...(sends > 0 && { rowsFile }),
      ...(deletes > 0 && { goneFile }),
      rows: sends > 0 ? Number(counts?.rows[0]?.[0]) : 0,
      added,
      changed,
      removed,
      bytes: (sends > 0 ? statSync(rowsFile).size : 0) + (deletes > 0 ? statSync(goneFile).size : 0),
      notes: sends > 0 ? nulNotes(columns, counts) : [],
    };
  });
}

export const keyColumns = ({ columns, key }: Wanted): readonly WantedColumn[] =>
  key.map((name) => columns.find((column) => column.name === name)!);

interface Found {
  readonly statements: readonly Statement[];
  /** One row: added, changed, removed. */
  readonly counts: string;
  /** SELECT of whole rows. */
  readonly rows: (kinds: string) => string;
}

interface Hashes {
  readonly now: string;
  readonly before: string;
}

function byKey(wanted: Wanted, hashes: Hashes): Found {
  const keys = keyColumns(wanted).map(({ source }) => quoteIdent(source));
  const list = keys.join(', ');
  return {
    statements: [
      none(`create temp table before_hashes as select ${list}, ${hashes.before} as ${HASH} from ${BEFORE}`),
      none(`create temp table now_hashes as select ${list}, ${hashes.now} as ${HASH} from ${NOW}`),
      none(`create temp table changed_rows as
select ${keys.map((key) => `n.${key}`).join(', ')}, case when b.${HASH} is null then 'added' else 'changed' end as ${HASH}
from now_hashes n left join before_hashes b using (${list}) where b.${HASH} is distinct from n.${HASH}`),
      none(
        `create temp table removed_rows as select ${list} from before_hashes anti join now_hashes using (${list})`,
      ),
    ],
    counts: `select count(*) filter (where ${HASH} = 'added'), count(*) filter (where ${HASH} = 'changed'),
  (select count(*) from removed_rows) from changed_rows`,
    // By the hash, which takes a tenth of the time: a row that only has the hash of another one is sent in vain.
    rows: (kinds) =>
      `select * from ${NOW} where hash(${list}) in (select hash(${list}) from changed_rows where ${HASH} in ${kinds})`,
  };
}

/** Without a key a row is its values: as often as one stands there more often than before, it is new. */
function byRow(hashes: Hashes): Found {
  return {
    statements: [
      none(
        `create temp table before_hashes as select ${hashes.before} as ${HASH}, count(*) as n from ${BEFORE} group by 1`,
      ),
      none(
        `create temp table now_hashes as select ${hashes.now} as ${HASH}, count(*) as n from ${NOW} group by 1`,
      ),
      none(
        `create temp table changed_rows as select ${HASH}, n.n - coalesce(b.n, 0) as n from now_hashes n
left join before_hashes b using (${HASH}) where n.n > coalesce(b.n, 0)`,
      ),
    ],
    counts: `select coalesce(sum(n), 0), 0, (select coalesce(sum(b.n - coalesce(n.n, 0)), 0) from before_hashes b
left join now_hashes n using (${HASH}) where b.n > coalesce(n.n, 0)) from changed_rows`,
    rows: () => `select r.* exclude (${HASH}, "lake: nth") from (
  select *, ${hashes.now} as ${HASH}, row_number() over (partition by ${hashes.now}) as "lake: nth" from ${NOW}) r
join changed_rows c using (${HASH}) where r."lake: nth" <= c.n`,
  };
}

/** A value of before as the column has it now, so that one that was only widened is the same. */
function before(
  { source, name, sourceType }: WantedColumn,
  base: TableHead,
  sent: readonly string[],
): string {
  const had = base.state.columns.find((column) => column.name === source);
  if (had === undefined || !sent.includes(name)) return `cast(null as ${sourceType})`;
  return had.type === sourceType ? quoteIdent(source) : `try_cast(${quoteIdent(source)} as ${sourceType})`;
}

/** A version without the files that another one has as well. */
function without(head: TableHead, other: TableHead): TableHead {
  const types = ({ state }: TableHead) => JSON.stringify(state.columns);
  if (types(head) !== types(other)) return head;
  const shared = new Set(other.state.files.map(({ path }) => path));
  return {
    ...head,
    state: { ...head.state, files: head.state.files.filter(({ path }) => !shared.has(path)) },
  };
}

function relationOf({ lake }: PostgresTask, head: TableHead, name: string): Relation {
  return { ...tableRelation(head, (file) => lake.filePath(head.table, file)), schema: 'publish', name };
}

function rowsSelect(columns: readonly WantedColumn[], from: string): string {
  const list = columns.map(({ source, type }) => `${type.text(quoteIdent(source))} as ${quoteIdent(source)}`);
  return `select ${list.join(', ')} from ${from}`;
}

function copy(select: string, columns: readonly WantedColumn[], file: string): Statement {
  const quoted = columns.filter(({ type }) => type.quoted).map(({ source }) => quoteIdent(source));
  const force = quoted.length === 0 ? '' : `, force_quote (${quoted.join(', ')})`;
  return none(`copy (${select}) to ${quoteText(file)} (format csv, header false, nullstr ''${force})`);
}

const withNul = (columns: readonly WantedColumn[]) => columns.filter(({ type }) => type.hasNul !== undefined);

/** How many rows there are, and in how many of them each text has the character 0. */
function rowCounts(columns: readonly WantedColumn[], from: string): Statement {
  const counts = withNul(columns).map(
    ({ source, type }) => `count(*) filter (where ${type.hasNul!(quoteIdent(source))})`,
  );
  return rows(`select ${['count(*)', ...counts].join(', ')} from ${from}`, 1);
}

function nulNotes(columns: readonly WantedColumn[], result: ResultSet | undefined): readonly string[] {
  return withNul(columns).flatMap(({ source }, index) => {
    const count = Number(result?.rows[0]?.[index + 1] ?? 0);
    if (count === 0) return [];
    return [
      `${count} ${count === 1 ? 'value' : 'values'} of ${source} had the character 0, which Postgres has not: it stands there as U+FFFD`,
    ];
  });
}
