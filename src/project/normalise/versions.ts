/**
 * `versions:` of a model: each is a node of its own, described by what the model says and what it says itself.
 * Source: https://docs.getdbt.com/docs/mesh/govern/model-versions
 */
import { versionName } from '../../sql/written-ref.js';
import type { Findings } from '../findings.js';
import type { ModelVersion } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { textAsWritten } from './as-written.js';

export interface WrittenVersion {
  readonly v: string | number;
  readonly defined_in?: string;
  readonly deprecation_date?: string;
}

export interface VersionedModel {
  readonly name: string;
  readonly latest_version?: string | number;
  readonly deprecation_date?: string;
  readonly versions?: readonly WrittenVersion[];
}

export interface FoundVersion extends ModelVersion {
  /** Name of its node. */
  readonly name: string;
  /** Its file's name without the ending. */
  readonly file: string;
}

/** The versions in their order. Reports one that stands twice, and a latest one that there is none of. */
export function toVersions(
  model: VersionedModel,
  path: Path,
  doc: YamlFile,
  findings: Findings,
): readonly FoundVersion[] {
  const texts = (model.versions ?? []).map((one, i) =>
    textAsWritten(one.v, [...path, 'versions', i, 'v'], doc),
  );
  const order = [...texts].sort(byVersion);
  const written =
    model.latest_version === undefined
      ? undefined
      : textAsWritten(model.latest_version, [...path, 'latest_version'], doc);
  if (written !== undefined && !texts.includes(written)) {
    findings.add('LK1006', doc.at([...path, 'latest_version']), `"${model.name}" has no version ${written}`, {
      hint: `Its versions are ${order.join(', ')}`,
    });
  }
  const latest = written !== undefined && texts.includes(written) ? written : order.at(-1)!;
  return texts.flatMap((v, i) => {
    if (texts.indexOf(v) < i) {
      const at = doc.at([...path, 'versions', i, 'v']);
      findings.add('LK1012', at, `version ${v} of "${model.name}" is described twice`, {
        hint: 'Give one of them another v',
      });
      return [];
    }
    const { defined_in, deprecation_date = model.deprecation_date } = model.versions![i]!;
    const name = versionName(model.name, v);
    const compared = byVersion(v, latest);
    return [
      {
        name,
        file: (defined_in ?? name).replace(/\.sql$/i, '').replace(/\.v(?=[0-9A-Za-z_]+$)/, '_v'),
        of: model.name,
        v,
        stage: compared === 0 ? 'latest' : compared < 0 ? 'old' : 'prerelease',
        ...(deprecation_date !== undefined && { deprecationDate: deprecation_date }),
      } as const,
    ];
  });
}

/** Numbers by their size; where one is no number, texts. */
function byVersion(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return a < b ? -1 : a > b ? 1 : 0;
}

type Listed =
  | { readonly name: string }
  | { readonly include: string | readonly string[]; readonly exclude?: readonly string[] };

/**
 * Which of the model's columns a version has: all where it says nothing of them, and its own in place of those of the same
 * name. Indexes into the two lists, in the order that the table is described in.
 */
export function versionColumns(
  ofModel: readonly { readonly name: string }[],
  own: readonly Listed[] | undefined,
): { readonly kept: readonly number[]; readonly own: readonly number[] } {
  if (own === undefined) return { kept: ofModel.map((_, i) => i), own: [] };
  const rule = own.find((one) => 'include' in one);
  const include = rule && 'include' in rule ? rule.include : 'all';
  const exclude = rule && 'include' in rule ? (rule.exclude ?? []) : [];
  const named = own.flatMap((one, i) => ('name' in one ? [i] : []));
  const renamed = new Set(named.map((i) => (own[i] as { name: string }).name.toLowerCase()));
  const kept = ofModel.flatMap(({ name }, i) => {
    const included = typeof include === 'string' || include.includes(name);
    return included && !exclude.includes(name) && !renamed.has(name.toLowerCase()) ? [i] : [];
  });
  return { kept, own: named };
}
