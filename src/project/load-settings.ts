/** project.yml and profiles.yml: what all other files are read with. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { Findings } from './findings.js';
import type { LoadOptions } from './load-options.js';
import { textAsWritten } from './normalise/as-written.js';
import { checkFormats, checkTimeZone } from './normalise/field.js';
import type { FolderKey, FolderTree } from './normalise/folder-settings.js';
import { isHookSql } from './normalise/hooks.js';
import { toPortals } from './normalise/portals.js';
import { publishSecrets } from './normalise/publish-target.js';
import { type RunHooks, toRunHooks } from './normalise/run-hooks.js';
import { activeOutput, toTarget } from './normalise/target.js';
import { toTestDefaults } from './normalise/test-settings.js';
import type { YamlReader } from './read-yaml.js';
import type { ProfilesFile } from './schema/profiles.js';
import type { ProjectFile } from './schema/project.js';
import { profileSecrets, projectSecrets } from './secret-places.js';
import { fillFile } from './template/fill-file.js';
import { fillScalar, type TemplateValues } from './template/scalar-template.js';
import type { Credentials, Json, Portal, Secrets, Target, TestDefaults } from './types.js';
import { schemaOf } from './validate/schema-files.js';
import { validate } from './validate/validate.js';
import { type Path, valueAt, type YamlFile } from './yaml/yaml-file.js';

export interface ProjectSettings {
  readonly doc: YamlFile;
  readonly name: string;
  readonly version: string;
  readonly vars: Readonly<Record<string, Json>>;
  readonly portals: Readonly<Record<string, Portal>>;
  /** Names under `portals:`, those with mistakes included. */
  readonly portalNames: readonly string[];
  readonly tokens: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, Credentials>>;
  readonly allowedHosts: readonly string[];
  readonly runHooks: RunHooks;
  readonly target: Target | undefined;
  readonly publishSecrets: NonNullable<Secrets['publish']>;
  readonly datasets: FolderTree | undefined;
  readonly models: FolderTree | undefined;
  readonly seeds: FolderTree | undefined;
  readonly snapshots: FolderTree | undefined;
  /** Of `data_tests:` and, under its older name, `tests:`. */
  readonly testDefaults: readonly TestDefaults[];
  readonly templates: TemplateValues;
  /** True where nothing is sent to the real portals, so that their secrets may be missing. */
  readonly offline: boolean;
}

export interface SettingsContext {
  readonly options: LoadOptions;
  readonly templates: TemplateValues;
  readonly yaml: YamlReader;
  readonly findings: Findings;
}

/** Undefined, with a diagnostic, where there is no project.yml that can be read at all. */
export async function loadSettings(
  root: string,
  options: LoadOptions,
  yaml: YamlReader,
  findings: Findings,
): Promise<ProjectSettings | undefined> {
  const projectFile = await firstFile(root, 'project');
  if (projectFile === undefined) {
    findings.add('LK1009', undefined, 'there is no project.yml in this folder', {
      hint: 'Change to the folder of a project, or write a project.yml with at least a name',
    });
    return undefined;
  }
  const raw = await yaml.read(projectFile);
  if (!raw) return undefined;

  const env = options.env ?? process.env;
  const vars = projectVars(raw, env, options.vars, findings);
  const templates: TemplateValues = { env, vars };
  const profilesFolder = path.relative(root, options.profilesDir ?? root);
  const profilesName = await firstFile(path.join(root, profilesFolder), 'profiles');
  const profilesFile =
    profilesName && path.posix.join(profilesFolder.replaceAll(path.sep, '/'), profilesName);
  const {
    target,
    publishSecrets: kept,
    offline,
  } = await loadTarget(profilesFile, raw, { options, templates, yaml, findings });

  const isOpen = (at: Path): boolean => at[0] === 'vars' || isHookSql(at);
  const doc = yaml.fill(raw, {
    ...templates,
    isOpen,
    isSecret: projectSecrets,
    secretsMayBeMissing: offline,
  });
  const file = validate<ProjectFile>(schemaOf('project'), doc, findings, projectSecrets);
  if (!file) return undefined;
  const { portals, tokens, credentials } = toPortals(file.portals, doc, findings);
  const tree = (key: FolderKey) => file[key] as FolderTree | undefined;
  checkFolderValues(tree('datasets'), ['datasets'], doc, findings);
  return {
    doc,
    name: file.name,
    version: file.version === undefined ? '0.0.0' : textAsWritten(file.version, ['version'], doc),
    vars,
    portals,
    portalNames: Object.keys((valueAt(doc.value, ['portals']) as object | null | undefined) ?? {}),
    tokens,
    credentials,
    allowedHosts: file.allowed_hosts ?? [],
    runHooks: toRunHooks(file, doc, findings),
    target,
    publishSecrets: kept,
    datasets: tree('datasets'),
    models: tree('models'),
    seeds: tree('seeds'),
    snapshots: tree('snapshots'),
    testDefaults: toTestDefaults([tree('tests'), tree('data_tests')], file.name),
    templates,
    offline,
  };
}

