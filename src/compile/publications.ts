/** `publish:` of datasets, models, seeds and snapshots as the graph's publications, each checked against its target. */
import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';
import { LakeError } from '../errors/lake-error.js';
import { didYouMean } from '../errors/nearest.js';
import { nameFormat } from '../formats/name-format.js';
import type { Json, Project, PublishSpec, PublishTarget } from '../project/types.js';
import { hashOf } from './hash.js';
import { publishSpec } from './nodes/publish-spec.js';
import { placeOf } from './publication-place.js';
import type { GraphNode, PublicationNode, SkippedPublication } from './types.js';

export interface Publications {
  readonly publications: readonly PublicationNode[];
  readonly skipped: readonly SkippedPublication[];
}

type Report = (diagnostic: Diagnostic) => void;

/** An entry as it is written, and whose it is. */
interface Entry {
  readonly node: Exclude<GraphNode, { kind: 'bronze' }>;
  readonly spec: PublishSpec;
  readonly at: SourceSpan;
}

/** Keys that mean something at each kind of target; `to` and `columns` do at all. */
const KEYS_OF: Readonly<
  Record<Exclude<PublishTarget['type'], 'openlineage'>, readonly (keyof PublishSpec)[]>
> = {
  postgres: ['table', 'schema', 'mode', 'key', 'indexes', 'geometry', 'views', 'refresh'],
  files: ['path', 'format'],
  gcs: ['path', 'format'],
  s3: ['path', 'format'],
  duckdb: ['table'],
  sqlite: ['table'],
};

/** What may stand in `path:` in braces. */
export const PLACEHOLDERS = ['name', 'layer', 'date', 'time', 'version', 'run', 'format'] as const;

/** @param root Of the project, absolute: what relative paths of targets are below. */
export function compilePublications(
  { target }: Pick<Project, 'target'>,
  nodes: readonly GraphNode[],
  report: Report,
  root = '/',
): Publications {
  /** By place. */
  const publications = new Map<string, PublicationNode>();
  /** Targets by their database files. */
  const files = new Map<string, string>();
  const skipped: SkippedPublication[] = [];
  for (const entry of nodes.flatMap(entriesOf)) {
    const { node, spec, at } = entry;
    const declared = Object.hasOwn(target.publish, spec.to) ? target.publish[spec.to] : undefined;
    if (declared === undefined) {
      skipped.push({ node: node.id, to: spec.to, at });
      const targets = [...Object.keys(target.publish), ...(target.publishElsewhere ?? [])];
      if (!targets.includes(spec.to)) report(noTarget(spec.to, targets, at));
      continue;
    }
    const problem = problemOf(entry, declared, Object.keys(target.publish));
    if (problem) {
      report({ severity: 'error', at, code: 'LK2080', ...problem });
      continue;
    }
    const publication = publicationOf(entry, declared);
    const { place, file } = placeOf(publication, declared, root);
    const other = publications.get(place);
    const sharer = file === undefined ? undefined : files.get(file);
    const twice = { code: 'LK2081', severity: 'error', at } as const;
    if (other) {
      report({
        ...twice,
        message: `${node.id} and ${other.node} are both published as ${publication.id}${other.id === publication.id ? '' : `, which is ${other.id}`}`,
        hint: `The other one stands in ${other.at.file}:${other.at.line}. Give one another ${isDatabase(declared) ? 'table' : 'path'}`,
      });
    } else if (sharer !== undefined && sharer !== spec.to) {
      report({
        ...twice,
        message: `the publish targets "${sharer}" and "${spec.to}" are one file, which each of them would replace`,
        hint: `Publish to "${sharer}", or give one another path in profiles.yml`,
      });
    } else {
      publications.set(place, publication);
      if (file !== undefined) files.set(file, spec.to);
    }
  }
  return { publications: [...publications.values()], skipped };
}

/** A name that no output declares is a slip, or waits for its target: a project without one builds all the same. */
function noTarget(to: string, targets: readonly string[], at: SourceSpan): Diagnostic {
  return {
    code: 'LK2082',
    severity: 'warning',
    at,
    message: `no output of the profile has a publish target "${to}"`,
    hint:
      didYouMean(to, targets) ??
      (targets.length > 0
        ? `They have ${targets.join(', ')}`
        : `Declare it in profiles.yml: \`publish: {${to}: {type: postgres, dsn: …}}\``),
  };
}

function entriesOf(node: GraphNode): readonly Entry[] {
  if (node.kind === 'bronze') return [];
  if (node.kind === 'silver') {
    const { publish, spans, at } = node.dataset;
    return publish.map((written, i) => ({
      node,
      spec: publishSpec(written),
      at: spans[`publish.${i}`] ?? spans['publish'] ?? at,
    }));
  }
  const written = (node.config['publish'] ?? []) as readonly Readonly<Record<string, Json>>[];
  const at = node.configAt?.['publish'] ?? { file: node.path, line: 1, col: 1 };
  return written.map((one) => ({ node, spec: publishSpec(one), at }));
}

