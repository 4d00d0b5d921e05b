/** Tables of Postgres as lake makes them, and files of rows that are sent into them. */
import { LakeError } from '../../errors/lake-error.js';
import { quoteIdent } from '../../sql/quote.js';
import { geometryColumn } from './geometry.js';
import { sqlState } from './refusal.js';
import type { Session } from './session.js';
import type { Wanted, WantedColumn } from './wanted.js';

/** Rows below which Postgres plans well without having looked at them. */
const FEW = 1_000;

export const namesOf = (columns: readonly WantedColumn[], of = ''): string =>
  columns.map(({ name }) => `${of}${quoteIdent(name)}`).join(', ');

const definitions = (columns: readonly WantedColumn[]): readonly string[] =>
  columns.map(({ name, type }) => `${quoteIdent(name)} ${type.name}`);

/** Of the types that are wanted, with geometries, without key and indexes: rows come faster first. */
export async function makeTable(session: Session, wanted: Wanted, qualified: string): Promise<void> {
  const geometries = wanted.geometry.map((one) => geometryColumn(wanted, one));
  await session.run(
    `create table ${qualified} (${[...definitions(wanted.columns), ...geometries].join(', ')})`,
  );
}

/** Of this transaction alone. */
export async function makeTemporary(
  session: Session,
  name: string,
  columns: readonly WantedColumn[],
): Promise<void> {
  await session.run(`create temp table ${name} (${definitions(columns).join(', ')}) on commit drop`);
}

/** Makes what tells rows apart. @throws LakeError LK8010 where their key does not. */
export async function makeKey(session: Session, { key, place }: Wanted, statement: string): Promise<void> {
  try {
    await session.run(statement);
  } catch (error) {
    const state = sqlState(error) ?? '';
    if (!['23505', '23502'].includes(state)) throw error;
    const { message, detail } = error as { message: string; detail?: string };
    throw new LakeError(
      'LK8010',
      `rows of ${place} are not told apart by ${key.join(', ')}: ${message}${detail === undefined ? '' : ` (${detail})`}`,
      {
        hint: 'Name a key that every row has once: `key:` of the publication; or use mode: replace without a key',
        details: { sqlState: state },
      },
    );
  }
}

/**
 * @param rows How many there are in the file.
 * @param fresh The table was made in this transaction: its rows need no second visit of vacuum.
 */
export async function send(
  session: Session,
  table: string,
  columns: readonly WantedColumn[],
  { file, rows, fresh = false }: { readonly file: string; readonly rows: number; readonly fresh?: boolean },
): Promise<void> {
  const options = fresh ? 'format csv, freeze' : 'format csv';
  const read = await session.copy(`copy ${table} (${namesOf(columns)}) from stdin (${options})`, file);
  if (read !== rows)
    throw new LakeError('LK8019', `${rows} rows were sent to ${table}, and Postgres read ${read}`, {
      hint: 'The table stays as it was. Try again, and report it if it happens twice',
    });
  if (rows >= FEW) await session.run(`analyze ${table}`);
}
