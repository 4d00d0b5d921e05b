import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/project/index.js';
import type { Dataset, Project } from '../../src/project/types.js';
import { projectFolder } from './project-folder.js';

async function load(
  files: Parameters<typeof projectFolder>[0],
  options: Parameters<typeof loadProject>[1] = {},
): Promise<Project> {
  const { project, diagnostics } = await loadProject(projectFolder(files), { env: {}, ...options });
  expect(diagnostics).toEqual([]);
  return project!;
}

async function loadDataset(
  manifest: string,
  files: Parameters<typeof projectFolder>[0] = {},
): Promise<Dataset> {
  const { datasets } = await load({ 'datasets/x.yml': manifest, ...files });
  return datasets.find(({ path }) => path === 'datasets/x.yml')!;
}

describe('a manifest of three lines', () => {
  const manifest = 'dataset: x\nportal: toronto\nsource: {package: crimes}\n';

  it('gets every default', async () => {
    const { source, spans, at, ...dataset } = await loadDataset(manifest);
    expect(source).toEqual({ package: 'crimes', at: { file: 'datasets/x.yml', line: 3, col: 1, endCol: 7 } });
    expect(at).toEqual({ file: 'datasets/x.yml', line: 1, col: 10, endCol: 11 });
    expect(spans['source.package']).toEqual({ file: 'datasets/x.yml', line: 3, col: 10, endCol: 17 });
    expect(dataset).toEqual({
      name: 'x',
      portal: 'toronto',
      load: { mode: 'replace', deletes: 'hard' },
      volatile: [],
      trim: true,
      nullIf: [''],
      timezone: 'America/Toronto',
      contract: { columns: 'evolve', values: 'quarantine' },
      partitionBy: [],
      guards: {},
      tests: [],
      unitTests: [],
      publish: [],
      tags: [],
      accounting: true,
      path: 'datasets/x.yml',
    });
  });

  it('is plain JSON', async () => {
    const dataset = await loadDataset(manifest);
    expect(JSON.parse(JSON.stringify(dataset))).toEqual(dataset);
  });
});

describe('fields', () => {
  const field = async (written: string, before = '') => {
    const { fields } = await loadDataset(
      `dataset: x\nportal: toronto\nsource: {package: crimes}\n${before}fields:\n  f: ${written}\n  g: varchar\n`,
    );
    const { at: _, tests: __, ...rest } = fields![0]!;
    return rest;
  };

  it('are varchar of their own name by default', async () => {
    expect(await field('{}')).toEqual({
      name: 'f',
      type: 'varchar',
      from: ['f'],
      fromDeclared: false,
      trim: true,
      nullIf: [''],
      format: ['iso'],
      timezone: 'America/Toronto',
      required: false,
      onInvalid: 'quarantine',
    });
  });

  it('take a type alone, in one spelling', async () => {
    expect(await field('Decimal(10, 2)')).toMatchObject({ type: 'decimal(10,2)' });
  });

  it.each([
    ['{from: OCC_DATE}', { from: ['OCC_DATE'], fromDeclared: true }],
    ['{from: [2014, 1.10]}', { from: ['2014', '1.10'], fromDeclared: true }],
    ['{sql: "upper(value)"}', { from: ['f'], fromDeclared: false, sql: 'upper(value)' }],
    ['{sql: "g || \'value\'"}', { from: [], fromDeclared: false }],
    ['{from: [A], sql: "upper(g)"}', { from: ['A'], fromDeclared: true }],
  ])('read their columns: %s', async (written, wanted) => {
    expect(await field(written)).toMatchObject(wanted);
  });

  it('coalesce instead of from', async () => {
    expect(await field('{coalesce: [a, b]}')).toMatchObject({
      from: [],
      coalesce: ['a', 'b'],
      fromDeclared: false,
    });
  });

  it('of the key are required', async () => {
    expect(await field('integer', 'key: [f]\n')).toMatchObject({ required: true });
  });

  it('inherit from the dataset, and the nearest wins', async () => {
    const dataset =
      'null_if: [NA, -99, 1.0]\ntrim: false\ntimezone: UTC\ncontract: {values: fail}\nformats: {date: epoch_ms}\n';
    expect(await field('date', dataset)).toMatchObject({
      nullIf: ['NA', '-99', '1.0'],
      trim: false,
      timezone: 'UTC',
      onInvalid: 'fail',
      format: ['epoch_ms'],
    });
    const own =
      '{type: date, null_if: [], trim: true, timezone: America/New_York, on_invalid: nullify, format: [iso]}';
    expect(await field(own, dataset)).toMatchObject({
      nullIf: [],
      trim: true,
      timezone: 'America/New_York',
      onInvalid: 'nullify',
      format: ['iso'],
    });
  });

  it('of type varchar take numbers as they are written', async () => {
    expect(await field('{values: [01, 2.50, yes, true], default: 007}')).toMatchObject({
      values: ['01', '2.50', 'yes', 'true'],
      default: '007',
    });
    expect(await field('{type: integer, values: [1, 2], default: 0}')).toMatchObject({
      values: [1, 2],
      default: 0,
    });
  });

  it('keep whole numbers beyond 2^53 exact', async () => {
    expect(await field('{type: bigint, range: [0, 9223372036854775807]}')).toMatchObject({
      range: [0, '9223372036854775807'],
    });
  });

  it('refer to a dataset, or to a field of one', async () => {
    const { fields } = await loadDataset(
      'dataset: x\nportal: toronto\nsource: {package: a}\nfields: {id: {references: y}, other: {references: y.id}}\n',
      {
        'datasets/y.yml':
          'dataset: y\nportal: toronto\nsource: {package: b}\nkey: [id]\nfields: {id: integer}\n',
      },
    );
    expect(fields!.map((f) => f.references)).toEqual([{ dataset: 'y' }, { dataset: 'y', field: 'id' }]);
  });
});

