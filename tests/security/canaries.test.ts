/** B24: a project whose every secret is a canary is built, succeeds and fails; then everything that was written is searched. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serve } from '../fetch/serve.js';
import { type LakeRun, runLake } from '../support/run-lake.js';
import { type TempProject, tempProject } from '../support/small-city.js';

const canaries = {
  TOKEN: 'canary+token/0123456789==',
  PASSWORD: 'canary-password-0123456789',
  QUERY: 'canary&query 0123456789',
  HEADER: 'canary-"header"-0123456789',
  BEARER: 'canary.bearer.0123456789',
  DSN: 'postgres://lake:canary-dsn-0123456789@db.example.org/lake',
};

/** Datasets that the portal answers, each at an address of the same name. For the others it fails, each in its own way. */
const datasets = ['good', 'basic', 'query', 'header', 'bearer', 'away'] as const;

const forms = Object.values(canaries)
  .flatMap((secret) => [secret, secret.split(/[:@]/)[2] ?? secret])
  .flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ x: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').slice(0, -4),
    Buffer.from(`lake:${secret}`).toString('base64').slice(8, -4),
  ]);

let site: Served;
let elsewhere: Served;
let project: TempProject;
const runs: Record<string, LakeRun> = {};

beforeAll(async () => {
  elsewhere = await serve((_, response) => response.end('id\n1\n'));
  site = await serve((request, response) => {
    const all = `${request.url} ${JSON.stringify(request.headers)} ${Object.values(request.headers).join(' ')}`;
    const path = new URL(request.url!, 'http://x').pathname.slice(1).replace('.csv', '');
    switch (path) {
      case 'refused':
        return response.writeHead(400).end(JSON.stringify({ message: `not with ${all}` }));
      case 'redirected':
        return response.writeHead(302, { location: `/gone?you_sent=${encodeURIComponent(all)}` }).end();
      case 'gone':
        return response.writeHead(404).end(all);
      case 'web_page':
        return response.end(`<html><head><title>${all}</title></head></html>`);
      case 'error_object':
        return response.end(JSON.stringify({ error: true, message: all }));
      case 'away':
        return response
          .writeHead(307, { location: `${elsewhere.origin.replace('127.0.0.1', 'localhost')}/${path}` })
          .end();
      default:
        return response.end(`id,path\n1,${path}\n`);
    }
  });
  const dataset = (name: string, source: string) => [
    `datasets/${name}.yml`,
    `dataset: ${name}\nportal: api\nsource:\n  url: ${site.origin}/${name}.csv\n${source}key: [id]\nfields: {id: integer, path: varchar}\n`,
  ];
  const env = (name: string) => `"{{env '${name}'}}"`;
  const basic = `  auth: {type: basic, username: lake, password: ${env('PASSWORD')}}\n`;
  const query = `  auth: {type: query, name: key, value: ${env('QUERY')}}\n`;
  const header = `  headers: {x-key: ${env('HEADER')}}\n`;
  const bearer = `  auth: {type: bearer, token: ${env('BEARER')}}\n`;
  project = tempProject({
    'project.yml': `name: canaries\nversion: 1\nprofile: city\nallowed_hosts: ['localhost:${elsewhere.port}']\nportals:\n  api: {type: http, url: '${site.origin}', token: ${env('TOKEN')}}\n`,
    'profiles.yml': `city:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}, publish: {db: {type: postgres, dsn: ${env('DSN')}}}}\n`,
    'models/gold/all_of_them.sql': "select * from {{ref 'good'}} union all select * from {{ref 'query'}}\n",
    ...Object.fromEntries(
      Object.entries({
        good: '',
        away: '',
        basic: basic,
        redirected: basic,
        query,
        refused: query,
        header,
        web_page: header,
        bearer,
        error_object: bearer,
      }).map(([name, source]) => dataset(name, source)),
    ),
  });
  const lake = (...args: string[]) => runLake(project.root, args, { ...canaries, LAKE_DEBUG: '1' });
  runs['plan'] = await lake('plan', '--output', 'json');
  runs['build'] = await lake('build', '--output', 'json');
  runs['build to a log'] = await lake('build', '--log-format', 'json', '--full-refresh');
  runs['build for people'] = await lake('build');
  runs['compile'] = await lake('compile');
  runs['build for CI servers'] = await lake(
    'build',
    '--full-refresh',
    '--reporter',
    'junit',
    'sarif',
    'github',
  );
  runs['build with events'] = await lake('build', '--full-refresh', '--reporter', 'json');
  runs['ls'] = await lake('ls', '--output', 'json');
}, 120_000);