function problemOf(
  { node, spec }: Entry,
  target: PublishTarget,
  targets: readonly string[],
): { readonly message: string; readonly hint: string } | undefined {
  const { to } = spec;
  if (target.type === 'openlineage') {
    const others = targets.filter((name) => name !== to).join(', ');
    return {
      message: `the publish target "${to}" receives events of runs, no tables`,
      hint:
        others === ''
          ? 'Declare another one in profiles.yml: postgres, files, gcs, s3, duckdb or sqlite'
          : `Publish to ${others}`,
    };
  }
  if (node.kind === 'model' && ['view', 'ephemeral'].includes(node.materialized)) {
    return {
      message: `${node.id} has no rows of its own to publish: it is materialized as ${node.materialized}`,
      hint: 'Materialize it as table, or publish what reads it',
    };
  }
  const known = ['to', 'columns', ...KEYS_OF[target.type]];
  const vain = Object.keys(spec).find((key) => !known.includes(key));
  if (vain !== undefined) {
    return {
      message: `"${vain}" means nothing at the publish target "${to}", which is of type ${target.type}`,
      hint: `There: ${known.join(', ')}`,
    };
  }
  // Of a model only its rows can tell all columns.
  const columns = node.kind === 'silver' ? node.columns.map(({ name }) => name) : [];
  const named = [
    ...(spec.columns ?? []),
    ...(spec.key ?? []),
    ...(spec.geometry ?? []).flatMap(({ from }) => from),
  ];
  const lost = columns.length === 0 ? undefined : named.find((name) => !columns.includes(name));
  if (lost !== undefined) {
    return {
      message: `${node.id} has no column "${lost}"`,
      hint: didYouMean(lost, columns) ?? `It has ${columns.join(', ')}`,
    };
  }
  const key = keyOf(node, spec);
  const apart = spec.columns && key.find((name) => !spec.columns!.includes(name));
  if (apart !== undefined && target.type === 'postgres') {
    return {
      message: `the key column "${apart}" is not among the columns that are published`,
      hint: `Add ${apart} to columns, or name another key`,
    };
  }
  if ((spec.mode === 'upsert' || spec.mode === 'sync') && key.length === 0) {
    return {
      message: `mode: ${spec.mode} needs a key, and ${node.id} has none`,
      hint: 'Say `key: [column]` here, or use mode: replace',
    };
  }
  return pathProblem(spec.path) ?? formatProblem(spec, target);
}

/** What would be refused when the file is written, told where it stands. */
function formatProblem(
  { path = '{name}.{format}', format }: PublishSpec,
  target: PublishTarget,
): { readonly message: string; readonly hint: string } | undefined {
  if (target.type !== 'files' && target.type !== 'gcs' && target.type !== 's3') return undefined;
  try {
    nameFormat({ path, asked: format, usual: target.format });
    return undefined;
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    return { message: error.message, hint: error.hint ?? '' };
  }
}

/** A path stays below the folder of its target. */
function pathProblem(
  path: string | undefined,
): { readonly message: string; readonly hint: string } | undefined {
  if (path === undefined) return undefined;
  const unknown = [...path.matchAll(/\{([^{}]*)\}/g)].find(
    ([, name]) => !(PLACEHOLDERS as readonly string[]).includes(name!),
  );
  if (unknown) {
    return {
      message: `the path has a placeholder ${unknown[0]} that is not known`,
      hint:
        didYouMean(unknown[1]!, PLACEHOLDERS) ??
        `Placeholders are ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')}`,
    };
  }
  // A slash at its end: a folder of parts.
  const parts = path.replace(/(?<=.)\/$/, '').split('/');
  if (
    path === '' ||
    path.startsWith('/') ||
    path.includes('\\') ||
    parts.some((part) => part === '..' || part === '.' || part === '')
  )
    return {
      message: `the path ${JSON.stringify(path)} is not below the folder of its target`,
      hint: 'Write names with / between them: exports/crashes.csv',
    };
  if (parts.some((part) => part.startsWith('.')))
    return {
      message: `the path ${JSON.stringify(path)} has a name that begins with a dot`,
      hint: 'Such names are those of temporary files at a publish target: take another one',
    };
  if (/(?:^|[./])manifest\.json$/i.test(path))
    return {
      message: `the path ${JSON.stringify(path)} is that of a manifest, which lake writes beside the files`,
      hint: 'Take another name',
    };
  return undefined;
}

function publicationOf({ node, spec, at }: Entry, target: PublishTarget): PublicationNode {
  const key = keyOf(node, spec);
  const name = isDatabase(target)
    ? [schemaOf(spec, target), spec.table ?? node.name].filter(Boolean).join('.')
    : (spec.path ?? `{name}.{format}`)
        .replaceAll('{name}', node.name)
        .replaceAll('{layer}', layerOf(node.id))
        .replaceAll('{format}', spec.format ?? ('format' in target ? target.format : undefined) ?? 'parquet');
  return {
    id: `${spec.to}/${name}`,
    node: node.id,
    to: spec.to,
    spec,
    key,
    definitionHash: hashOf({ spec, key, target }),
    at,
  };
}

/** The one that tables are in where nothing is said has no part in their names. */
function schemaOf({ schema }: PublishSpec, target: PublishTarget): string | undefined {
  const name = schema ?? (target.type === 'postgres' ? target.schema : undefined);
  return name === 'public' ? undefined : name;
}

const isDatabase = ({ type }: PublishTarget): boolean => ['postgres', 'duckdb', 'sqlite'].includes(type);

const layerOf = (id: string): string => id.slice(0, id.indexOf('.'));

/** What the entry says, else what the table is merged by. */
function keyOf(node: Entry['node'], { key }: PublishSpec): readonly string[] {
  if (key) return key;
  if (node.kind === 'silver') return node.key ?? [];
  if (node.snapshot) return [node.snapshot.names.dbt_scd_id];
  return node.incrementalSpec?.uniqueKey ?? [];
}
