/** Lets one question through and refuses what would change, write or attach anything. */
import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
import { LakeError } from '../../errors/lake-error.js';

/** Words that begin a question, after comments and opening parentheses. */
const ASKING = new Set(
  'select from with values table describe desc show summarize explain pivot unpivot'.split(' '),
);
const FIRST_WORD = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([a-z]+)/i;
/** Without a statement in it the parser says nothing of use. */
const NOTHING = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/;

const EXPLAIN = /^\s*explain\s+(?:analyze\s+)?/i;

/**
 * The statement, prepared. The first word must be one that asks; then DuckDB's own parser decides, to which a
 * SELECT and all its relatives are of one type: `WITH x AS (…) INSERT …` begins well and is none.
 * @throws LakeError LK7010 for no statement or several, or one that does more than ask; DuckDB's own error when it does not parse.
 */
export async function prepareQuestion(
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  if (NOTHING.test(sql)) throw refusal('this is none');
  const word = FIRST_WORD.exec(sql)?.[1]?.toLowerCase();
  const statements = await connection.extractStatements(sql);
  if (statements.count > 1) throw refusal(`these are ${statements.count} statements`, word);
  if (word !== undefined && !ASKING.has(word)) throw refusal(`this begins with ${word.toUpperCase()}`);
  const prepared = await statements.prepare(0);
  const type = prepared.statementType;
  if (type === StatementType.EXPLAIN && EXPLAIN.test(sql)) {
    // EXPLAIN ANALYZE runs what it explains.
    await prepareQuestion(connection, sql.replace(EXPLAIN, ''));
  } else if (type !== StatementType.SELECT && type !== StatementType.EXPLAIN) {
    throw refusal(`this is ${nameOf(type)}`);
  }
  return prepared;
}

/** `a COPY statement`. */
function nameOf(type: StatementType): string {
  const name = (StatementType[type] ?? 'other').replaceAll('_', ' ');
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name} statement`;
}

function refusal(what: string, word?: string): LakeError {
  return new LakeError('LK7010', `lake query takes one SELECT, and ${what}`, {
    hint:
      word === 'pivot'
        ? 'DuckDB makes two of a PIVOT that does not name its values: add IN (…)'
        : 'tables are changed by models; rows are written out with `--output csv`',
  });
}