describe('source and load', () => {
  it('come in one shape, whichever way they are written', async () => {
    const { source } = await loadDataset(`
dataset: x
portal: toronto
source:
  package: wellbeing
  resource: {format: xlsx, name: 'Data *'}
  read: {sheet: 'Period {period}', header: 2, skip_rows: 1, footer_rows: 3}
  explode: lineup
`);
    expect(source).toMatchObject({
      resource: { format: ['xlsx'], name: 'Data *' },
      read: { sheet: 'Period {period}', header: 2, skipRows: 1, footerRows: 3 },
      explode: { path: 'lineup', keepEmpty: false },
    });
  });

  it('a family keeps its numeric keys as text', async () => {
    const { source, load } = await loadDataset(`
dataset: x
portal: nyc
source: {family: {year: {2016: ndkd-k878, 2017: d4vt-q4t5}, catalogue: 'Requests {year}'}}
load: {mode: upsert, cursor: ':updated_at', lookback: 1 day, sweep: 2 weeks, deletes: soft, keep_loads: 5}
key: [id]
fields: {id: varchar}
`);
    expect(source.family).toEqual({
      variable: 'year',
      members: { 2016: 'ndkd-k878', 2017: 'd4vt-q4t5' },
      catalogue: 'Requests {year}',
    });
    expect(load).toEqual({
      mode: 'upsert',
      cursor: ':updated_at',
      lookback: { count: 1, unit: 'day' },
      sweep: { count: 2, unit: 'week' },
      deletes: 'soft',
      keepLoads: 5,
    });
  });

  it('absolute addresses make the portal http', async () => {
    const { datasets, portals } = await load({
      'datasets/x.yml': "{dataset: x, source: {url: 'https://example.org/a.csv'}}",
    });
    expect(datasets[0]).toMatchObject({ portal: 'http', timezone: 'UTC' });
    expect(portals['http']).toMatchObject({ name: 'http', type: 'http', url: '' });
  });

  it('percentages become shares', async () => {
    const { guards, freshness } = await loadDataset(`
dataset: x
portal: nyc
source: {id: ndkd-k878}
guards: {max_row_drop: 2%, max_null_rise: {id: 0.5%}, max_changed: 100%, cap: 5000, allow_empty: true}
freshness: {warn_after: 3 days, error_after: 1 month}
fields: {id: varchar}
`);
    expect(guards).toEqual({
      maxRowDrop: 0.02,
      maxNullRiseOf: { id: 0.005 },
      maxChanged: 1,
      cap: [5000],
      allowEmpty: true,
    });
    expect(freshness).toEqual({
      warnAfter: { count: 3, unit: 'day' },
      errorAfter: { count: 1, unit: 'month' },
      of: 'portal',
    });
  });

  it('freshness may be written as in dbt', async () => {
    const { freshness } = await loadDataset(`
dataset: x
portal: nyc
source: {id: ndkd-k878}
freshness: {warn_after: {count: 12, period: hour}, error_after: {count: 2, period: day}}
fields: {id: varchar}
`);
    expect(freshness).toEqual({
      warnAfter: { count: 12, unit: 'hour' },
      errorAfter: { count: 2, unit: 'day' },
      of: 'portal',
    });
  });

  it('given rows of a unit test are text, expected ones are what their fields are', async () => {
    const { unitTests } = await loadDataset(`
dataset: x
portal: nyc
source: {id: ndkd-k878}
fields: {hood: varchar, deaths: {from: DEATH, type: integer}, on: date, open: boolean, gone: varchar, place: varchar}
unit_tests:
  - name: one
    given: [{HOOD: 023, DEATH: 1.0, ON: 2024-01-03, open: true, gone: null, place: {lat: 1.50}}]
    expect: [{hood: 023, deaths: 1, on: 2024-01-03}]
    quarantined: 0
`);
    expect(unitTests[0]).toMatchObject({
      given: [{ HOOD: '023', DEATH: '1.0', ON: '2024-01-03', open: 'true', gone: null, place: { lat: 1.5 } }],
      expect: [{ hood: '023', deaths: 1, on: '2024-01-03' }],
      quarantined: 0,
    });
  });
});

