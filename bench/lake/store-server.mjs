// A real object store on loopback behind a proxy that counts: LAKE_SERVERS names the folder that scripts/stores.sh filled.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as listen } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const servers = process.env.LAKE_SERVERS ?? join(homedir(), '.cache', 'lake-servers');
export const s3Keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'testtest' };

/** @returns {Promise<{origin: string, requests: () => number, stop: () => void}>} With a bucket `city-lake`. */
export async function startGcs() {
  const port = await freePort();
  const args = `-scheme http -host 127.0.0.1 -port ${port} -backend memory -log-level error`.split(' ');
  const child = spawn(join(servers, 'bin', 'fake-gcs-server'), args, { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}/storage/v1/b`);
  const body = JSON.stringify({ name: 'city-lake' });
  await fetch(`${origin}/storage/v1/b`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  return counted(port, () => child.kill('SIGKILL'));
}

export async function startS3() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'lake-versitygw-'));
  mkdirSync(join(folder, 'city-lake'));
  const env = { ...process.env, ROOT_ACCESS_KEY: 'test', ROOT_SECRET_KEY: 'testtest' };
  const args = ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', folder];
  const child = spawn(join(servers, 'bin', 'versitygw'), args, { stdio: 'ignore', env });
  await answers(`http://127.0.0.1:${port}/`);
  return counted(port, () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
}

async function counted(port, stopServer) {
  let seen = 0;
  const proxy = createServer((asked, answer) => {
    seen++;
    const { method, url: path, headers } = asked;
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (from) => {
      answer.writeHead(from.statusCode, from.rawHeaders);
      from.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${proxy.address().port}`,
    requests: () => seen,
    stop() {
      proxy.close();
      proxy.closeAllConnections();
      stopServer();
    },
  };
}

async function answers(url) {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer) return;
    if (tries > 100)
      throw new Error(`${url} does not answer: run \`npm run test:stores\` once, it installs the servers`);
    await sleep(100);
  }
}

async function freePort() {
  const server = listen();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
