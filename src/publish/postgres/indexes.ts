/** Indexes as they are declared: made, made anew where they are declared otherwise, taken away where they are declared no more. */
import { LakeError } from '../../errors/lake-error.js';
import { quoteIdent } from '../../sql/quote.js';
import { during } from './during.js';
import type { Session } from './session.js';
import { hashOf, type Wanted, type WantedIndex } from './wanted.js';

/** Of a relation that has none of them yet. @param nameOf What each is called for now; its own name where left out. */
export async function makeIndexes(
  session: Session,
  relation: string,
  indexes: readonly WantedIndex[],
  nameOf: (name: string) => string = (name) => name,
): Promise<void> {
  for (const index of indexes)
    await during(
      {
        code: 'LK8013',
        what: `the index ${index.name} cannot be made`,
        hint: 'Mend it in `indexes:` of the publication',
      },
      () => session.runTyped(indexSql(relation, index, nameOf(index.name))),
    );
}

/**
 * Of a table that lake has published before.
 * @param there Names of the indexes that it has.
 * @param made Name → hash, as lake made them last.
 */
export async function keepIndexes(
  session: Session,
  { schema, qualified }: Pick<Wanted, 'schema' | 'qualified'>,
  indexes: readonly WantedIndex[],
  there: readonly string[],
  made: Readonly<Record<string, string>>,
): Promise<boolean> {
  const wanted = new Map(indexes.map((index) => [index.name, hashOf(index)]));
  const stale = Object.entries(made)
    .filter(([name, hash]) => wanted.get(name) !== hash && there.includes(name))
    .map(([name]) => name);
  for (const name of stale) await session.run(`drop index ${quoteIdent(schema)}.${quoteIdent(name)}`);
  const missing = indexes.filter(({ name }) => !there.includes(name) || stale.includes(name));
  await makeIndexes(session, qualified, missing);
  return stale.length + missing.length > 0;
}

/** @throws LakeError LK8013 for a column that the table has not. */
export function checkIndexes({ indexes, columns, geometry, place }: Wanted): void {
  const names = [...columns, ...geometry].map(({ name }) => name);
  for (const index of indexes) {
    const lost = index.columns.find((column) => !names.includes(column));
    if (lost !== undefined)
      throw new LakeError(
        'LK8013',
        `the index ${index.name} is of a column ${lost}, which ${place} does not have`,
        {
          hint: `It has ${names.join(', ')}`,
        },
      );
  }
}

export const indexHashes = (indexes: readonly WantedIndex[]): Readonly<Record<string, string>> =>
  Object.fromEntries(indexes.map((index) => [index.name, hashOf(index)]));

function indexSql(relation: string, { columns, unique, method, where }: WantedIndex, name: string): string {
  const condition = where === undefined ? '' : ` where (${where})`;
  return `create ${unique ? 'unique ' : ''}index ${quoteIdent(name)} on ${relation} using ${method} (${columns.map(quoteIdent).join(', ')})${condition}`;
}
