/**
 * Rows that two pages both delivered, of a portal that gives its rows no id: a table that moved between two pages has
 * such rows, and lacks as many others, though the number of all rows fits.
 */
import type { BronzeNode } from '../../compile/types.js';
import type { PartState } from '../../lakehouse/types.js';
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { RunContext } from '../context.js';
import { bindBronze } from '../tables/bronze/bind-bronze.js';
import { keyColumns } from './measure-load.js';
import type { ReadPart } from './read-parts.js';
import { type StagedRows, stagedPath, stagedState } from './staged-state.js';

/** Hash of all that was delivered of a row, declared or not. */
const WHOLE_ROW = '_whole_row';

/**
 * Part id → rows beyond the first page that has them: by key where a table's key must be unique, else by the whole row.
 * Only parts that came in several pages without row ids, of whose rows it is known which page each is from.
 */
export async function repeatedRows(
  context: RunContext,
  node: BronzeNode,
  staged: StagedRows,
  read: readonly ReadPart[],
  known: Readonly<Record<string, PartState>>,
): Promise<ReadonlyMap<string, number>> {
  const { decoded } = staged;
  const paged = read.flatMap(({ fetch, fetched }) => {
    const part = decoded.parts.find(({ partId }) => partId === fetch.partId);
    if (fetch.expander?.kind !== 'http_pages' || !part || part.rowIdColumn !== undefined) return [];
    const starts: number[] = [];
    let rows = 0;
    for (const { records = 0 } of fetched.files) {
      if (records > 0) starts.push(rows);
      rows += records;
    }
    // Records that were opened into several rows, or left out, do not tell where a page begins.
    return starts.length < 2 || rows !== part.rows ? [] : [{ fetch, starts }];
  });
  if (paged.length === 0) return new Map();
  const state = stagedState(staged, { run: context.run, known, state: undefined });
  const pathOf = stagedPath(staged, (path) => context.lake.filePath(node.id, path));
  const whole = (columns: readonly string[]) => [
    `hash(${columns.map(quoteIdent).join(', ')}) as ${WHOLE_ROW}`,
  ];
  const key = node.dataset.load.mode === 'replace' ? keyColumns(node) : undefined;
  const content = key ? `hash(${key.map(quoteIdent).join(', ')})` : WHOLE_ROW;
  const results = await context.engine.sql({
    label: node.id,
    macros: [],
    relations: [bindBronze(node, state, pathOf, whole)],
    statements: paged.map(({ fetch, starts }) => ({
      sql: onTwoPages(node, context.run, fetch.label, starts, content),
      collect: 'rows' as const,
    })),
  });
  return new Map(paged.map(({ fetch }, i) => [fetch.partId, Number(results[i]!.rows[0]?.[0] ?? 0)]));
}

/** Equal rows within one page are none of a page's doing. */
function onTwoPages(
  { name }: BronzeNode,
  run: string,
  label: string,
  starts: readonly number[],
  content: string,
): string {
  return `with delivered as (
      select row_number() over (order by _row) as place, ${content} as content from "bronze".${quoteIdent(name)}
      where _load_id = ${quoteText(run)} and _source_part = ${quoteText(label)}),
    pages as (select unnest([${starts.join(', ')}]::bigint[]) as start),
    per_page as (
      select content, start, count(*) as n
      from delivered asof join pages on delivered.place > pages.start group by content, start),
    per_row as (select sum(n) - max(n) as more from per_page group by content having count(*) > 1)
    select coalesce(sum(more), 0)::bigint from per_row`;
}
