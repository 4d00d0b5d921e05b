/** Real object stores on loopback; `scripts/stores.sh` installs them. One that is not installed fails the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Server {
  /** `http://127.0.0.1:4443` */
  readonly origin: string;
  makeBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Environment in which the S3 servers accept requests. */
export const s3Keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'testtest' };

function program(...names: readonly string[]): string {
  const folder = process.env['LAKE_SERVERS'];
  if (!folder) throw new Error('LAKE_SERVERS is not set: run `npm run test:stores`');
  return join(folder, ...names);
}

/** @param xml Answers the XML interface as well, which delta-rs reads by; its paths take no bucket with a hyphen. */
export async function startFakeGcs({ xml = false } = {}): Promise<Server> {
  const port = await freePort();
  const shown = xml ? ['-public-host', `127.0.0.1:${port}`] : [];
  const address = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), ...shown];
  const server = await start(
    program('bin', 'fake-gcs-server'),
    [...address, '-backend', 'memory', '-log-level', 'error'],
    { port, probe: '/storage/v1/b' },
  );
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    async makeBucket(name) {
      const body = JSON.stringify({ name });
      await expectOk(
        await fetch(`${origin}/storage/v1/b`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        }),
      );
    },
    stop: server.stop,
  };
}

/** Keeps objects as files; a bucket is a folder. */
export async function startVersitygw(): Promise<Server> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'lake-versitygw-'));
  const env = { ROOT_ACCESS_KEY: s3Keys.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: s3Keys.AWS_SECRET_ACCESS_KEY };
  const server = await start(
    program('bin', 'versitygw'),
    ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', folder],
    { port, probe: '/', env },
  );
  return {
    origin: `http://127.0.0.1:${port}`,
    makeBucket: async (name) => void (await mkdir(join(folder, name))),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Moto looks whether an object is there and then writes it: with one thread nobody comes between the two. */
const motoInOneThread = `
import sys
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

export async function startMoto(): Promise<Server> {
  const port = await freePort();
  const server = await start(program('python', 'bin', 'python'), ['-c', motoInOneThread, String(port)], {
    port,
    probe: '/moto-api/',
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    // Without the authorization header that moto tells services apart by, S3 is what it takes for granted.
    makeBucket: async (name) => expectOk(await fetch(`${origin}/${name}`, { method: 'PUT' })),
    stop: server.stop,
  };
}

interface Starting {
  readonly port: number;
  /** Answers with anything once the server is there. */
  readonly probe: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function start(command: string, args: readonly string[], { port, probe, env }: Starting) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}: ${said}`)));
  });
  failed.catch(() => undefined);
  for (let tries = 0; ; tries++) {
    const answer = fetch(`http://127.0.0.1:${port}${probe}`, { signal: AbortSignal.timeout(2_000) });
    if (await Promise.race([answer.then(() => true).catch(() => false), failed])) break;
    if (tries > 200) throw new Error(`${command} does not answer: ${said}`);
    await sleep(100);
  }
  return { stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function expectOk(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
}
