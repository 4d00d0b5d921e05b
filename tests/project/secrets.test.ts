import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/errors/render-diagnostics.js';
import { loadProject } from '../../src/project/index.js';
import { projectFolder } from './project-folder.js';

const CANARY = 'c4n4ry-s3cret';

const files = {
  'project.yml': `name: demo
portals:
  nyc: {type: socrata, url: 'https://a.example.org', token: "{{env 'TOKEN'}}"}
  la: {type: socrata, url: 'https://b.example.org', token: ''}
  api: {type: http, url: 'https://c.example.org', auth: {type: bearer, token: written-${CANARY}}, headers: {X-Key: "{{env 'KEY'}}"}}
`,
  'profiles.yml': `demo:
  target: prod
  outputs:
    prod: {type: duckdb, lake: {type: local, path: lake}, publish: {warehouse: {type: postgres, dsn: "postgres://u:{{env 'PASSWORD'}}@h/db"}}}
    other: {type: duckdb, lake: {type: local, path: lake}, publish: {warehouse: {type: postgres, dsn: "{{env 'OTHER'}}"}}}
`,
  'datasets/x.yml': `dataset: x
portal: api
source: {url: a.csv, auth: {type: basic, username: me, password: "{{env 'BASIC'}}"}}
fields: {token: varchar, auth: {type: varchar, default: plain}}
`,
};
const env = {
  TOKEN: `t-${CANARY}`,
  KEY: `k-${CANARY}`,
  PASSWORD: `p-${CANARY}`,
  BASIC: `b-${CANARY}`,
  OTHER: `o-${CANARY}`,
};

describe('secrets', () => {
  it('are kept apart from the project', async () => {
    const { project, secrets, diagnostics, sources } = await loadProject(projectFolder(files), { env });
    expect(diagnostics).toEqual([]);
    expect(secrets.tokens).toEqual({ nyc: `t-${CANARY}` });
    expect([...secrets.values].sort()).toEqual(
      [
        `b-${CANARY}`,
        `k-${CANARY}`,
        'me',
        Buffer.from(`me:b-${CANARY}`).toString('base64'),
        `postgres://u:p-${CANARY}@h/db`,
        `t-${CANARY}`,
        `written-${CANARY}`,
      ].sort(),
    );
    expect(project!.portals).toMatchObject({
      nyc: { hasToken: true },
      la: { hasToken: false },
      api: { hasToken: false },
    });
    expect(JSON.stringify({ project, sources })).not.toContain(CANARY);
  });

  it('of an output that is not active are not asked for', async () => {
    const { secrets } = await loadProject(projectFolder(files), { env: { ...env, OTHER: undefined } });
    expect(secrets.values).not.toContain(`o-${CANARY}`);
  });

  it('are fields too, where a manifest calls one so', async () => {
    const { project } = await loadProject(projectFolder(files), { env });
    expect(project!.datasets[0]!.fields).toMatchObject([
      { name: 'token' },
      { name: 'auth', default: 'plain' },
    ]);
  });

  it('are masked in code frames, column by column', async () => {
    const given = { ...files, 'project.yml': files['project.yml'].replace('type: bearer', 'type: bearr') };
    const { diagnostics, sources } = await loadProject(projectFolder(given), { env });
    expect(renderDiagnostics(diagnostics, sources)).toBe(
      [
        'project.yml:5:64 LK1006 "type" cannot be "bearr"',
        "  5 |   api: {type: http, url: 'https://c.example.org', auth: {type: bearr, token: *********************}, headers: …",
        '    |                                                                ^^^^^',
        '  expected: basic, bearer, header or query',
        '  hint: Did you mean "bearer"?',
      ].join('\n'),
    );
  });

  it('are masked in a file that cannot be parsed', async () => {
    const given = { ...files, 'project.yml': `${files['project.yml']}broken: [` };
    const { sources, diagnostics } = await loadProject(projectFolder(given), { env });
    expect(diagnostics).toMatchObject([{ code: 'LK1001' }]);
    expect(JSON.stringify(sources)).not.toContain(CANARY);
  });

  it('in an address are refused, and not shown', async () => {
    const given = {
      'project.yml': `name: demo\nportals: {web: {type: http, url: 'https://me:${CANARY}@a.example.org'}}\n`,
    };
    const { diagnostics, sources } = await loadProject(projectFolder(given), { env });
    expect(diagnostics).toMatchObject([{ code: 'LK1006' }]);
    expect(renderDiagnostics(diagnostics, sources)).not.toContain(CANARY);
  });
});
