/** Small builders of Project values: what `load` would hand on for a few lines of YAML and SQL. */
import { compileProject } from '../../src/compile/index.js';
import type { Graph } from '../../src/compile/types.js';
import { calledFrom, type Diagnostic, type SourceSpan } from '../../src/errors/diagnostic.js';
import type { SourceTexts } from '../../src/errors/source-texts.js';
import type {
  Dataset,
  Field,
  Macro,
  Model,
  ModelUnitTest,
  Project,
  SingularTest,
  TestConfig,
  UnitRows,
} from '../../src/project/types.js';

export function at(file: string, line = 1, col = 1): SourceSpan {
  return { file, line, col };
}

export function field(name: string, extra: Partial<Field> = {}): Field {
  return {
    name,
    type: 'varchar',
    from: [name],
    fromDeclared: false,
    trim: true,
    nullIf: [''],
    format: ['iso'],
    timezone: 'UTC',
    required: false,
    onInvalid: 'quarantine',
    tests: [],
    at: at('datasets/city/x.yml', 5, 3),
    ...extra,
  };
}

/** `fields`: names, or whole fields; they stand on lines 4, 5, … of the manifest. */
export function dataset(
  name: string,
  fields: readonly (string | Field)[] = ['id', 'name'],
  extra: Partial<Dataset> = {},
): Dataset {
  const path = `datasets/city/${name}.yml`;
  return {
    name,
    portal: 'city',
    source: { package: name, at: at(path, 2, 1) },
    load: { mode: 'replace', deletes: 'hard' },
    volatile: [],
    fields: fields.map((f, i) =>
      typeof f === 'string' ? field(f, { at: at(path, 4 + i, 3) }) : { ...f, at: at(path, 4 + i, 3) },
    ),
    trim: true,
    nullIf: [''],
    timezone: 'UTC',
    contract: { columns: 'evolve', values: 'quarantine' },
    partitionBy: [],
    guards: {},
    tests: [],
    unitTests: [],
    publish: [],
    tags: [],
    accounting: true,
    path,
    at: at(path),
    spans: {},
    ...extra,
  };
}

export function model(name: string, sql: string, extra: Partial<Model> = {}): Model {
  const layer = extra.layer ?? 'gold';
  const path = `models/${layer}/${name}.sql`;
  return { name, layer, path, sql, columns: [], tests: [], config: {}, tags: [], at: at(path), ...extra };
}

export function macro(name: string, text: string): Macro {
  return { name, kind: 'partial', path: `macros/${name}.hbs`, text };
}

export function sqlMacro(name: string, text: string): Macro {
  return { name, kind: 'sql', path: `macros/${name}.sql`, text };
}

export function singular(name: string, sql: string): SingularTest {
  return { name, path: `tests/data/${name}.sql`, sql };
}

export function test(
  name: string,
  args: TestConfig['arguments'] = {},
  extra: Partial<TestConfig> = {},
): TestConfig {
  return { test: name, arguments: args, severity: 'error', at: at('models/gold/x.yml', 7, 9), ...extra };
}

export function project(parts: Partial<Project> = {}): Project {
  return {
    name: 'city_safety',
    version: '1.0.0',
    vars: {},
    portals: {
      city: {
        name: 'city',
        type: 'ckan',
        url: 'https://data.city.example',
        timezone: 'UTC',
        concurrency: 4,
        hasToken: false,
        at: at('project.yml', 3, 3),
      },
    },
    allowedHosts: [],
    seeds: [],
    snapshots: [],
    target: { name: 'dev', lake: { type: 'local', path: 'lake/dev' }, publish: {} },
    datasets: [],
    models: [],
    unitTests: [],
    macros: [],
    singularTests: [],
    exposures: [],
    ...parts,
  };
}

/** The graph of a project without mistakes; fails with their text otherwise. */
export async function graphOf(parts: Partial<Project>, env: Record<string, string> = {}): Promise<Graph> {
  const { graph, diagnostics } = await compileProject(project(parts), {}, { env });
  if (!graph) throw new Error(diagnostics.map(asLines).join('\n'));
  return graph;
}

export async function diagnosticsOf(
  parts: Partial<Project>,
  sources: SourceTexts = {},
  env: Record<string, string> = {},
): Promise<readonly Diagnostic[]> {
  return (await compileProject(project(parts), sources, { env })).diagnostics;
}

/** Diagnostics as lines: place, code and message; below it the hint. */
export async function mistakesIn(
  parts: Partial<Project>,
  sources: SourceTexts = {},
  env: Record<string, string> = {},
): Promise<readonly string[]> {
  return (await diagnosticsOf(parts, sources, env)).map(asLines);
}

export function asLines({ code, message, at: place, hint }: Diagnostic): string {
  const where = place ? `${place.file}:${place.line}:${place.col} ` : '';
  return `${where}${code} ${message}${calledFrom(place)}${hint === undefined ? '' : `\n  ${hint}`}`;
}

/** The compiled SQL of a model `x` beside a dataset `shootings`. */
export async function sqlOf(
  sql: string,
  parts: Partial<Project> = {},
  env: Record<string, string> = {},
): Promise<string> {
  const graph = await graphOf(
    { datasets: [dataset('shootings')], ...parts, models: [model('x', sql), ...(parts.models ?? [])] },
    env,
  );
  const node = graph.nodes.find((n) => n.id === 'gold.x');
  if (node?.kind !== 'model') throw new Error('no gold.x');
  return node.sql;
}

/** A model's unit test at a place; `given`: input → rows. */
export function unitTest(
  name: string,
  model: string,
  at: SourceSpan,
  more: {
    readonly given?: Readonly<Record<string, NonNullable<UnitRows['rows']>>>;
    readonly expect?: UnitRows['rows'];
    readonly vars?: ModelUnitTest['vars'];
  } = {},
): ModelUnitTest {
  const { given = {}, expect = [], vars = {} } = more;
  return {
    name,
    model,
    given: Object.entries(given).map(([input, rows]) => ({ input, at, rows: { rows, columns: {}, at } })),
    expect: { rows: expect, columns: {}, at },
    vars,
    envVars: {},
    macros: {},
    tags: [],
    at,
  };
}
