/**
 * A connection string as libpq reads it: a URI, or `key=value` words. Source:
 * https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING
 */
import { LakeError } from '../../errors/lake-error.js';

/** libpq's words; `prefer` where the string says nothing. */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export interface Dsn {
  /** Left out is what `PGHOST`, `PGUSER`, … and `~/.pgpass` say. */
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly options?: string;
  readonly sslMode: SslMode;
  /** Files of PEM: of those who sign servers, and this client's own. */
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  /** Seconds. */
  readonly connectTimeout: number;
}

const MODES: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** @throws LakeError LK8003 that repeats nothing of the string, for it holds a password. */
export function parseDsn(dsn: string): Dsn {
  const text = dsn.trim();
  if (text === '') throw unreadable('it is empty', 'Set the variable that profiles.yml takes it from');
  const values = /^postgres(?:ql)?:\/\//.test(text) ? ofUri(text) : ofWords(text);
  const word = (name: string) => (values.get(name) === '' ? undefined : values.get(name));
  if (word('service') !== undefined)
    throw unreadable(
      'it names a service of pg_service.conf, which lake does not read',
      'Write its words into the dsn: host=… dbname=… user=…',
    );
  const sslMode = word('sslmode') ?? 'prefer';
  if (!MODES.includes(sslMode))
    throw unreadable(`its sslmode is none of ${MODES.join(', ')}`, 'Say for instance sslmode=require');
  const port = word('port');
  if (port !== undefined && !/^\d{1,5}$/.test(port))
    throw unreadable('its port is no number', 'Name one server, such as db.example.org:5432');
  const host = word('host') ?? word('hostaddr');
  if (host?.includes(','))
    throw unreadable('it names more than one server', 'Name the one that takes writes');
  const timeout = Number(word('connect_timeout') ?? 15);
  return {
    host,
    port: port === undefined ? undefined : Number(port),
    user: word('user'),
    password: word('password'),
    database: word('dbname'),
    options: word('options'),
    sslMode: sslMode as SslMode,
    sslRootCert: word('sslrootcert'),
    sslCert: word('sslcert'),
    sslKey: word('sslkey'),
    connectTimeout: timeout > 0 ? timeout : 15,
  };
}

function ofUri(text: string): Map<string, string> {
  const values = new Map<string, string>();
  try {
    const uri = new URL(text.replace(/^postgres(?:ql)?:/, 'postgresql:'));
    if (uri.hostname !== '') values.set('host', decodeURIComponent(uri.hostname).replace(/^\[(.*)\]$/, '$1'));
    if (uri.port !== '') values.set('port', uri.port);
    if (uri.username !== '') values.set('user', decodeURIComponent(uri.username));
    if (uri.password !== '') values.set('password', decodeURIComponent(uri.password));
    if (uri.pathname.length > 1) values.set('dbname', decodeURIComponent(uri.pathname.slice(1)));
    // What stands before the last @ belongs to a password that is not encoded.
    if (uri.pathname.includes('@')) throw new Error('@');
    for (const [name, value] of uri.searchParams) values.set(name, value);
  } catch {
    // What was wrong would repeat it.
    throw unreadable(
      'it is no URI',
      'Write postgresql://user:password@host:5432/database; in a password @ is %40, / is %2F, : is %3A, # is %23, % is %25',
    );
  }
  return values;
}

const WORD = /\s*([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)(?:\s+|$)/y;

function ofWords(text: string): Map<string, string> {
  const values = new Map<string, string>();
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    const match = WORD.exec(text);
    if (match === null)
      throw unreadable(
        'it is neither a URI nor key=value words',
        'Write postgresql://user:password@host:5432/database, or host=… dbname=… user=… password=…',
      );
    const [, name, value] = match as unknown as [string, string, string];
    values.set(name, value.replace(/^'(.*)'$/s, '$1').replace(/\\(.)/gs, '$1'));
  }
  return values;
}

function unreadable(why: string, hint: string): LakeError {
  return new LakeError('LK8003', `the dsn of the publish target cannot be read: ${why}`, { hint });
}
