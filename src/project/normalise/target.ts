/** The active output of profiles.yml. */
import { didYouMean } from '../../errors/nearest.js';
import type { Findings } from '../findings.js';
import type { ProfilesFile } from '../schema/profiles.js';
import { oneOf } from '../sentence.js';
import { fillScalar, type TemplateValues } from '../template/scalar-template.js';
import type { LakeLocation, Target } from '../types.js';
import { valueAt, type YamlFile } from '../yaml/yaml-file.js';
import { defined } from './defined.js';
import { toLocation } from './location.js';
import { toPublishTarget } from './publish-target.js';

/** The output that a profile without `target:` uses. */
export const DEFAULT_TARGET = 'sample';

/** The profile and the output that this run uses; found before anything else is filled or checked. */
export interface ActiveOutput {
  readonly profile: string;
  readonly target: string;
}

export interface Wanted {
  /** `profile:` of project.yml; undefined where it has none. */
  readonly profile: string | undefined;
  /** The project's name, which is the profile's where project.yml names none. */
  readonly projectName: string;
  /** `--target`. */
  readonly target: string | undefined;
}

/** Undefined, with a diagnostic, where profiles.yml has no such profile or output. */
export function activeOutput(
  doc: YamlFile,
  wanted: Wanted,
  project: YamlFile,
  values: TemplateValues,
  findings: Findings,
): ActiveOutput | undefined {
  const profiles = keysAt(doc, []);
  const only = profiles.length === 1 ? profiles[0] : undefined;
  const profile =
    wanted.profile ??
    (profiles.includes(wanted.projectName) ? wanted.projectName : only) ??
    wanted.projectName;
  if (!profiles.includes(profile)) {
    const at = project.has(['profile']) ? project.at(['profile']) : project.at(['name']);
    findings.add('LK1010', at, `${doc.file} has no profile "${profile}"`, {
      ...(profiles.length > 0 ? { expected: oneOf(profiles) } : {}),
      hint:
        didYouMean(profile, profiles) ??
        `Add it to ${doc.file}, or name another under "profile" in project.yml`,
    });
    return undefined;
  }
  const written = valueAt(doc.value, [profile, 'target']);
  const filled = typeof written === 'string' ? fillScalar(written, values) : undefined;
  const target = wanted.target ?? (filled?.ok ? String(filled.value) : DEFAULT_TARGET);
  const outputs = keysAt(doc, [profile, 'outputs']);
  if (outputs.includes(target)) return { profile, target };
  const path = wanted.target === undefined && written !== undefined ? [profile, 'target'] : [profile];
  findings.add(
    'LK1010',
    path.length === 2 ? doc.at(path) : doc.atKey(path),
    `the profile ${profile} has no output "${target}"`,
    {
      ...(outputs.length > 0 ? { expected: oneOf(outputs) } : {}),
      hint:
        didYouMean(target, outputs) ??
        `Add it under "outputs" in ${doc.file}, or choose another with --target`,
    },
  );
  return undefined;
}

function keysAt(doc: YamlFile, path: readonly string[]): readonly string[] {
  const value = valueAt(doc.value, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** The active output as the other steps see it; undefined where it has mistakes. */
export function toTarget(profiles: ProfilesFile, { profile, target }: ActiveOutput): Target | undefined {
  const output = profiles[profile]?.outputs[target];
  if (!output) return undefined;
  const real = Object.entries(profiles[profile]!.outputs).find(([, other]) => other.portal === undefined);
  const own = Object.keys(output.publish ?? {});
  const elsewhere = Object.values(profiles[profile]!.outputs).flatMap((other) =>
    Object.keys(other.publish ?? {}),
  );
  return defined({
    name: target,
    lake: lakeOf(output),
    portal: output.portal,
    realTarget: output.portal === undefined ? undefined : real?.[0],
    threads: output.threads,
    memoryLimit: output.memory_limit?.replace(' ', ''),
    tempDirectory: output.temp_directory,
    autoCompact: output.auto_compact,
    publishElsewhere:
      elsewhere.length > own.length
        ? [...new Set(elsewhere)].filter((name) => !own.includes(name))
        : undefined,
    publish: Object.fromEntries(
      Object.entries(output.publish ?? {}).map(([name, one]) => [name, toPublishTarget(one)]),
    ),
  });
}

function lakeOf({ lake, cache }: ProfilesFile[string]['outputs'][string]): LakeLocation {
  if (lake.type === 'local') return toLocation(lake);
  return defined({
    ...toLocation(lake),
    cache: cache && defined({ path: cache.path, maxSize: cache.max_size }),
  });
}