describe('settings of folders', () => {
  const files = {
    'project.yml': `
name: demo
portals: {toronto: {type: ckan, url: 'https://ckan.example.org/', timezone: America/Toronto}}
datasets:
  +tags: all
  +null_if: ['', NA, 1.0]
  +guards: {max_row_drop: 5%, max_changed: 10%}
  +meta: {team: a, cost: 1}
  toronto:
    +tags: [toronto]
    +portal: toronto
    police: {+tags: [police, all], +guards: {max_row_drop: 1%}, +meta: {team: b}, +owner: TPS}
    crimes: {+tags: [named]}
models:
  gold: {+materialized: table, +tags: [gold], toronto: {+tags: t, +meta: {a: 1}}}
`,
    'datasets/toronto/police/x.yml':
      'dataset: x\nsource: {package: p}\ntags: [own]\nguards: {max_null_rise: 3%}\n',
    'datasets/toronto/c.yml': "dataset: crimes\nsource: {package: p}\nnull_if: ['']\n",
    'models/gold/toronto/incidents.sql': 'select 1 as a',
    'models/gold/toronto/incidents.yml': `
version: 2
models:
  - name: incidents
    description: One row per incident.
    config: {tags: nightly, meta: {b: 2}, materialized: view}
    columns: [{name: a, description: The a., tests: [not_null], data_tests: [unique]}]
    tests: [{row_count: {min: 1}}]
`,
  };

  it('reach datasets: the nearest wins, tags and mappings add up', async () => {
    const { datasets } = await load(files);
    expect(datasets.find(({ name }) => name === 'x')).toMatchObject({
      portal: 'toronto',
      tags: ['all', 'toronto', 'police', 'own'],
      nullIf: ['', 'NA', '1.0'],
      guards: { maxRowDrop: 0.01, maxChanged: 0.1, maxNullRise: 0.03 },
      meta: { team: 'b', cost: 1 },
      owner: 'TPS',
    });
  });

  it('may name a dataset itself', async () => {
    const { datasets } = await load(files);
    expect(datasets.find(({ name }) => name === 'crimes')).toMatchObject({
      tags: ['all', 'toronto', 'named'],
      nullIf: [''],
    });
  });

  it('reach models, below their properties', async () => {
    const { models } = await load(files);
    expect(models).toMatchObject([
      {
        name: 'incidents',
        layer: 'gold',
        path: 'models/gold/toronto/incidents.sql',
        propertiesPath: 'models/gold/toronto/incidents.yml',
        description: 'One row per incident.',
        config: { materialized: 'view', meta: { a: 1, b: 2 } },
        tags: ['gold', 't', 'nightly'],
        columns: [{ name: 'a', description: 'The a.', tests: [{ test: 'not_null' }, { test: 'unique' }] }],
        tests: [{ test: 'row_count', arguments: { min: 1 } }],
      },
    ]);
    expect(models[0]!.config).not.toHaveProperty('tags');
  });

  it('a model is in the layer of its folder, of its configuration, else gold', async () => {
    const { models } = await load({
      'models/silver/a.sql': 'select 1',
      'models/marts/b.sql': 'select 1',
      'models/c.sql': 'select 1',
      'models/c.yml': 'models: [{name: c, config: {layer: silver}}]',
    });
    expect(models.map(({ name, layer }) => [name, layer])).toEqual([
      ['c', 'silver'],
      ['b', 'gold'],
      ['a', 'silver'],
    ]);
  });
});

