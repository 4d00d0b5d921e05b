/**
 * `datapackage.json` in a table's folder: what the table is, where it comes from, who may use it.
 * Source: Frictionless Data Package, https://datapackage.org/standard/data-package/
 */
import type { DeltaStruct, DeltaType } from './delta/schema.js';
import type { StoredHead } from './head.js';
import type { TableSource } from './types.js';

/** A plain object for JSON. Sources and licences are those of the table's property `lake.sources`. */
export function dataPackage({ table, state }: StoredHead, schema: DeltaStruct): object {
  const { description, properties } = state.delta;
  const comments = state.documents?.comments ?? {};
  const sources = JSON.parse(properties['lake.sources'] ?? '[]') as readonly TableSource[];
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: table.toLowerCase(),
    ...(description === undefined ? {} : { description }),
    version: String(state.version),
    created: state.at,
    ...rightsOf(sources),
    resources: [
      {
        name: table.toLowerCase(),
        // A resource needs paths or data; an empty table has no file.
        ...(state.files.length === 0 ? { data: [] } : { path: state.files.map((file) => file.path) }),
        format: 'parquet',
        mediatype: 'application/vnd.apache.parquet',
        schema: {
          fields: schema.fields.map(({ name, type }) => ({
            name,
            type: fieldType(type),
            ...(comments[name] === undefined ? {} : { description: comments[name] }),
          })),
        },
      },
    ],
  };
}

/**
 * Where rows come from, who is to be named, and on what terms they may be used. The profile of the standard knows names of licences
 * without blanks alone: what a manifest says stands in the title.
 */
export function rightsOf(sources: readonly TableSource[]): object {
  if (sources.length === 0) return {};
  const licenses = [...new Set(sources.flatMap(({ license }) => (license === undefined ? [] : [license])))];
  const owners = [...new Set(sources.filter(({ title, path }) => title !== path).map(({ title }) => title))];
  return {
    sources: sources.map(({ title, path }) => ({ title, path })),
    ...(owners.length > 0 && {
      contributors: owners.map((title) => ({ title, roles: ['publisher'] })),
    }),
    ...(licenses.length > 0 && { licenses: licenses.map(licenseOf) }),
  };
}

function licenseOf(text: string): object {
  if (/^https?:\/\//.test(text)) return { path: text };
  const name = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return name === text ? { name } : { name: name || 'other', title: text };
}

/** Table Schema's field types, https://datapackage.org/standard/table-schema/#field-types */
function fieldType(type: DeltaType): string {
  if (typeof type !== 'string') return type.type === 'array' ? 'array' : 'object';
  if (['byte', 'short', 'integer', 'long'].includes(type)) return 'integer';
  if (['float', 'double'].includes(type) || type.startsWith('decimal')) return 'number';
  if (type.startsWith('timestamp')) return 'datetime';
  return type === 'boolean' || type === 'date' ? type : 'string';
}
