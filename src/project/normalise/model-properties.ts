/** What YAML says about models, seeds and snapshots: descriptions, columns, tests, settings, unit tests, exposures. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import { writtenRef } from '../../sql/written-ref.js';
import { checkNode, checkTestLink, type KnownNames } from '../checks/links.js';
import type { Findings } from '../findings.js';
import type { ModelsFile } from '../schema/models.js';
import type {
  ColumnProperties,
  Constraint,
  Exposure,
  Group,
  Json,
  ModelVersion,
  TestConfig,
} from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { asList } from './as-written.js';
import { toConstraints, type WrittenConstraint } from './constraints.js';
import { defined } from './defined.js';
import { withHooks } from './hooks.js';
import { toTests } from './tests.js';
import { toVersions, type VersionedModel, versionColumns } from './versions.js';

export interface NodeProperties {
  readonly name: string;
  /** Its file's name without the ending, where that is another. */
  readonly file?: string;
  readonly version?: ModelVersion;
  readonly constraints?: readonly Constraint[];
  readonly description?: string;
  readonly columns: readonly ColumnProperties[];
  readonly tests: readonly TestConfig[];
  /** Without tags; hooks are lists with their places. */
  readonly config: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  /** Where each key of the configuration stands, and those that may stand beside `config`. */
  readonly configAt?: Readonly<Record<string, SourceSpan>>;
  readonly path: string;
  /** The name in the properties file. */
  readonly at: SourceSpan;
}

/** Lists of a properties file that describe nodes. */
export type PropertiesKey = 'models' | 'seeds' | 'snapshots';

type Described = Pick<
  NonNullable<ModelsFile['models']>[number],
  'name' | 'description' | 'columns' | 'tests' | 'data_tests' | 'meta'
> & {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly constraints?: readonly WrittenConstraint[];
  readonly access?: string;
  readonly group?: string;
};

/** One list of a properties file. Reports columns that are described twice. */
export function toProperties(
  file: Partial<Pick<ModelsFile, PropertiesKey>>,
  key: PropertiesKey,
  doc: YamlFile,
  findings: Findings,
): readonly NodeProperties[] {
  return ((file[key] ?? []) as readonly Described[]).flatMap((model, i) => {
    const path: Path = [key, i];
    const whole = ofEntry(model, path, doc, findings);
    const found = toVersions(model as VersionedModel, path, doc, findings);
    return found.length === 0
      ? [whole]
      : found.map((one, j) => ofVersion(whole, one, model, [...path, 'versions', j], doc, findings));
  });
}

function ofEntry(model: Described, path: Path, doc: YamlFile, findings: Findings): NodeProperties {
  const { tags, ...written } = model.config ?? {};
  const config = withHooks(written, (name) => [...path, 'config', name], doc);
  const meta = model.meta ? { ...(config['meta'] as object | undefined), ...model.meta } : config['meta'];
  const { access = config['access'], group = config['group'] } = model;
  const constraints = toConstraints(model.constraints, [...path, 'constraints'], { doc, findings });
  return defined({
    name: model.name,
    description: model.description,
    columns: toColumns(model, path, doc, findings),
    tests: bothTests(model, path, doc, findings),
    ...(constraints.length > 0 && { constraints }),
    configAt: placesOf(model, path, doc),
    config: defined({ ...config, meta, access, group }) as Record<string, Json>,
    tags: asList(tags as string | readonly string[] | undefined) ?? [],
    path: doc.file,
    at: doc.at([...path, 'name']),
  });
}

function placesOf(model: Described, path: Path, doc: YamlFile): NodeProperties['configAt'] {
  const inside = Object.keys(model.config ?? {}).map(
    (key) => [key.replace('-hook', '_hook'), doc.atKey([...path, 'config', key])] as const,
  );
  const beside = (['access', 'group', 'constraints'] as const).flatMap((key) =>
    model[key] === undefined ? [] : [[key, doc.atKey([...path, key])] as const],
  );
  const all = [...inside, ...beside];
  return all.length > 0 ? Object.fromEntries(all) : undefined;
}

/** What the model says, and over it what the version says itself. */
function ofVersion(
  whole: NodeProperties,
  { name, file, ...version }: ReturnType<typeof toVersions>[number],
  model: Described,
  path: Path,
  doc: YamlFile,
  findings: Findings,
): NodeProperties {
  const written = (model as { versions?: readonly Described[] }).versions![Number(path.at(-1))]!;
  const own = ofEntry({ ...written, name, columns: undefined }, path, doc, findings);
  const chosen = versionColumns(model.columns ?? [], written.columns);
  const named = toColumns(written, path, doc, findings);
  const kept = new Set(chosen.kept.map((i) => model.columns![i]!.name));
  const has = (key: 'tests' | 'data_tests') => written[key] !== undefined;
  return defined({
    ...whole,
    name,
    file,
    version,
    description: own.description ?? whole.description,
    columns: [...whole.columns.filter((column) => kept.has(column.name)), ...named],
    tests: has('tests') || has('data_tests') ? own.tests : whole.tests,
    constraints: own.constraints ?? whole.constraints,
    configAt: { ...whole.configAt, ...own.configAt },
    config: mergedConfig(whole.config, own.config),
    tags: [...whole.tags, ...own.tags],
    at: doc.at([...path, 'v']),
  });
}

