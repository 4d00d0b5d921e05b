/** Reads, checks and puts together a whole project. Reads files only; every mistake of every file is found in one go. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { sortDiagnostics } from '../errors/render-diagnostics.js';
import { checkDatasetLinks, checkNode, type KnownNames } from './checks/links.js';
import { checkNodeName, checkUnique, type NamedNode } from './checks/names.js';
import { findFiles, type ProjectFiles } from './files/find-files.js';
import { textReader } from './files/read-text.js';
import { Findings } from './findings.js';
import { type LoadedDatasets, loadDatasets } from './load-datasets.js';
import { loadDocs } from './load-docs.js';
import { type LoadedModels, loadModels } from './load-models.js';
import type { LoadedProject, LoadOptions } from './load-options.js';
import { loadSettings, type ProjectSettings } from './load-settings.js';
import { loadMacros, loadSingularTests } from './load-sql-files.js';
import { madeSecrets } from './normalise/credentials.js';
import { checkFolders, type FolderTree } from './normalise/folder-settings.js';
import { fileStem } from './normalise/model.js';
import { checkPropertyLinks } from './normalise/model-properties.js';
import { YamlReader } from './read-yaml.js';
import { manifestSecrets } from './secret-places.js';
import type { Project, Secrets } from './types.js';
import { schemaOf } from './validate/schema-files.js';
import { validate } from './validate/validate.js';
import { valueAt } from './yaml/yaml-file.js';

/** What `loadProject` does, once the libraries it needs are loaded. */
export async function load(root: string, options: LoadOptions): Promise<LoadedProject> {
  const findings = new Findings();
  const realRoot = await fs.realpath(root).catch(() => path.resolve(root));
  const yaml = new YamlReader(textReader(realRoot, findings), findings);

  const [files, settings] = await Promise.all([
    findFiles(realRoot, findings),
    loadSettings(realRoot, options, yaml, findings),
  ]);
  if (!settings) {
    await judgeAlone(files, yaml, findings);
    return finish(
      undefined,
      yaml,
      findings,
      { tokens: {}, webhooks: {}, publish: {} },
      { portals: {}, datasets: {} },
    );
  }

  const blocks = await loadDocs(files.docs, yaml.readText, findings);
  const datasets = await loadDatasets(files.datasets, settings, blocks, { yaml, findings });
  const models = await loadModels(files, settings, blocks, { yaml, findings, root: realRoot });
  const names = checkNames(datasets, models, files, findings);
  for (const { dataset, doc } of datasets.datasets) checkDatasetLinks(dataset, doc, names, findings);
  for (const { properties, file, doc } of models.properties)
    checkPropertyLinks(Object.values(properties).flat(), file, doc, names, findings);
  for (const { relation, relationAt } of models.snapshots) checkNode(relation, relationAt, names, findings);
  const manifests = datasets.named.map(({ name, at }) => ({ name, path: at.file }));
  checkFolders(settings.datasets, manifests, { doc: settings.doc, key: 'datasets', findings });
  const sqlFiles = models.models.map(({ path: file, name, version }) => ({
    path: file,
    name: version?.of ?? name,
  }));
  for (const [key, files] of [
    ['models', sqlFiles],
    ['seeds', models.seeds],
    ['snapshots', models.snapshots],
  ] as const)
    checkFolders(settings[key], files, { doc: settings.doc, key, project: settings.name, findings });
  checkTestFolders(files, settings, findings);

  const project: Project | undefined = settings.target && {
    name: settings.name,
    version: settings.version,
    vars: settings.vars,
    portals: datasets.portals,
    allowedHosts: settings.allowedHosts,
    onRunStart: settings.runHooks.start,
    onRunEnd: settings.runHooks.end,
    groups: models.groups,
    target: settings.target,
    datasets: datasets.datasets.map(({ dataset }) => dataset),
    models: models.models,
    seeds: models.seeds,
    snapshots: models.snapshots,
    unitTests: models.unitTests,
    macros: await loadMacros(files.macros, yaml.readText, findings),
    singularTests: await loadSingularTests(files.singularTests, yaml.readText),
    genericTests: await loadSingularTests(files.genericTests, yaml.readText),
    testDefaults: settings.testDefaults,
    exposures: models.exposures,
    broken: [...datasets.broken, ...brokenSnapshots(models)],
  };
  return finish(
    project,
    yaml,
    findings,
    { tokens: settings.tokens, webhooks: settings.runHooks.webhooks, publish: settings.publishSecrets },
    {
      portals: settings.credentials,
      datasets: datasets.credentials,
    },
  );
}

