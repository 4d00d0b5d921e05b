/** `--reporter` and `--fail-fast`: what CI servers are told of a run, by real processes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModelProject, modelProject } from '../dbt/support/models.js';
import { type LakeRun, runLake } from '../support/run-lake.js';

let project: ModelProject;
let run: LakeRun;
beforeAll(async () => {
  project = modelProject(
    {
      fine: 'select 1 as id union all select 2',
      doubtful: "select * from {{ref 'fine'}}",
      failing: `select id, '<a & "b">' || chr(1) as text from {{ref 'fine'}}`,
      below: "select * from {{ref 'failing'}}",
      unit: "select id + 1 as id from {{ref 'fine'}}",
      broken: "select 'x,y: 50%'::integer as n from {{ref 'fine'}}",
    },
    {
      'models/gold/gold.yml': `models:
  - name: fine
    columns: [{name: id, tests: [not_null]}]
  - name: doubtful
    tests:
      - row_count: {max: 1, config: {severity: warn}}
  - name: failing
    columns:
      - name: text
        tests:
          - accepted_values: {values: [x]}
unit_tests:
  - name: adds
    model: unit
    given: [{input: ref('fine'), rows: [{id: 1}]}]
    expect: [{id: 3}]
`,
    },
  );
  run = await runLake(project.root, ['build', '--reporter', 'junit=ci/junit.xml', 'github', 'sarif']);
});
afterAll(() => project.remove());

const read = (path: string) => readFileSync(join(project.root, path), 'utf8');

describe('a run with failures', () => {
  it('github: one line for each failed node and test, and a warning for each that warns', () => {
    const lines = run.stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(run.exitCode).toBe(1);
    expect(lines.sort()).toEqual([
      expect.stringMatching(
        /^::error file=models\/gold\/broken\.sql,line=1,col=18,title=LK5005 gold\.broken::gold\.broken: .*x,y: 50%25/,
      ),
      expect.stringMatching(
        /^::error file=models\/gold\/gold\.yml,line=11,col=13,.*title=LK4012 accepted_values\(gold\.failing\.text\)::accepted_values\(gold\.failing\.text\): \d rows? fails?%0Atext="<a & /,
      ),
      expect.stringMatching(
        /^::error file=models\/gold\/gold\.yml,line=13,col=11,endColumn=15,title=LK4009 unit%3A%3Aadds::the unit test "unit::adds" failed%0Aexpected 1 row, got 1: - 1 missing, \+ 1 not expected%0A {3}id%0A- {2}3%0A\+ {2}2$/,
      ),
      expect.stringMatching(/^::warning file=models\/gold\/gold\.yml,line=6,/),
    ]);
  });

  it('junit: a case for each test, for each failed and each skipped node', () => {
    const xml = read('ci/junit.xml');
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="lake build" tests="6" failures="2" errors="1" skipped="1" time="[\d.]+">/,
    );
    const cases = [
      ...xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(\/>|>\s*<([a-z-]+))/g),
    ];
    expect(cases.map(([, name, node, , kind]) => [name, node, kind ?? 'passed']).sort()).toEqual([
      ['accepted_values(gold.failing.text)', 'gold.failing', 'failure'],
      ['gold.below', 'gold.below', 'skipped'],
      ['gold.broken', 'gold.broken', 'error'],
      ['not_null(gold.fine.id)', 'gold.fine', 'passed'],
      [expect.stringMatching(/^row_count\(gold\.doubtful\)/), 'gold.doubtful', 'system-out'],
      ['unit::adds', 'gold.unit', 'failure'],
    ]);
    expect(xml).toContain('text=&quot;&lt;a &amp; ');
    expect([...xml].filter((sign) => sign < ' ' && sign !== '\n')).toEqual([]);
  });

  it('sarif: a rule for each code, a result for each finding, with file, line and column', () => {
    const log = JSON.parse(read('target/lake.sarif'));
    expect(log).toMatchObject({
      version: '2.1.0',
      $schema: expect.stringContaining('sarif-schema-2.1.0.json'),
    });
    const [{ tool, results, invocations }] = log.runs;
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['LK4009', 'LK4012', 'LK5005']);
    expect(invocations).toEqual([{ executionSuccessful: false }]);
    expect(results).toHaveLength(4);
    for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    const unit = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'LK4009');
    expect(unit).toMatchObject({
      level: 'error',
      message: { text: expect.stringContaining('-  3\n+  2') },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'models/gold/gold.yml' },
            region: { startLine: 13, startColumn: 11, endColumn: 15 },
          },
          logicalLocations: [{ fullyQualifiedName: 'unit::adds' }],
        },
      ],
    });
  });
});

it('junit: nodes without tests are cases where they were built or stayed as they are; ephemerals are none, nor is anything of `lake test`', async () => {
  const other = modelProject({
    a: 'select 1 as id',
    b: "{{config materialized='view'}} select * from {{ref 'e'}}",
    e: "{{config materialized='ephemeral'}} select * from {{ref 'a'}}",
  });
  const cases = async (command: string) => {
    await runLake(other.root, [command, '--reporter', 'junit']);
    const xml = readFileSync(join(other.root, 'target/junit.xml'), 'utf8');
    return [...xml.matchAll(/<testcase name="([^"]*)"[^>]*\/>/g)].map(([, name]) => name).sort();
  };
  try {
    expect(await cases('build')).toEqual(['gold.a', 'gold.b']);
    expect(await cases('build')).toEqual(['gold.a', 'gold.b']);
    expect(await cases('test')).toEqual([]);
  } finally {
    other.remove();
  }
});

it('--fail-fast: after the first failure nothing new begins, and `lake retry` takes up what was left', async () => {
  const other = modelProject({
    a: "select 'x'::integer as n",
    ...Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `b${i}`,
        `select ${i} as n from {{ref '${i === 0 ? 's' : `b${i - 1}`}'}}`,
      ]),
    ),
    s: 'select count(*) as n from range(20000000)',
  });
  try {
    const { exitCode } = await runLake(other.root, ['build', '--fail-fast']);
    const result = JSON.parse(readFileSync(join(other.root, 'target/run_results.json'), 'utf8'));
    const last = result.nodes.find(({ id }: { id: string }) => id === 'gold.b7');
    expect(exitCode).toBe(1);
    expect(last).toMatchObject({
      status: 'cancelled',
      reason: 'gold.a failed, and --fail-fast begins nothing after that',
    });
    other.write({ 'models/gold/a.sql': 'select 1 as n' });
    expect((await runLake(other.root, ['retry'])).exitCode).toBe(0);
  } finally {
    other.remove();
  }
});

it('a project that cannot run is reported, too, each mistake with its place', async () => {
  const other = modelProject({ a: "select * from {{ref 'b'}}", c: 'select {{x}}' });
  try {
    const { exitCode, stdout } = await runLake(other.root, [
      'build',
      '--reporter',
      'github',
      'junit',
      'sarif',
    ]);
    expect(exitCode).toBe(2);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^::error file=models\/gold\/a\.sql,line=1,col=\d+,.*title=LK2001 /),
      expect.stringMatching(/^::error file=models\/gold\/c\.sql,line=1,col=\d+,.*title=LK2008 /),
    ]);
    expect(readFileSync(join(other.root, 'target/junit.xml'), 'utf8')).toContain('errors="2"');
    expect(
      JSON.parse(readFileSync(join(other.root, 'target/lake.sarif'), 'utf8')).runs[0].results,
    ).toHaveLength(2);
  } finally {
    other.remove();
  }
});

it('a file in a folder outside the project that is not there is refused before the run', async () => {
  const folder = join(project.root, '..', 'no-such-folder-of-reports');
  const args = ['build', '--reporter', `junit=${join(folder, 'x.xml')}`];
  const { exitCode, stdout, stderr } = await runLake(project.root, args);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('LK7012');
  expect(stderr).toContain('make it first, or write into the project: --reporter junit=target/junit.xml');
  expect(existsSync(folder)).toBe(false);
});

it.each([
  [['--reporter', 'xml'], 'there are terminal, json, junit, github, sarif'],
  [['--reporter', 'github=x'], 'a path stands behind junit= or sarif='],
])('%j is refused', async (args, said) => {
  const { exitCode, stderr } = await runLake(project.root, ['build', ...args]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(said);
});
