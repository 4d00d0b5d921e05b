/** One connection to a Postgres server, as the dsn says, and what lake asks of every one of them. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from 'pg';
import { LakeError } from '../../errors/lake-error.js';
import { type Dsn, parseDsn, type SslMode } from './dsn.js';
import { connectRefusal } from './refusal.js';
import { Session } from './session.js';

/** Milliseconds of silence after which the other side is asked whether it is still there. */
const KEEP_ALIVE = 10_000;

/**
 * @param signal Aborted: the connection is cut, and the server rolls back what was begun.
 * @throws LakeError LK8020 (transient), LK8003, LK8004
 */
export async function connect(dsn: string, signal: AbortSignal): Promise<Session> {
  const parsed = parseDsn(dsn);
  signal.throwIfAborted();
  const { Client } = await import('pg');
  let failure: unknown;
  for (const ssl of waysOf(parsed)) {
    const client = new Client(configOf(parsed, ssl));
    // A connection that is lost between two questions is told by the next one.
    client.on('error', () => {});
    try {
      await client.connect();
      return await Session.on(client, signal);
    } catch (error) {
      failure = error;
      await client.end().catch(() => {});
      if (!isAboutTls(error)) break;
    }
  }
  throw connectRefusal(failure, placeOf(parsed));
}

/** What is tried, one after the other: with TLS, without. Source: libpq's sslmode. */
function waysOf(dsn: Dsn): readonly (ConnectionOptions | false)[] {
  if (dsn.host?.startsWith('/') || (dsn.host === undefined && process.env['PGHOST']?.startsWith('/')))
    return [false];
  const tls = tlsOf(dsn);
  const ways: Readonly<Record<SslMode, readonly (ConnectionOptions | false)[]>> = {
    disable: [false],
    allow: [false, tls],
    prefer: [tls, false],
    require: [tls],
    'verify-ca': [tls],
    'verify-full': [tls],
  };
  return ways[dsn.sslMode];
}

function tlsOf({ sslMode, sslRootCert, sslCert, sslKey }: Dsn): ConnectionOptions {
  const ca = sslRootCert === undefined || sslRootCert === 'system' ? undefined : pem(sslRootCert);
  const own = { ca, cert: pem(sslCert), key: pem(sslKey) };
  // As libpq: where a root certificate is named, `require` looks at who signed, too.
  if (sslMode === 'verify-full') return own;
  if (sslMode === 'verify-ca' || (sslMode === 'require' && ca !== undefined))
    return { ...own, checkServerIdentity: () => undefined };
  return { ...own, rejectUnauthorized: false };
}

function pem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new LakeError('LK8003', `the certificate file ${path} that the dsn names cannot be read`, {
      hint: 'Name files of PEM in sslrootcert, sslcert and sslkey, absolute or relative to where lake runs',
    });
  }
}

function configOf(dsn: Dsn, ssl: ConnectionOptions | false): ClientConfig {
  const { host, port, user, password, database, options, connectTimeout } = dsn;
  const given = Object.entries({ host, port, user, password, database, options });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ssl,
    application_name: 'lake publish',
    connectionTimeoutMillis: connectTimeout * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE,
  };
}

/** Of `prefer` and `allow`: whether it may go the other way. */
function isAboutTls(error: unknown): boolean {
  const { message = '', code = '' } = error as Partial<Error & { code: string }>;
  return /SSL|TLS/i.test(message) || /SSL|TLS/.test(code) || code === '28000';
}

function placeOf({ host, port }: Dsn): string {
  return `${host ?? process.env['PGHOST'] ?? 'localhost'}:${port ?? process.env['PGPORT'] ?? 5432}`;
}
