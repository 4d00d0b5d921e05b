/**
 * What a server refuses, as lake says it. Source of the codes: https://www.postgresql.org/docs/15/errcodes-appendix.html
 * Messages of the server stand in what is told; nothing of the dsn does.
 */
import type { Code } from '../../errors/codes.js';
import { LakeError } from '../../errors/lake-error.js';
import { quoteIdent } from '../../sql/quote.js';

/** What pg throws: `code` is an SQLSTATE where the server spoke, a word of Node.js where the network did. */
interface Refused {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
  readonly column?: string;
  readonly severity?: string;
}

const refused = (error: unknown): Refused =>
  typeof error === 'object' && error !== null ? (error as Refused) : { message: String(error) };

/** The SQLSTATE, where it was the server that refused. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = refused(error);
  return severity !== undefined && /^[0-9A-Z]{5}$/.test(code ?? '') ? code : undefined;
}

/** What went wrong before there was a connection. @param place `db.example.org:5432` */
export function connectRefusal(error: unknown, place: string): LakeError {
  if (error instanceof LakeError) return error;
  const { message } = refused(error);
  const state = sqlState(error);
  if (state?.startsWith('28'))
    return new LakeError('LK8004', `Postgres at ${place} refuses the login: ${message}`, {
      hint: 'Look at user, password and sslmode of the dsn, and at pg_hba.conf of the server',
    });
  if (/SCRAM|SASL|password must be a string/i.test(message))
    return new LakeError('LK8004', `Postgres at ${place} asks for a password, and the dsn has none`, {
      hint: 'Put the password into the dsn, into PGPASSWORD or into ~/.pgpass',
    });
  if (state === '3D000')
    return new LakeError('LK8004', `Postgres at ${place}: ${message}`, {
      hint: 'Name a database of that server in the dsn, or make it: create database …',
    });
  if (state === undefined && /SSL|TLS|certificate|self.signed/i.test(message))
    return new LakeError(
      'LK8004',
      `no connection to Postgres at ${place} as its sslmode demands: ${message}`,
      {
        hint: 'Name who signs the server in sslrootcert, or say another sslmode in the dsn',
      },
    );
  return new LakeError('LK8020', `no connection to Postgres at ${place}: ${reason(error)}`, {
    hint: 'Is the server there, and does its firewall let this machine in? `lake publish` tries again',
    transient: true,
  });
}

/** An error of several tries, one for each address of the host, has no message of its own. */
function reason(error: unknown): string {
  const { message, code } = refused(error);
  const errors = (error as { errors?: readonly unknown[] }).errors ?? [];
  return message || errors.map((one) => refused(one).message).join(', ') || code || 'no answer';
}

/** Whom a refusal concerns. */
export interface Concerned {
  /** `public.requests` */
  readonly place: string;
  readonly schema: string;
  readonly qualified: string;
}

/** What went wrong while a table was published; what is a LakeError stays as it is. */
export function refusal(error: unknown, { place, schema, qualified }: Concerned): LakeError {
  if (error instanceof LakeError) return error;
  const { message, detail, where } = refused(error);
  const state = sqlState(error);
  const told = detail === undefined ? message : `${message} (${detail})`;
  const is = (...states: readonly string[]) => states.includes(state ?? '');
  const say = (code: Code, text: string, hint: string, transient = false) =>
    new LakeError(code, text, { hint, transient, details: { sqlState: state } });
  if (state === undefined || state.startsWith('08') || state.startsWith('57P'))
    return say(
      'LK8002',
      `the connection to Postgres was lost while ${place} was published: ${reason(error)}`,
      'The table is as it was, or as it is to be: `lake publish` finds out which, and goes on',
      true,
    );
  if (is('55P03', '40P01', '40001'))
    return say(
      'LK8005',
      `somebody else holds ${place} in Postgres: ${message}`,
      "Try again. Who holds it: select pid, usename, query from pg_stat_activity where state <> 'idle'",
      true,
    );
  if (is('57014'))
    return say('LK8005', `Postgres ended a statement for ${place}: ${message}`, 'Try again', true);
  if (state.startsWith('53'))
    return say(
      'LK8006',
      `Postgres has no room for ${place}: ${told}`,
      'Make room on the server, then try again',
      true,
    );
  if (is('42501'))
    return say('LK8007', `Postgres does not allow it: ${message}`, grantFor(message, schema, qualified));
  if (state.startsWith('23'))
    return say(
      'LK8016',
      `a constraint at the target refuses rows of ${place}: ${told}`,
      'Drop the constraint there, or publish rows that keep it',
    );
  if (state.startsWith('22') || is('XX000'))
    return say(
      'LK8014',
      `Postgres does not take a value of ${place}: ${told}${where === undefined ? '' : `; ${where.slice(0, 200)}`}`,
      'Mend the value in the model, or leave its column out with `columns:`',
    );
  const [, view] = /on (?:materialized )?view (\S+)/.exec(detail ?? '') ?? [];
  if (is('0A000') && view !== undefined)
    return say(
      'LK8012',
      `${place} has a column of another type now, and the view ${view} reads it: ${told}`,
      `Drop ${view}, run lake publish, and make it again; or declare it in \`views:\``,
    );
  if (is('2BP01'))
    return say(
      'LK8012',
      `${message}: ${detail ?? ''}`,
      'Drop what depends on it first, or declare it in `views:`',
    );
  return say(
    'LK8019',
    `Postgres refuses to publish ${place}: ${told} [${state}]`,
    'Look the code up in the manual of PostgreSQL, appendix A',
  );
}

/** The statement that somebody who may has to run. */
function grantFor(message: string, schema: string, qualified: string): string {
  const role = 'the user of the dsn';
  const [, kind, name] =
    /permission denied for (schema|table|database|relation|view|materialized view|sequence) (\S+)/.exec(
      message,
    ) ?? [];
  if (/must be owner of/.test(message))
    return `Let its owner run: alter table ${qualified} owner to <${role}>`;
  if (/create temporary/.test(message))
    return `Let the owner of the database run: grant temporary on database <database> to <${role}>`;
  switch (kind) {
    case 'schema':
      return `Let the owner of the schema run: grant usage, create on schema ${quoteIdent(name ?? schema)} to <${role}>`;
    case 'database':
      return `Let the owner of the database run: grant create, temporary on database ${quoteIdent(name!)} to <${role}>; or make the schema for it: create schema ${quoteIdent(schema)} authorization <${role}>`;
    default:
      return `Let the owner run: grant select, insert, update, delete on ${name === undefined ? qualified : `${quoteIdent(schema)}.${quoteIdent(name)}`} to <${role}>`;
  }
}
