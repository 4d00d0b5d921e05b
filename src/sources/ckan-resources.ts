import { LakeError } from '../errors/lake-error.js';
import type { SourceSpec } from '../project/types.js';

/** What lake needs of a resource in package_show; all of it may be missing or of the wrong type in the wild. */
export interface CkanResource {
  readonly id: string;
  readonly name: string;
  /** Upper case, trimmed: `CSV`. */
  readonly format: string;
  readonly inDatastore: boolean;
  readonly cacheCopy: boolean;
  readonly active: boolean;
  readonly url: string;
  readonly urlType: string;
  readonly lastModified?: string;
}

export interface ChosenResource {
  readonly resource: CkanResource;
  /** Values of the `{variable}`s in `resource: {name:}`. */
  readonly variables: Readonly<Record<string, string>>;
}

const readable: ReadonlySet<string> = new Set(['CSV', 'TSV', 'JSON', 'GEOJSON', 'XLSX', 'PARQUET', 'ZIP']);

/** The `resources` of `package_show`, read tolerantly: portals leave fields out and write booleans as text. */
export function readResources(list: unknown): readonly CkanResource[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((raw: Record<string, unknown>) => {
    if (typeof raw?.['id'] !== 'string') return [];
    return [
      {
        id: raw['id'],
        name: text(raw['name']),
        format: text(raw['format']).replace(/^\./, '').toUpperCase(),
        inDatastore: isTrue(raw['datastore_active']),
        cacheCopy: isTrue(raw['is_datastore_cache_file']),
        active: raw['state'] === undefined || raw['state'] === null || raw['state'] === 'active',
        url: text(raw['url']),
        urlType: text(raw['url_type']),
        ...(text(raw['last_modified']) === '' ? {} : { lastModified: text(raw['last_modified']) }),
      },
    ];
  });
}

/**
 * The resources that a manifest means. Copies that the portal makes of its own datastore never count; a datastore
 * resource wins over files; then the order of `format`. With `{variable}`s in the name there is one for each of their values.
 * @throws LakeError LK3003 when none is left, LK3004 when two are, each listing what there is.
 */
export function chooseResources(
  packageName: string,
  resources: readonly CkanResource[],
  wanted: SourceSpec['resource'] = {},
): readonly ChosenResource[] {
  const formats = (wanted.format ?? []).map((format) => format.trim().replace(/^\./, '').toUpperCase());
  const pattern = wanted.name === undefined ? undefined : namePattern(wanted.name);
  const originals = resources.filter((resource) => resource.active && !resource.cacheCopy);
  const groups = new Map<string, ChosenResource[]>();
  for (const resource of originals) {
    if (wanted.id !== undefined && resource.id !== wanted.id) continue;
    if (
      formats.length > 0
        ? !formats.includes(resource.format)
        : !resource.inDatastore && !readable.has(resource.format)
    )
      continue;
    const match = pattern?.exec(resource.name);
    if (pattern && !match) continue;
    const variables = { ...match?.groups };
    const group = JSON.stringify(variables);
    groups.set(group, [...(groups.get(group) ?? []), { resource, variables }]);
  }
  if (groups.size === 0) {
    throw new LakeError(
      'LK3003',
      `No resource of package "${packageName}" matches; it has ${describe(originals)}`,
      {
        hint: 'Narrow it by another resource: {format, name, id}; CSV, TSV, JSON, GeoJSON, XLSX, Parquet and ZIP can be read',
        details: { package: packageName },
      },
    );
  }
  return [...groups.values()].map((group) => theOne(packageName, group, formats));
}

function theOne(
  packageName: string,
  group: readonly ChosenResource[],
  formats: readonly string[],
): ChosenResource {
  const inDatastore = group.filter(({ resource }) => resource.inDatastore);
  const left = inDatastore.length > 0 ? inDatastore : group;
  const rank = ({ resource }: ChosenResource) => formats.indexOf(resource.format);
  const best = Math.min(...left.map(rank));
  const first = left.filter((one) => rank(one) === best);
  if (first.length === 1) return first[0]!;
  throw new LakeError(
    'LK3004',
    `${first.length} resources of package "${packageName}" match: ${describe(first.map(({ resource }) => resource))}`,
    {
      hint: 'Choose one by resource: {name: …} or {id: …}',
      details: { package: packageName },
    },
  );
}

/** `*` stands for any text, `?` for one character, `{variable}` for a part that becomes a column; case does not count. */
function namePattern(name: string): RegExp {
  const seen = new Set<string>();
  const source = name
    .trim()
    .split(/(\*|\?|\{[A-Za-z_]\w*\})/)
    .map((piece) => {
      if (piece === '*') return '.*';
      if (piece === '?') return '.';
      const variable = /^\{(\w+)\}$/.exec(piece)?.[1];
      if (variable === undefined) return piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      if (seen.has(variable)) return `\\k<${variable}>`;
      seen.add(variable);
      return `(?<${variable}>.+?)`;
    })
    .join('');
  return new RegExp(`^\\s*${source}\\s*$`, 'is');
}

function describe(resources: readonly CkanResource[]): string {
  if (resources.length === 0) return 'no resources';
  const named = resources.slice(0, 12).map((resource) => {
    return `"${resource.name}" (${resource.format || 'no format'}${resource.inDatastore ? ', datastore' : ''}, ${resource.id})`;
  });
  return named.join(', ') + (resources.length > 12 ? ` and ${resources.length - 12} more` : '');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** Booleans come as `true`, `"true"` or `"True"`. */
function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