afterAll(async () => {
  await Promise.all([site.close(), elsewhere.close()]);
});

function everyFile(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const leaks = (text: string) => forms.filter((form) => text.includes(form));

describe('a project whose every secret is a canary', () => {
  it('B24: is built as far as its portal answers, with every secret sent', () => {
    const rows = JSON.parse(runs['build']!.stdout) as { node: string; status: string; code: string | null }[];
    const status = Object.fromEntries(rows.map((row) => [row.node, row.code ?? row.status]));
    expect(status).toMatchObject({
      ...Object.fromEntries(datasets.map((name) => [`bronze.${name}`, 'success'])),
      'gold.all_of_them': 'success',
      'bronze.refused': 'LK3102',
      'bronze.redirected': 'LK3103',
      'bronze.web_page': 'LK3113',
      'bronze.error_object': 'LK3114',
    });
    const sent = JSON.stringify(site.seen);
    expect(sent).toContain(`Bearer ${canaries.TOKEN}`);
    expect(sent).toContain(Buffer.from(`lake:${canaries.PASSWORD}`).toString('base64'));
    expect(sent).toContain(`key=${encodeURIComponent(canaries.QUERY)}`);
    expect(sent).toContain(JSON.stringify(canaries.HEADER).slice(1, -1).replaceAll('\\', '\\'));
    expect(sent).toContain(`Bearer ${canaries.BEARER}`);
  });

  it('B23: sends no secret to another host, also when the portal redirects there', () => {
    expect(elsewhere.seen.length).toBeGreaterThan(0);
    expect(leaks(JSON.stringify(elsewhere.seen))).toEqual([]);
  });

  it.each([
    'plan',
    'build',
    'build to a log',
    'build for people',
    'build for CI servers',
    'build with events',
    'compile',
    'ls',
  ])('B24: prints no secret: %s', (name) => {
    const { stdout, stderr } = runs[name]!;
    expect(stdout.length + stderr.length).toBeGreaterThan(50);
    expect(leaks(stdout)).toEqual([]);
    expect(leaks(stderr)).toEqual([]);
  });

  it('B24: reports to CI servers what failed, without the secrets that were sent', () => {
    const { stdout } = runs['build for CI servers']!;
    const told = stdout
      .split('\n')
      .filter((line) => line.startsWith('::error'))
      .sort();
    expect(told).toEqual(
      ['LK3102', 'LK3103', 'LK3113', 'LK3114'].map((code) => expect.stringContaining(code) as string),
    );
    // Not even the beginning of one, where a portal's words were cut off.
    expect(told.join('\n')).not.toContain('canary');
    for (const name of ['junit.xml', 'lake.sarif']) {
      const text = readFileSync(join(project.root, 'target', name), 'utf8');
      expect(text).toContain('LK3102');
      expect(leaks(text)).toEqual([]);
    }
  });

  it('B24: reports mistakes of a project without the secrets that stand beside them', async () => {
    const broken = 'datasets/good.yml';
    const before = readFileSync(join(project.root, broken), 'utf8');
    const wrong = before.replace(
      'key: [id]',
      `  auth: {type: basik, password: "{{env 'PASSWORD'}}", tokn: "{{env 'BEARER'}}"}\n  headers: "{{env 'HEADER'}}"\nkey: [id]`,
    );
    project.write({ [broken]: wrong });
    const args = ['build', '--reporter', 'junit=ci/junit.xml', 'sarif=ci/lake.sarif', 'github'];
    const { stdout, stderr, exitCode } = await runLake(project.root, args, canaries);
    project.write({ [broken]: before });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^::error file=.*good\.yml/m);
    const files = ['ci/junit.xml', 'ci/lake.sarif'].map((file) =>
      readFileSync(join(project.root, file), 'utf8'),
    );
    expect(leaks([stdout, stderr, ...files].join('\n'))).toEqual([]);
  });

  it('B24: writes no secret into any file: of the project, of target/, of the lake', () => {
    const files = everyFile(project.root);
    expect(files.some((file) => file.endsWith('run_results.json'))).toBe(true);
    expect(files.some((file) => file.endsWith('plan.json'))).toBe(true);
    expect(files.some((file) => file.includes('/lake/') && file.endsWith('.parquet'))).toBe(true);
    const leaking = files.flatMap((file) => {
      const found = leaks(readFileSync(file, 'latin1'));
      return found.length > 0 ? [`${file.slice(project.root.length)}: ${found[0]}`] : [];
    });
    expect(leaking).toEqual([]);
  });
});
