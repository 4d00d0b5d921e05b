/** SQL files under models/, seeds, snapshots, and the properties files that describe them. */
import { didYouMean } from '../errors/nearest.js';
import type { NamedNode } from './checks/names.js';
import type { ProjectFiles } from './files/find-files.js';
import type { Findings } from './findings.js';
import { type DocsBlocks, fillDocs, usesDocs } from './load-docs.js';
import type { ProjectSettings } from './load-settings.js';
import { settingsFor } from './normalise/folder-settings.js';
import { isHookSql } from './normalise/hooks.js';
import { fileStem, toModel } from './normalise/model.js';
import {
  type NodeProperties,
  type PropertiesKey,
  toExposures,
  toGroups,
  toProperties,
} from './normalise/model-properties.js';
import { toSeed } from './normalise/seed.js';
import { toSnapshot } from './normalise/snapshot.js';
import { toUnitTests } from './normalise/unit-tests.js';
import type { YamlReader } from './read-yaml.js';
import type { ModelsFile } from './schema/models.js';
import type { Exposure, Group, Model, ModelUnitTest, Seed, Snapshot } from './types.js';
import { type SchemaName, schemaOf } from './validate/schema-files.js';
import { validate } from './validate/validate.js';
import type { Path, YamlFile } from './yaml/yaml-file.js';

export interface LoadedModels {
  readonly models: readonly Model[];
  readonly seeds: readonly Seed[];
  readonly snapshots: readonly Snapshot[];
  /** Every snapshot's name, those with mistakes too. */
  readonly snapshotNames: readonly NamedNode[];
  readonly unitTests: readonly ModelUnitTest[];
  readonly exposures: readonly Exposure[];
  readonly groups: readonly Group[];
  readonly properties: readonly PropertiesFile[];
}

interface Context {
  readonly yaml: YamlReader;
  readonly findings: Findings;
  /** Absolute, without links. */
  readonly root: string;
}

export interface PropertiesFile {
  readonly doc: YamlFile;
  readonly file: ModelsFile;
  readonly properties: Readonly<Record<PropertiesKey, readonly NodeProperties[]>>;
}

/** Models and seeds with their properties, and snapshots. Reports properties that belong to no file, or to one that has some already. */
export async function loadModels(
  files: ProjectFiles,
  settings: ProjectSettings,
  blocks: DocsBlocks,
  context: Context,
): Promise<LoadedModels> {
  const { findings, root } = context;
  const [described, ofSnapshots, sqlFiles] = await Promise.all([
    readProperties([...files.modelProperties, ...files.seedProperties], 'models', settings, blocks, context),
    readProperties(files.snapshots, 'snapshots', settings, blocks, context),
    Promise.all(files.models.map(async (path) => ({ path, sql: await context.yaml.readText(path) }))),
  ]);
  const properties = [...described, ...ofSnapshots];
  const { doc, name: project } = settings;
  const ofModels = indexProperties(properties, 'models', new Set(files.models.map(fileStem)), findings);
  const models = sqlFiles.flatMap(({ path, sql }) => {
    if (sql === undefined) return [];
    const name = fileStem(path);
    const of = ofModels.get(name);
    const named = of?.version?.of ?? name;
    const folders = settingsFor(settings.models, { path, name: named }, { doc, key: 'models', project });
    return [toModel(path, sql, folders, of)];
  });
  const ofSeeds = indexProperties(properties, 'seeds', new Set(files.seeds.map(fileStem)), findings);
  const seeds = await Promise.all(
    files.seeds.map((path) => {
      const name = fileStem(path);
      const folders = settingsFor(settings.seeds, { path, name }, { doc, key: 'seeds', project });
      return toSeed(root, path, folders, ofSeeds.get(name), findings);
    }),
  );
  return {
    models,
    seeds: seeds.flatMap((seed) => seed ?? []),
    snapshots: properties.flatMap((file) =>
      file.properties.snapshots.flatMap((one, i) => {
        const place = { path: file.doc.file, name: one.name };
        const folders = settingsFor(settings.snapshots, place, { doc, key: 'snapshots', project });
        return toSnapshot(one, { file: file.file, doc: file.doc, index: i }, folders, findings) ?? [];
      }),
    ),
    snapshotNames: properties.flatMap((file) =>
      file.properties.snapshots.map(({ name, at }): NamedNode => ({ name, what: 'snapshot', at })),
    ),
    properties,
    unitTests: await toUnitTests(properties, files.fixtures, context.yaml.readText, findings),
    exposures: properties.flatMap(({ file, doc: at }) => toExposures(file, at)),
    groups: properties.flatMap(({ file, doc: at }) => toGroups(file, at)),
  };
}

async function readProperties(
  paths: readonly string[],
  schema: SchemaName,
  settings: ProjectSettings,
  blocks: DocsBlocks,
  { yaml, findings }: Context,
): Promise<readonly PropertiesFile[]> {
  const docs = await Promise.all(paths.map((path) => yaml.read(path)));
  return docs.flatMap((raw) => {
    const isOpen = (path: Path): boolean => isHookSql(path) || (raw !== undefined && usesDocs(raw, path));
    const filled = raw && yaml.fill(raw, { ...settings.templates, isOpen });
    const doc = filled && fillDocs(filled, blocks, findings);
    const file = doc && validate<ModelsFile>(schemaOf(schema), doc, findings);
    if (!doc || !file) return [];
    const list = (key: PropertiesKey) => toProperties(file, key, doc, findings);
    return [
      {
        doc,
        file,
        properties: { models: list('models'), seeds: list('seeds'), snapshots: list('snapshots') },
      },
    ];
  });
}

/** What a properties file describes, in words, and which file that is. */
const DESCRIBED = {
  models: { what: 'model', how: 'SQL file', place: (name: string) => `models/${name}.sql` },
  seeds: { what: 'seed', how: 'CSV file', place: (name: string) => `seeds/${name}.csv` },
} as const;

/** Properties by name; those of a node that has no file, or has properties already, are reported. */
function indexProperties(
  files: readonly PropertiesFile[],
  key: 'models' | 'seeds',
  known: ReadonlySet<string>,
  findings: Findings,
): ReadonlyMap<string, NodeProperties> {
  const { what, how, place } = DESCRIBED[key];
  const byName = new Map<string, NodeProperties>();
  for (const properties of files.flatMap((file) => file.properties[key])) {
    const { file: name = properties.name, at } = properties;
    const first = byName.get(name);
    if (first) {
      findings.add('LK1012', at, `the ${what} "${name}" is already described in ${first.path}`, {
        hint: `Put both into one; the other stands in ${first.path}:${first.at.line}:${first.at.col}`,
      });
      continue;
    }
    if (!known.has(name)) {
      findings.add('LK1023', at, `there is no ${how} for the ${what} "${name}"`, {
        hint: didYouMean(name, known) ?? `Write ${place(name)}, or remove these lines`,
      });
      continue;
    }
    byName.set(name, properties);
  }
  return byName;
}