/** Names of snapshots that have mistakes. */
function brokenSnapshots({ snapshots, snapshotNames }: LoadedModels): readonly string[] {
  const whole = new Set(snapshots.map(({ name }) => name));
  return snapshotNames.map(({ name }) => name).filter((name) => !whole.has(name));
}

/** Folders of `data_tests:` are those of the files that tests stand in. */
function checkTestFolders(files: ProjectFiles, settings: ProjectSettings, findings: Findings): void {
  const { doc, name } = settings;
  const declaring = [
    files.datasets,
    files.models,
    files.modelProperties,
    files.seeds,
    files.seedProperties,
    files.snapshots,
    files.singularTests,
  ];
  const known = declaring.flat().map((file) => ({ name: fileStem(file), path: file }));
  for (const key of ['data_tests', 'tests'] as const) {
    const tree = valueAt(doc.value, [key]) as FolderTree | undefined;
    checkFolders(tree, known, { doc, key, project: name, findings });
  }
}

/** One namespace for all that can be referred to; a hand-written silver shares the name of its dataset. */
function checkNames(
  datasets: LoadedDatasets,
  models: LoadedModels,
  files: ProjectFiles,
  findings: Findings,
): KnownNames {
  const manifests = new Set(datasets.named.map(({ name }) => name));
  const seeds = models.seeds.map(
    ({ name, path: file }): NamedNode => ({ name, what: 'seed', at: { file, line: 1, col: 1 } }),
  );
  const sqlFiles = models.models
    .filter(({ name, layer }) => layer !== 'silver' || !manifests.has(name))
    .map(({ name, at }): NamedNode => ({ name, what: 'model', at }));
  const versioned = new Map(
    models.properties.flatMap(({ properties }) =>
      properties.models.flatMap(({ version, at }) =>
        version ? [[version.of, { name: version.of, what: 'model', at } as NamedNode] as const] : [],
      ),
    ),
  );
  const nodes = [...datasets.named, ...versioned.values(), ...sqlFiles, ...seeds, ...models.snapshotNames];
  checkUnique(
    nodes.filter(({ name, at, what }) => checkNodeName(name, at, what, findings)),
    findings,
  );
  return {
    datasets: new Map(datasets.datasets.map(({ dataset }) => [dataset.name, dataset])),
    broken: new Set(datasets.broken),
    models: new Set(models.models.flatMap(({ name, version }) => (version ? [name, version.of] : [name]))),
    genericTests: new Set(files.genericTests.map(fileStem)),
    others: new Map([...seeds, ...models.snapshotNames].map((node) => [node.name, node])),
  };
}

/** Without project.yml no file can be understood, but each can still be judged by its own schema. */
async function judgeAlone(files: ProjectFiles, yaml: YamlReader, findings: Findings): Promise<void> {
  const kinds = [
    ['dataset', files.datasets],
    ['models', [...files.modelProperties, ...files.seedProperties]],
    ['snapshots', files.snapshots],
  ] as const;
  for (const [schema, paths] of kinds) {
    for (const doc of await Promise.all(paths.map((file) => yaml.read(file)))) {
      const open =
        doc && yaml.fill(doc, { env: {}, vars: {}, isOpen: () => true, isSecret: manifestSecrets });
      if (open) validate(schemaOf(schema), open, findings, manifestSecrets);
    }
  }
}

function finish(
  project: Project | undefined,
  yaml: YamlReader,
  findings: Findings,
  { tokens, webhooks, publish }: Pick<Secrets, 'tokens' | 'webhooks' | 'publish'>,
  credentials: Secrets['credentials'],
): LoadedProject {
  const sent = [...Object.values(credentials.portals), ...Object.values(credentials.datasets)];
  return {
    project,
    secrets: {
      tokens,
      webhooks,
      publish,
      credentials,
      values: [...new Set([...yaml.secretValues(), ...sent.flatMap(madeSecrets)])],
    },
    diagnostics: sortDiagnostics(findings.all()),
    sources: yaml.sources(),
  };
}
