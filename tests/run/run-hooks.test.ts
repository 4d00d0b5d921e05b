/** `on_run_start` and `on_run_end`: SQL, commands and webhooks around real runs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildProject, type City, sqlProject } from './support/city.js';

interface Call {
  readonly url: string;
  readonly body: string;
}

const PROJECT = 'name: shop\nversion: 1\n';
const calls: Call[] = [];
let answer = 200;
let server: Server;
let host: string;
let shop: City;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      calls.push({ url: request.url!, body });
      if (answer === 302) response.setHeader('location', '/elsewhere');
      response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  shop = sqlProject({
    'models/gold/good.sql': 'select 1 as id',
    'models/gold/bad.sql': "select error('no way') as id",
  });
});
afterAll(async () => {
  shop.remove();
  await new Promise((resolve) => server.close(resolve));
});

async function run(yaml: string, { select = ['good'], exit = 0 as number | 'any' } = {}): Promise<Built> {
  calls.length = 0;
  shop.write({ 'project.yml': PROJECT + yaml });
  return buildProject(shop.root, { select, exit });
}

const failures = ({ hookFailures = [] }: Built) =>
  hookFailures.map(({ code, message, details }) => {
    const { file, line } = details!['at'] as { file: string; line: number };
    return `${file}:${line} ${code} ${message}`;
  });

describe('SQL', () => {
  it('on_run_start that fails: no node is run, the exit code is 1, and the hook is named with its line', async () => {
    const built = await run("on_run_start:\n  - select 1\n  - select error('not today')\n", { exit: 1 });
    expect(built.statuses).toEqual({ 'gold.good': 'skipped' });
    expect(failures(built)).toEqual([
      expect.stringMatching(/^project\.yml:5 LK4063 on_run_start 2: .*not today/),
    ]);
  });

  it('on_run_end reads the tables of the run and its results; what it says of them decides the exit code', async () => {
    const sql = (count: number) =>
      `on-run-end: "select error('wrong') from {{ref 'good'}}, run.results where id <> 1 or node <> 'gold.good' or status = 'error' or ${count} <> 1"\n`;
    expect(failures(await run(sql(1)))).toEqual([]);
    const built = await run(sql(2), { exit: 1 });
    expect(failures(built)).toEqual([expect.stringMatching(/^project\.yml:3 LK4063 on_run_end: .*wrong/)]);
    expect(built.statuses).toEqual({ 'gold.good': 'reused' });
  });

  it('it runs when nodes failed, too, and cannot write files', async () => {
    const built = await run("on_run_end: select error(status) from run.results where node = 'gold.bad'\n", {
      select: ['bad'],
      exit: 1,
    });
    expect(failures(built)).toEqual([expect.stringMatching(/LK4063 on_run_end: .*error/)]);
    await expect(run("on_run_end: copy (select 1) to 'x.csv'\n")).rejects.toThrow(/LK2030/);
  });
});

describe('command', () => {
  it('gets the results as JSON on its input, in the project folder', async () => {
    await run(`on_run_end: {command: 'cat > results-of-run.json'}\n`);
    const results = JSON.parse(shop.read('results-of-run.json'));
    expect(results).toMatchObject({ command: 'build', exitCode: 0, nodes: [{ id: 'gold.good' }] });
  });

  it('that fails is told with what it said, and those behind it run all the same', async () => {
    const built = await run(
      "on_run_end:\n  - {command: 'echo no paper; exit 3'}\n  - {command: 'touch second'}\n",
      { exit: 1 },
    );
    expect(failures(built)).toEqual([
      'project.yml:4 LK4063 on_run_end 1: the command ended with exit code 3: no paper',
    ]);
    expect(shop.read('second')).toBe('');
  });
});

describe('webhook', () => {
  const hook = () => `allowed_hosts: ["${host}"]\non_run_end: {webhook: 'http://${host}/key-4711'}\n`;

  it('gets the results as JSON, once', async () => {
    answer = 200;
    await run(hook(), { select: ['good', 'bad'], exit: 1 });
    expect(calls.map(({ url }) => url)).toEqual(['/key-4711']);
    const statuses = JSON.parse(calls[0]!.body).nodes.map(({ status }: { status: string }) => status);
    expect(statuses.sort()).toEqual(['error', 'reused']);
  });

  it('that answers with an error, or leads elsewhere, is a failed hook; its address is told nowhere', async () => {
    for (answer of [500, 302]) {
      const built = await run(hook(), { exit: 1 });
      expect(failures(built)).toEqual([
        `project.yml:4 LK4063 on_run_end: the webhook at ${host} answered ${answer}`,
      ]);
      expect(calls).toHaveLength(1);
      expect(JSON.stringify(built)).not.toContain('4711');
    }
  });

  it('at a host that is not allowed is a mistake in project.yml, and nothing is sent', async () => {
    await expect(run(`on_run_end: {webhook: 'http://${host}/key-4711'}\n`)).rejects.toThrow(
      `LK1006 results may not be sent to ${host} (project.yml)`,
    );
    expect(calls).toEqual([]);
  });
});
