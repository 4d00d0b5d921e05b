/** `lake retry`, dry runs, and logs for programs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type Files, SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';

const projects: TempProject[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

function city(files: Files = {}): TempProject {
  const project = smallCity(files);
  projects.push(project);
  return project;
}

const SHORT = `${SMALL_CITY['portal/portal.yml']}faults: [{at: '/resource/*.csv*', kind: rows, by: -2}]\n`;

describe('lake retry', () => {
  it('says that nothing was run yet', async () => {
    const { exitCode, stderr } = await runLake(city().root, ['retry']);
    expect([exitCode, stderr]).toEqual([0, 'Nothing to retry: nothing was run here yet.']);
  });

  it('runs what failed or was skipped, and nothing else; then nothing is left', async () => {
    const project = city({ 'portal/portal.yml': SHORT });
    expect((await runLake(project.root, ['build'])).exitCode).toBe(1);
    project.write({ 'portal/portal.yml': SMALL_CITY['portal/portal.yml']! });
    const { exitCode, stdout, stderr } = await runLake(project.root, ['retry']);
    expect(stderr).toMatch(
      /^Retrying 3 of 5 nodes of run \S+ \(lake build, target dev\): bronze.trees failed, silver.trees skipped, gold.trees_by_park skipped/,
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ gold.trees_by_park');
    expect(stdout).not.toContain('parks  ');
    const again = await runLake(project.root, ['retry']);
    expect([again.exitCode, again.stderr]).toEqual([
      0,
      expect.stringMatching(/^Nothing to retry: all of run/),
    ]);
  });

  it('is about the run before a sample', async () => {
    const project = city();
    await runLake(project.root, ['fetch', '-q', '--select', 'parks', '--limit', '1']);
    await runLake(project.root, ['build', '-q']);
    const lines = join(project.root, 'target', 'run_results.ndjson');
    const before = readFileSync(lines, 'utf8');
    await runLake(project.root, ['fetch', '-q', '--select', 'parks', '--limit', '1']);
    expect(readFileSync(lines, 'utf8')).toBe(before);
  });

  it('goes on after a run that was killed: what had not ended is run', async () => {
    const project = city();
    await runLake(project.root, ['build', '-q']);
    // As a kill in the middle leaves it: one node ended, and half a line.
    const lines = join(project.root, 'target', 'run_results.ndjson');
    const invocation = {
      command: 'build',
      target: 'dev',
      selected: ['bronze.parks', 'silver.parks'],
      fullRefresh: false,
      accept: [],
    };
    const ended = { id: 'bronze.parks', kind: 'bronze', status: 'success', reason: '', tests: [] };
    writeFileSync(
      lines,
      `${JSON.stringify({ run: 'r1', invocation })}\n${JSON.stringify(ended)}\n{"id":"silv`,
    );
    const { stderr, exitCode } = await runLake(project.root, ['retry']);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining(
        'Retrying 1 of 2 nodes of run r1 (lake build, target dev): silver.parks not ended',
      ),
    ]);
  });
});

describe('--dry-run', () => {
  it('says what would be requested, and asks for no rows', async () => {
    const project = city();
    const { stdout, stderr, exitCode } = await runLake(project.root, [
      'fetch',
      '--dry-run',
      '--output',
      'json',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { node: 'bronze.parks', action: 'run', requests: 1, rows: 2 },
      {
        node: 'bronze.trees',
        requests: 1,
        rows: 5,
        urls: [expect.stringMatching(/^https:\/\/data\.trees\.example\/resource\/tree-0001\.csv/)],
      },
    ]);
    expect(stderr).toContain('Price: 2 requests, 7 rows');
    expect(existsSync(join(project.root, 'lake'))).toBe(false);
  });
});

describe('--log-format json', () => {
  it('writes every event as a line, with a stable name, level, UTC time and run', async () => {
    const project = city({ 'portal/portal.yml': SHORT });
    const { stdout, exitCode } = await runLake(project.root, ['build', '--log-format', 'json']);
    const lines = stdout.split('\n').map((line) => JSON.parse(line));
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatchObject({ info: { name: 'command_started', level: 'info' }, data: { nodes: 5 } });
    expect(lines.at(-1)).toMatchObject({
      info: { name: 'run_finished', level: 'error' },
      data: { exitCode: 1, nodes: { error: 1, skipped: 2, success: 2 } },
    });
    const failed = lines.find((line) => line.info.level === 'error');
    expect(failed).toMatchObject({
      info: { name: 'node_finished' },
      data: { id: 'bronze.trees', error: { code: 'LK4001' } },
    });
    for (const { info } of lines) expect(info.ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const run = lines.at(-1).data.run;
    const ofRun = lines.filter((line) => line.info.name.startsWith('node_'));
    expect(new Set(ofRun.map((line) => line.info.invocation_id))).toEqual(new Set([run]));
  });

  it('text: each line begins with its time', async () => {
    const { stdout } = await runLake(city().root, ['build', '--log-format', 'text']);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}lake build/);
    expect(stdout).toMatch(/\nd?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}✓ bronze\.trees/);
  });
});

describe('flags that would mean nothing are refused', () => {
  it.each([
    [
      ['build', '--day', '2', '--target', 'real'],
      'LK7008 --day is for local portals, and the target real asks the real ones',
    ],
    [['test', '--full-refresh'], "unknown option '--full-refresh'"],
    [['test'], 'LK4010 nothing is built yet in the lake of target dev'],
  ])('%j', async (args, message) => {
    const project = city({
      'profiles.yml': `city:
  target: dev
  outputs:
    dev: {type: duckdb, portal: portal, lake: {type: local, path: lake}}
    real: {type: duckdb, lake: {type: local, path: lake/real}}
`,
    });
    const { stderr, exitCode } = await runLake(project.root, args);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(message);
  });

  it('a variable that nothing reads is told', async () => {
    const { stderr } = await runLake(city({ 'models/gold/x.sql': "select {{var 'hight' 1}} as x\n" }).root, [
      'ls',
      '--vars',
      '{higt: 2}',
    ]);
    expect(stderr).toBe(
      'warning: --vars: nothing declares or reads a variable "higt". Did you mean "hight"?',
    );
  });
});
