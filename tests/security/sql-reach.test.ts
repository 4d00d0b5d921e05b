/** SQL of a project and of questions reads its tables and the project's folder, and nothing else of the machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake } from '../support/run-lake.js';
import type { Files, TempProject } from '../support/small-city.js';

let project: TempProject;
let elsewhere: string;
let secret: string;
beforeAll(() => {
  project = modelProject({
    'models/gold/days.sql': 'select 1 as id\n',
    'notes.csv': 'note\nmine\n',
  });
  elsewhere = mkdtempSync(join(tmpdir(), 'lake-elsewhere-'));
  secret = join(elsewhere, 'secret.csv');
  writeFileSync(secret, 'word\nhidden\n');
});
afterAll(() => {
  project.remove();
  rmSync(elsewhere, { recursive: true });
});

const reads = () => `select * from read_csv('${secret}')`;
const hook = (sql: string, key: string): Files => ({
  'models/gold/gold.yml': `version: 2\nmodels: [{name: days, config: {${key}: "${sql}"}}]\n`,
});

it.each<[string, string, () => Files]>([
  ['a model', 'models/gold/days.sql:1:15', () => ({ 'models/gold/days.sql': reads() })],
  ['a pre_hook', 'models/gold/gold.yml:2', () => hook(`create temp table t as ${reads()}`, 'pre_hook')],
  [
    'a post_hook',
    'models/gold/gold.yml:2',
    () => hook(`insert into t select * from '${secret}'`, 'post_hook'),
  ],
  [
    'a hook of the run',
    'project.yml:4',
    () => ({ 'project.yml': `name: shop\nversion: 1\nprofile: shop\non_run_start: "${reads()}"\n` }),
  ],
  [
    'a test',
    'tests/data/none.sql:1:51',
    () => ({ 'tests/data/none.sql': `select * from {{ref 'days'}} where id in (${reads()})` }),
  ],
  [
    'a macro',
    'macros/m.sql:1:38',
    () => ({ 'macros/m.sql': `create macro m() as table select * from read_csv('${secret}')` }),
  ],
])('LK2046: %s that reads a file is refused when it is compiled', async (_, place, files) => {
  const own = modelProject({ 'models/gold/days.sql': 'select 1 as id\n', ...files() });
  try {
    const { exitCode, stderr } = await runLake(own.root, ['build']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/LK2046 .*reads what is not of the project/);
    expect(stderr).toContain(place.slice(0, place.lastIndexOf(':')));
  } finally {
    own.remove();
  }
});

it('a question reads files of the project, and none elsewhere', async () => {
  const ask = (sql: string) => runLake(project.root, ['query', sql, '--output', 'csv']);
  expect((await ask("from 'notes.csv'")).stdout).toBe('note\nmine');
  for (const sql of [
    reads(),
    `from '${secret}'`,
    `from glob('${elsewhere}/*')`,
    "from 'http://127.0.0.1:9/x.parquet'",
  ]) {
    const { exitCode, stdout, stderr } = await ask(sql);
    expect([sql, exitCode, stdout]).toEqual([sql, 1, '']);
    expect(stderr).toMatch(/LK5008 query: SQL may not reach ".*": it is not of the project/);
  }
});

it('the question of --inline is refused as a model is', async () => {
  const { exitCode, stderr } = await runLake(project.root, ['show', '--inline', reads()]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('read_csv() reads what is not of the project');
});