async function firstFile(folder: string, stem: string): Promise<string | undefined> {
  for (const name of [`${stem}.yml`, `${stem}.yaml`]) {
    const found = await fs.access(path.join(folder, name)).then(
      () => true,
      () => false,
    );
    if (found) return name;
  }
  return undefined;
}

/** `vars:` as this run sees them; they may read the environment, but not each other. */
function projectVars(
  raw: YamlFile,
  env: TemplateValues['env'],
  given: LoadOptions['vars'],
  findings: Findings,
): Readonly<Record<string, Json>> {
  const written = valueAt(raw.value, ['vars']);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return { ...given };
  const filled = fillFile(raw.withValue({ vars: written }), { env, vars: {} }, findings);
  return { ...(valueAt(filled.doc.value, ['vars']) as Record<string, Json>), ...given };
}

interface LoadedTarget {
  readonly target: Target | undefined;
  readonly publishSecrets: NonNullable<Secrets['publish']>;
  readonly offline: boolean;
}

async function loadTarget(
  file: string | undefined,
  raw: YamlFile,
  context: SettingsContext,
): Promise<LoadedTarget> {
  const { options, templates, yaml, findings } = context;
  const none: LoadedTarget = { target: undefined, publishSecrets: {}, offline: false };
  if (file === undefined) {
    findings.add('LK1010', undefined, 'there is no profiles.yml', {
      hint: 'Write one, with a profile, its target and at least one output that says where the lake lies',
    });
    return none;
  }
  const doc = await yaml.read(file);
  if (!doc) return none;
  const text = (key: string): string | undefined => {
    const value = valueAt(raw.value, [key]);
    const filled = typeof value === 'string' ? fillScalar(value, templates) : undefined;
    return filled?.ok ? String(filled.value) : undefined;
  };
  const wanted = { profile: text('profile'), projectName: text('name') ?? '', target: options.target };
  const active = activeOutput(doc, wanted, raw, templates, findings);
  const isOpen = (at: Path): boolean => {
    if (active === undefined) return true;
    return at[0] !== active.profile || (at[1] === 'outputs' && at[2] !== active.target);
  };
  const offline =
    active !== undefined &&
    valueAt(doc.value, [active.profile, 'outputs', active.target, 'portal']) !== undefined;
  const filled = yaml.fill(doc, { ...templates, isOpen, isSecret: profileSecrets });
  const profiles = validate<ProfilesFile>(schemaOf('profiles'), filled, findings, profileSecrets);
  const output = active && profiles?.[active.profile]?.outputs[active.target];
  return {
    target: profiles && active && toTarget(profiles, active),
    publishSecrets: publishSecrets(output?.publish ?? {}),
    offline,
  };
}

/** Values of `datasets:` that the schema cannot judge. */
function checkFolderValues(tree: FolderTree | undefined, at: Path, doc: YamlFile, findings: Findings): void {
  const context = { doc, findings };
  for (const [key, value] of Object.entries(tree ?? {})) {
    const path = [...at, key];
    if (key === '+timezone') checkTimeZone(value as string, path, context);
    else if (key === '+formats') {
      for (const [type, format] of Object.entries(value as Record<string, string>)) {
        checkFormats(format, [...path, type], context);
      }
    } else if (key === '+freshness') checkFreshness(value as { of?: string }, path, context);
    else if (!key.startsWith('+') && typeof value === 'object' && value !== null) {
      checkFolderValues(value as FolderTree, path, doc, findings);
    }
  }
}

/** A field would be one of each dataset in the folder; those differ. */
function checkFreshness(
  { of }: { of?: string },
  path: Path,
  { doc, findings }: { doc: YamlFile; findings: Findings },
): void {
  if (of === undefined || of === 'portal' || of === 'loaded') return;
  findings.add('LK1006', doc.at([...path, 'of']), `"of" cannot be "${of}" for a whole folder`, {
    expected: 'portal or loaded',
    hint: 'A field is named in the manifest of its dataset',
  });
}
