/** A real PostgreSQL on loopback, in a temporary folder; `scripts/postgres.sh` installs it. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Server {
  readonly port: number;
  /** Of a database, for a superuser that needs no password. */
  dsn(database?: string): string;
  start(): void;
  /** `immediate`: as if the machine had lost its power. */
  stop(mode: 'fast' | 'immediate'): void;
  /** For good. */
  remove(): void;
}

/** @throws Error when it is not installed. */
export async function startServer(): Promise<Server> {
  const bin = process.env['LAKE_POSTGRES'];
  if (!bin) throw new Error('LAKE_POSTGRES is not set: run `npm run test:postgres`');
  const folder = mkdtempSync(join(tmpdir(), 'lake-postgres-'));
  chmodSync(folder, 0o700);
  const owner = ownerOf(folder);
  const data = join(folder, 'data');
  const port = await freePort();
  const run = (program: string, ...args: readonly string[]) => {
    const { status, stderr } = spawnSync(join(bin, program), args, {
      ...owner,
      cwd: folder,
      encoding: 'utf8',
      // A server that stays must not hold the pipes of who started it.
      stdio: ['ignore', 'ignore', program === 'pg_ctl' ? 'ignore' : 'pipe'],
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr ?? `exit code ${status}`}`);
  };
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'lake',
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  );
  // The superuser needs no password, everybody else does.
  const hba =
    'host all lake 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n';
  writeFileSync(join(data, 'pg_hba.conf'), hba);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=40`;
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  const stop = (mode: string) => run('pg_ctl', '-D', data, '-w', '-m', mode, 'stop');
  start();
  return {
    port,
    dsn: (database = 'postgres') => `postgresql://lake@127.0.0.1:${port}/${database}`,
    start,
    stop,
    remove() {
      stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its programs refuse to run as root: then they run as the user that Debian's package makes. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const owner = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