describe('tests', () => {
  it('are read in every spelling of dbt', async () => {
    const { fields } = await loadDataset(`
dataset: x
portal: nyc
source: {id: ndkd-k878}
fields:
  f:
    tests:
      - not_null
      - unique: {severity: warn, where: f > 1, name: one_f}
      - accepted_values: {values: [a], config: {severity: warn, where: f > 2}}
      - relationships: {arguments: {to: ref('x'), field: f}, config: {severity: error}}
`);
    const at = (line: number) => ({ file: 'datasets/x.yml', line, col: 9 });
    expect(fields![0]!.tests).toMatchObject([
      { test: 'not_null', arguments: {}, at: at(8) },
      { test: 'unique', arguments: {}, severity: 'warn', where: 'f > 1', name: 'one_f', at: at(9) },
      { test: 'accepted_values', arguments: { values: ['a'] }, severity: 'warn', where: 'f > 2', at: at(10) },
      { test: 'relationships', arguments: { to: "ref('x')", field: 'f' }, severity: 'error', at: at(11) },
    ]);
  });
});

describe('the rest of a project', () => {
  it('macros, singular tests, unit tests and exposures', async () => {
    const project = await load({
      'macros/h3_cell.hbs': 'h3({{lat}})',
      'macros/title_case.sql': 'create macro title_case(t) as t',
      'tests/data/no_future.sql': 'select 1',
      'models/gold/m.sql': 'select 1 as a',
      'models/gold/m.yml': `
unit_tests:
  - name: one
    model: m
    given: [{input: ref('m'), rows: [{a: 1}]}, {input: m}]
    expect: {rows: [{a: 2}]}
    overrides: {vars: {v: 3}}
exposures:
  - {name: board, label: The board, type: dashboard, depends_on: [ref('m')]}
`,
    });
    expect(project.macros).toMatchObject([
      { name: 'h3_cell', kind: 'partial', path: 'macros/h3_cell.hbs', text: 'h3({{lat}})' },
      { name: 'title_case', kind: 'sql', path: 'macros/title_case.sql' },
    ]);
    expect(project.singularTests).toEqual([
      { name: 'no_future', path: 'tests/data/no_future.sql', sql: 'select 1' },
    ]);
    expect(project.unitTests).toMatchObject([
      {
        name: 'one',
        model: 'm',
        given: [{ input: 'm', rows: { rows: [{ a: 1 }] } }, { input: 'm' }],
        expect: { rows: [{ a: 2 }] },
        vars: { v: 3 },
      },
    ]);
    expect(project.exposures).toMatchObject([
      { name: 'board', label: 'The board', type: 'dashboard', dependsOn: ['m'] },
    ]);
  });

  it('portals and the active output', async () => {
    const project = await load({
      'project.yml': `
name: demo
version: 1.10
vars: {resolution: 8, base: "{{env 'BASE' 'https://files.example.org'}}"}
portals:
  gh: {type: github, repo: statsbomb/open-data, ref: master}
  web: {type: http, url: "{{var 'base'}}/data/", concurrency: 2, rate: 0.5, timezone: US/Eastern}
allowed_hosts: [cdn.example.org]
`,
      'profiles.yml': `
demo:
  outputs:
    sample: {type: duckdb, portal: sample, threads: 2, memory_limit: 4 GB, lake: {type: local, path: lake}}
    prod: {type: duckdb, lake: {type: gcs, bucket: b}, publish: {warehouse: {type: postgres, dsn: x}}}
`,
    });
    expect(project).toMatchObject({
      name: 'demo',
      version: '1.10',
      vars: { resolution: 8, base: 'https://files.example.org' },
      allowedHosts: ['cdn.example.org'],
      target: {
        name: 'sample',
        portal: 'sample',
        threads: 2,
        memoryLimit: '4GB',
        lake: { type: 'local', path: 'lake' },
        publish: {},
      },
    });
    expect(project.portals).toMatchObject({
      gh: {
        type: 'github',
        url: 'https://raw.githubusercontent.com',
        repo: 'statsbomb/open-data',
        ref: 'master',
        timezone: 'UTC',
        concurrency: 4,
        hasToken: false,
      },
      web: {
        type: 'http',
        url: 'https://files.example.org/data',
        concurrency: 2,
        rate: 0.5,
        timezone: 'US/Eastern',
      },
    });
  });

  it('vars given to the run replace those of project.yml', async () => {
    const files = {
      'project.yml':
        "name: demo\nvars: {year: 2020, other: 1}\nportals: {web: {type: http, url: 'https://a.example.org'}}\n",
      'datasets/x.yml': '{dataset: x, portal: web, source: {url: "{{var \'year\'}}.csv"}}',
    };
    const project = await load(files, { vars: { year: 2024 } });
    expect(project.vars).toEqual({ year: 2024, other: 1 });
    expect(project.datasets[0]!.source.url).toBe('2024.csv');
  });

  it('profiles.yml may lie in another folder', async () => {
    const profilesDir = projectFolder({
      'profiles.yml': 'demo: {outputs: {sample: {type: duckdb, lake: {type: local, path: elsewhere}}}}',
    });
    const project = await load({ 'profiles.yml': null }, { profilesDir });
    expect(project.target.lake.path).toBe('elsewhere');
  });

  it('a file in Windows spelling, with a byte order mark', async () => {
    const project = await load({
      'datasets/x.yml': '\ufeffdataset: x\r\nportal: web\r\nsource:\r\n  url: a.csv\r\n',
    });
    expect(project.datasets[0]).toMatchObject({ name: 'x', source: { url: 'a.csv' } });
  });
});

