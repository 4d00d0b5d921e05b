/** SQL files and properties files under models/, and snapshots. */
import { didYouMean } from '../errors/nearest.js';
import type { NamedNode } from './checks/names.js';
import type { ProjectFiles } from './files/find-files.js';
import type { Findings } from './findings.js';
import type { ProjectSettings } from './load-settings.js';
import { settingsFor } from './normalise/folder-settings.js';
import { fileStem, toModel } from './normalise/model.js';
import {
  type ModelProperties,
  toExposures,
  toModelProperties,
  toUnitTests,
} from './normalise/model-properties.js';
import type { YamlReader } from './read-yaml.js';
import type { ModelsFile, SnapshotsFile } from './schema/models.js';
import type { Exposure, Model, ModelUnitTest } from './types.js';
import { schemaOf } from './validate/schema-files.js';
import { validate } from './validate/validate.js';
import type { YamlFile } from './yaml/yaml-file.js';

export interface LoadedModels {
  readonly models: readonly Model[];
  readonly unitTests: readonly ModelUnitTest[];
  readonly exposures: readonly Exposure[];
  readonly snapshots: readonly NamedNode[];
  readonly properties: readonly PropertiesFile[];
}

interface Context {
  readonly yaml: YamlReader;
  readonly findings: Findings;
}

export interface PropertiesFile {
  readonly doc: YamlFile;
  readonly file: ModelsFile;
  readonly properties: readonly ModelProperties[];
}

/** Models with their properties. Reports properties that belong to no SQL file, or to one that has some already. */
export async function loadModels(
  files: ProjectFiles,
  settings: ProjectSettings,
  context: Context,
): Promise<LoadedModels> {
  const { findings } = context;
  const [propertyFiles, sqlFiles, snapshots] = await Promise.all([
    readProperties(files.modelProperties, settings, context),
    Promise.all(files.models.map(async (path) => ({ path, sql: await context.yaml.readText(path) }))),
    readSnapshots(files.snapshots, settings, context),
  ]);
  const byName = indexProperties(propertyFiles, files.models.map(fileStem), findings);
  const models = sqlFiles.flatMap(({ path, sql }) => {
    if (sql === undefined) return [];
    const name = fileStem(path);
    const place = { path, name };
    return [
      toModel(
        path,
        sql,
        settingsFor(settings.models, place, { doc: settings.doc, key: 'models' }),
        byName.get(name),
      ),
    ];
  });
  return {
    models,
    properties: propertyFiles,
    unitTests: propertyFiles.flatMap(({ file, doc }) => toUnitTests(file, doc)),
    exposures: propertyFiles.flatMap(({ file, doc }) => toExposures(file, doc)),
    snapshots: [
      ...snapshots,
      ...propertyFiles.flatMap(({ file, doc }) => snapshotNames(file.snapshots, doc)),
    ],
  };
}

async function readProperties(
  paths: readonly string[],
  settings: ProjectSettings,
  { yaml, findings }: Context,
): Promise<readonly PropertiesFile[]> {
  const docs = await Promise.all(paths.map((path) => yaml.read(path)));
  return docs.flatMap((raw) => {
    const doc = raw && yaml.fill(raw, settings.templates);
    const file = doc && validate<ModelsFile>(schemaOf('models'), doc, findings);
    return doc && file ? [{ doc, file, properties: toModelProperties(file, doc, findings) }] : [];
  });
}

async function readSnapshots(
  paths: readonly string[],
  settings: ProjectSettings,
  { yaml, findings }: Context,
): Promise<readonly NamedNode[]> {
  const docs = await Promise.all(paths.map((path) => yaml.read(path)));
  return docs.flatMap((raw) => {
    const doc = raw && yaml.fill(raw, settings.templates);
    const file = doc && validate<SnapshotsFile>(schemaOf('snapshots'), doc, findings);
    return doc && file ? snapshotNames(file.snapshots, doc) : [];
  });
}

function snapshotNames(snapshots: ModelsFile['snapshots'], doc: YamlFile): readonly NamedNode[] {
  return (snapshots ?? []).map(({ name }, i) => ({
    name,
    what: 'snapshot',
    at: doc.at(['snapshots', i, 'name']),
  }));
}

/** Properties by model; those of a model that has no SQL file, or has properties already, are reported. */
function indexProperties(
  files: readonly PropertiesFile[],
  models: readonly string[],
  findings: Findings,
): ReadonlyMap<string, ModelProperties> {
  const byName = new Map<string, ModelProperties>();
  for (const properties of files.flatMap((file) => file.properties)) {
    const { name, at } = properties;
    const first = byName.get(name);
    if (first) {
      findings.add('LK1012', at, `the model "${name}" is already described in ${first.path}`, {
        hint: `Put both into one; the other stands in ${first.path}:${first.at.line}:${first.at.col}`,
      });
      continue;
    }
    if (!models.includes(name)) {
      findings.add('LK1023', at, `there is no SQL file for the model "${name}"`, {
        hint: didYouMean(name, models) ?? `Write models/${name}.sql, or remove these lines`,
      });
      continue;
    }
    byName.set(name, properties);
  }
  return byName;
}