/** As dbt puts a model's and a version's together: mappings key by key, hooks add up, of all others the version's counts. */
function mergedConfig(
  outer: Readonly<Record<string, Json>>,
  inner: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const merged: Record<string, Json> = { ...outer };
  for (const [key, value] of Object.entries(inner)) {
    const before = outer[key];
    if (isMapping(before) && isMapping(value)) merged[key] = mergedConfig(before, value);
    else if (key.endsWith('_hook')) merged[key] = [...((before ?? []) as Json[]), ...(value as Json[])];
    else merged[key] = value;
  }
  return merged;
}

function isMapping(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toColumns(
  model: Described,
  path: Path,
  doc: YamlFile,
  findings: Findings,
): readonly ColumnProperties[] {
  const seen = new Map<string, SourceSpan>();
  return (model.columns ?? []).flatMap((column, i) => {
    // `{include, exclude}` of a version.
    if (column.name === undefined) return [];
    const name = withoutQuotes(column.name);
    const at = doc.at([...path, 'columns', i, 'name']);
    const first = seen.get(name.toLowerCase());
    if (first) {
      findings.add('LK1024', at, `the column "${name}" of ${model.name} is described twice`, {
        hint: `Put both into one; the first stands on line ${first.line}`,
      });
      return [];
    }
    seen.set(name.toLowerCase(), at);
    return [
      defined({
        name,
        description: column.description,
        dataType: column.data_type,
        ...(column.constraints && {
          constraints: toConstraints(
            column.constraints,
            [...path, 'columns', i, 'constraints'],
            { doc, findings },
            name,
          ),
        }),
        tests: bothTests(column, [...path, 'columns', i], doc, findings, [
          ...(asList(column.tags) ?? []),
          ...(asList(column.config?.tags) ?? []),
        ]),
        meta: mergedMeta(column),
        at,
      }),
    ];
  });
}

/** `'"Order No"'`: quotes for SQL, which lake writes itself. */
function withoutQuotes(name: string): string {
  return /^"(?:[^"]|"")+"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** `tests:` and the newer `data_tests:` mean the same. */
function bothTests(
  written: { readonly tests?: readonly unknown[]; readonly data_tests?: readonly unknown[] },
  path: Path,
  doc: YamlFile,
  findings: Findings,
  tags: readonly string[] = [],
): readonly TestConfig[] {
  const context = { doc, findings, tags };
  return [
    ...toTests(written.tests, [...path, 'tests'], context),
    ...toTests(written.data_tests, [...path, 'data_tests'], context),
  ];
}

/** `exposures:` of one properties file. */
export function toExposures(file: ModelsFile, doc: YamlFile): readonly Exposure[] {
  return (file.exposures ?? []).flatMap((exposure, i) => {
    if (exposure.config?.enabled === false) return [];
    const tags = [...(asList(exposure.tags) ?? []), ...(asList(exposure.config?.tags) ?? [])];
    return defined({
      name: exposure.name,
      label: exposure.label,
      type: exposure.type,
      description: exposure.description,
      url: exposure.url,
      maturity: exposure.maturity,
      owner: exposure.owner,
      tags: tags.length > 0 ? tags : undefined,
      meta: mergedMeta(exposure),
      dependsOn: (exposure.depends_on ?? []).map(writtenRef),
      at: doc.at(['exposures', i, 'name']),
    });
  });
}

/** `meta` beside `config` and within it, where newer dbt has it. */
function mergedMeta(written: {
  readonly meta?: unknown;
  readonly config?: { readonly meta?: unknown };
}): Record<string, Json> | undefined {
  const { meta, config } = written;
  if (meta === undefined && config?.meta === undefined) return undefined;
  return { ...(meta as object | undefined), ...(config?.meta as object | undefined) };
}

/** `groups:` of one properties file. */
export function toGroups(file: ModelsFile, doc: YamlFile): readonly Group[] {
  return (file.groups ?? []).map(({ name, description, owner }, i) =>
    defined({ name, description, owner, at: doc.at(['groups', i, 'name']) }),
  );
}

/** Names of other nodes in a properties file. */
export function checkPropertyLinks(
  properties: readonly NodeProperties[],
  file: ModelsFile,
  doc: YamlFile,
  names: KnownNames,
  findings: Findings,
): void {
  for (const { tests, columns } of properties) {
    for (const test of [...tests, ...columns.flatMap((column) => column.tests)])
      checkTestLink(test, names, findings);
  }
  for (const [i, test] of (file.unit_tests ?? []).entries()) {
    const model = writtenRef(test.model);
    if (!names.models.has(model)) {
      findings.add('LK1014', doc.at(['unit_tests', i, 'model']), `no model "${model}"`, {
        hint: didYouMean(model, names.models) ?? 'Unit tests of a dataset stand in its manifest',
      });
    }
    test.given.forEach(({ input }, j) => {
      if (input.trim() === 'this') return;
      checkNode(writtenRef(input), doc.at(['unit_tests', i, 'given', j, 'input']), names, findings);
    });
  }
  for (const [i, exposure] of (file.exposures ?? []).entries()) {
    exposure.depends_on?.forEach((name, j) => {
      checkNode(writtenRef(name), doc.at(['exposures', i, 'depends_on', j]), names, findings);
    });
  }
}
