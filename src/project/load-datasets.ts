/** All manifests under datasets/. */
import { didYouMean } from '../errors/nearest.js';
import { checkManifest } from './checks/manifest.js';
import type { NamedNode } from './checks/names.js';
import { checkSource } from './checks/source-fit.js';
import type { Findings } from './findings.js';
import { SLUG } from './language.js';
import { type DocsBlocks, fillDocs, usesDocs } from './load-docs.js';
import type { ProjectSettings } from './load-settings.js';
import { toCredentials } from './normalise/credentials.js';
import { toDataset } from './normalise/dataset.js';
import { nearestSetting, type Settings, settingsFor } from './normalise/folder-settings.js';
import { IMPLICIT_HTTP } from './normalise/portals.js';
import type { YamlReader } from './read-yaml.js';
import type { DatasetFile } from './schema/dataset.js';
import { manifestSecrets } from './secret-places.js';
import { oneOf } from './sentence.js';
import type { Credentials, Dataset, Portal } from './types.js';
import { schemaOf } from './validate/schema-files.js';
import { validate } from './validate/validate.js';
import { valueAt, type YamlFile } from './yaml/yaml-file.js';

export interface LoadedDatasets {
  readonly datasets: readonly { readonly dataset: Dataset; readonly doc: YamlFile }[];
  /** Names of manifests with mistakes that left nothing to build on. */
  readonly broken: readonly string[];
  /** Every name, with its place; those of broken manifests too. */
  readonly named: readonly NamedNode[];
  /** Those of project.yml, and `http` where a manifest needs it. */
  readonly portals: Readonly<Record<string, Portal>>;
  /** Dataset name → what its `auth` and `headers` send along. */
  readonly credentials: Readonly<Record<string, Credentials>>;
}

/** Every manifest, checked by itself; names of other nodes are checked once all are known. */
export async function loadDatasets(
  files: readonly string[],
  settings: ProjectSettings,
  blocks: DocsBlocks,
  { yaml, findings }: { readonly yaml: YamlReader; readonly findings: Findings },
): Promise<LoadedDatasets> {
  const read = await Promise.all(files.map(async (file) => ({ file, raw: await yaml.read(file) })));
  const datasets: { dataset: Dataset; doc: YamlFile }[] = [];
  const broken: string[] = [];
  const named: NamedNode[] = [];
  const credentials: Record<string, Credentials> = {};
  const portals: Record<string, Portal> = { ...settings.portals };

  for (const { file, raw } of read) {
    const filled =
      raw &&
      yaml.fill(raw, {
        ...settings.templates,
        isOpen: (path) => usesDocs(raw, path),
        isSecret: manifestSecrets,
        secretsMayBeMissing: settings.offline,
      });
    const doc = filled && fillDocs(filled, blocks, findings);
    const value = doc && validate<DatasetFile>(schemaOf('dataset'), doc, findings, manifestSecrets);
    if (!doc || !value) {
      const name = (doc && valueAt(doc.value, ['dataset'])) ?? guessedName(yaml.textOf(file));
      if (typeof name !== 'string') continue;
      broken.push(name);
      if (doc?.has(['dataset']) && SLUG.test(name)) {
        named.push({ name, what: 'dataset', at: doc.at(['dataset']) });
      }
      continue;
    }
    const folders = settingsFor(
      settings.datasets,
      { path: file, name: value.dataset },
      { doc: settings.doc, key: 'datasets' },
    );
    const portalName = findPortal(value, doc, folders, settings, findings);
    if (portalName === IMPLICIT_HTTP.name) portals[portalName] ??= IMPLICIT_HTTP;
    const portal = Object.hasOwn(portals, portalName) ? portals[portalName] : undefined;
    const dataset = toDataset(value, { doc, findings, settings: folders, portal, portalName });
    checkManifest(dataset, doc, findings);
    if (portal) checkSource(dataset, portal, doc, findings);
    const { url, urls = [] } = value.source;
    const written = [...(url === undefined ? [] : [url]), ...urls];
    // An address below the portal's own belongs to the portal's origin.
    const addresses = written.map((one) =>
      /^[a-z][a-z0-9+.-]*:|^\{/i.test(one) ? one : (portal?.url ?? ''),
    );
    const sent = toCredentials(value.source, { path: ['source'], doc, findings, addresses });
    if (sent) credentials[dataset.name] = sent;
    datasets.push({ dataset, doc });
    named.push({ name: dataset.name, what: 'dataset', at: dataset.at });
  }
  return { datasets, broken, named, portals, credentials };
}

/** The name of the manifest's portal; reported where there is no such portal. */
function findPortal(
  file: DatasetFile,
  doc: YamlFile,
  folders: readonly Settings[],
  { portalNames }: ProjectSettings,
  findings: Findings,
): string {
  const name = file.portal ?? nearestSetting<string>(folders, 'portal');
  if (name === undefined || (name === IMPLICIT_HTTP.name && !portalNames.includes(name))) {
    const addresses = [file.source.url, ...(file.source.urls ?? [])].filter((url) => url !== undefined);
    const absolute = addresses.length > 0 && addresses.every((url) => /^https?:\/\//.test(url));
    if (absolute || (name === undefined && doc.has(['portal']))) return IMPLICIT_HTTP.name;
  }
  const expected = portalNames.length > 0 ? oneOf(portalNames) : undefined;
  if (name === undefined) {
    const hint = 'It may be left out only where "source" has an absolute "url"';
    findings.add('LK1005', doc.at(['dataset']), '"portal" is missing', { expected, hint });
    return '';
  }
  if (!portalNames.includes(name)) {
    const hint = didYouMean(name, portalNames) ?? 'Add it under "portals" in project.yml';
    findings.add('LK1013', doc.at(doc.has(['portal']) ? ['portal'] : ['dataset']), `no portal "${name}"`, {
      expected,
      hint,
    });
  }
  return name;
}

/** For a file that cannot be parsed: so that what refers to it is not reported as well. */
function guessedName(text: string | undefined): string | undefined {
  return /^dataset:[ \t]*['"]?([A-Za-z0-9_]+)/m.exec(text ?? '')?.[1];
}