describe('mistakes', () => {
  it('leave the rest of the project', async () => {
    const { project, diagnostics } = await loadProject(
      projectFolder({
        'datasets/a.yml': 'dataset: a\nportal: web\n',
        'datasets/b.yml': 'dataset: b\nportal: web\nsource: {url: b.csv, sauce: hot}\n',
        'datasets/c.yml': 'dataset: c\nsource: [\n',
      }),
      { env: {} },
    );
    expect(diagnostics).toHaveLength(3);
    expect(project!.datasets.map(({ name }) => name)).toEqual(['b']);
    expect(project!.broken).toEqual(['a', 'c']);
  });

  it('B25: a manifest of 10 MB is refused without being read', async () => {
    const started = performance.now();
    const { diagnostics } = await loadProject(
      projectFolder({ 'datasets/x.yml': 'a: [x, y]\n'.repeat(1_050_000) }),
      { env: {} },
    );
    expect(diagnostics).toMatchObject([
      { code: 'LK1007', message: 'the file has 10.0 MiB, more than 1 MiB' },
    ]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('B25: a hundred thousand brackets are refused', async () => {
    const { diagnostics } = await loadProject(
      projectFolder({ 'datasets/x.yml': `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}` }),
      { env: {} },
    );
    expect(diagnostics).toMatchObject([{ code: 'LK1007', message: 'the values are nested too deeply' }]);
  });
});

it('seeds and snapshots are known by name and place', async () => {
  const { seeds, snapshots } = await load({
    'datasets/x.yml': 'dataset: x\nportal: toronto\nsource: {package: crimes}\n',
    'seeds/codes.csv': 'a\n1\n',
    'seeds/_seeds.yml':
      'seeds:\n  - name: codes\n    description: What codes mean.\n    config: {column_types: {a: varchar}}\n',
    'snapshots/s.yml':
      "snapshots:\n  - name: x_days\n    relation: ref('x')\n    config: {unique_key: id, strategy: check, check_cols: all}\n",
  });
  expect(seeds).toMatchObject([
    {
      name: 'codes',
      path: 'seeds/codes.csv',
      sha256: createHash('sha256').update('a\n1\n').digest('hex'),
      description: 'What codes mean.',
      config: { column_types: { a: 'varchar' } },
    },
  ]);
  expect(snapshots).toMatchObject([
    { name: 'x_days', relation: 'x', relationAt: { line: 3, col: 15 }, at: { line: 2, col: 11 } },
  ]);
});

it('a snapshot says what it is made of', async () => {
  const entry = (config: string) =>
    `snapshots:\n  - name: s\n    relation: ref('x')\n    config: ${config}\n`;
  const messages = async (config: string) =>
    (
      await loadProject(
        projectFolder({
          'datasets/x.yml': 'dataset: x\nportal: toronto\nsource: {package: crimes}\n',
          'snapshots/s.yml': entry(config),
        }),
        { env: {} },
      )
    ).diagnostics.map(({ code, message, at }) => `${at?.line}:${at?.col} ${code} ${message}`);
  expect(await messages('{strategy: check, check_cols: all}')).toEqual([
    '2:11 LK1005 the snapshot "s" lacks "unique_key"',
  ]);
  expect(await messages('{unique_key: id}')).toEqual(['2:11 LK1005 the snapshot "s" lacks "strategy"']);
  expect(await messages('{unique_key: id, strategy: timestamp}')).toEqual([
    '2:11 LK1005 the snapshot "s" lacks "updated_at", which the strategy timestamp compares',
  ]);
  expect(await messages('{unique_key: id, strategy: check}')).toEqual([
    '2:11 LK1005 the snapshot "s" lacks "check_cols", which the strategy check compares',
  ]);
});
