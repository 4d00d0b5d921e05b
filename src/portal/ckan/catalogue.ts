/** Packages and resources as package_show tells them, with the keys and oddities of Toronto's CKAN 2.9. */
import { stableUuid } from '../folder/stable-uuid.js';
import type { CkanOrigin, CkanPackage, CkanResource } from '../types.js';

const created = '2019-07-23T17:02:12.916986';
const copyFormats = ['CSV', 'XML', 'JSON'] as const;
/** The formats of cache copies. */
export type CopyFormat = (typeof copyFormats)[number];

/** A file that the datastore-cache extension keeps of a datastore resource. */
export interface CacheCopy {
  readonly id: string;
  readonly format: CopyFormat;
  readonly filename: string;
}

/** The cache copies of a resource; none of an upload. */
export function cacheCopies(resource: CkanResource): CacheCopy[] {
  if (!resource.cacheCopies || resource.table === undefined) return [];
  const slug = resource.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return copyFormats.map((format) => ({
    id: stableUuid(`${resource.id} ${format}`),
    format,
    filename: `${slug}.${format.toLowerCase()}`,
  }));
}

/** `2026-10-01T10:00:10.425000`: CKAN's naive timestamps. */
export function naive(instant: string): string {
  return instant.replace('Z', '000');
}

/** The name of the one organization that owns every package. */
export const organizationName = 'city-of-toronto';

/** That organization as organization_list tells it. */
export function organizationDict(origin: CkanOrigin) {
  return {
    id: stableUuid(`${origin.origin} organization`),
    name: organizationName,
    title: 'City of Toronto',
    display_name: 'City of Toronto',
    type: 'organization',
    description: '',
    image_url: '',
    image_display_url: '',
    created,
    is_organization: true,
    approval_status: 'approved',
    state: 'active',
    package_count: origin.packages.length,
    num_followers: 0,
  };
}

/** A package as package_show tells it, its resources and their cache copies included. */
export function packageDict(origin: CkanOrigin, spec: CkanPackage): Record<string, unknown> {
  const resources: Record<string, unknown>[] = [];
  for (const resource of spec.resources) {
    resources.push(resourceDict(origin, spec, resource, resources.length));
    for (const copy of cacheCopies(resource)) {
      resources.push(copyDict(origin, spec, resource, copy, resources.length));
    }
  }
  const formats = [...new Set(resources.map((resource) => resource.format))];
  const refreshed =
    spec.resources
      .map((resource) => resource.updatedAt)
      .sort()
      .at(-1) ?? '2019-07-23T17:02:12.916Z';
  return {
    author: null,
    author_email: null,
    dataset_category: spec.category,
    excerpt: spec.notes.split('\r\n')[0],
    formats: formats.join(','),
    id: spec.id,
    is_retired: 'false',
    isopen: false,
    last_refreshed: naive(refreshed).replace('T', ' '),
    license_id: spec.license,
    license_title: spec.license,
    maintainer: null,
    metadata_created: created,
    metadata_modified: naive(refreshed),
    name: spec.name,
    notes: spec.notes,
    num_resources: resources.length,
    num_tags: 0,
    organization: packageOwner(origin),
    owner_division: spec.division,
    owner_org: organizationDict(origin).id,
    private: false,
    refresh_rate: spec.refreshRate,
    state: 'active',
    title: spec.title,
    topics: spec.topics,
    type: 'dataset',
    url: null,
    version: null,
    resources,
    tags: [],
    groups: [],
    relationships_as_subject: [],
    relationships_as_object: [],
  };
}

function packageOwner(origin: CkanOrigin) {
  const { id, name, title, type, description, image_url, is_organization, approval_status, state } =
    organizationDict(origin);
  return { id, name, title, type, description, image_url, created, is_organization, approval_status, state };
}

function resourceDict(origin: CkanOrigin, owner: CkanPackage, resource: CkanResource, position: number) {
  const copies = cacheCopies(resource);
  const inDatastore = resource.table !== undefined;
  return {
    cache_last_updated: null,
    cache_url: null,
    created,
    datastore_active: inDatastore,
    ...(copies.length > 0 && {
      datastore_cache: Object.fromEntries(copies.map((copy) => [copy.format, copy.id])),
      datastore_cache_last_update: naive(resource.updatedAt),
    }),
    format: resource.format,
    hash: '',
    id: resource.id,
    is_datastore_cache_file: false,
    is_preview: inDatastore,
    last_modified: naive(resource.updatedAt),
    metadata_modified: naive(resource.updatedAt),
    mimetype: null,
    mimetype_inner: null,
    name: resource.name,
    package_id: owner.id,
    position,
    resource_type: null,
    size: resource.file?.bytes ?? null,
    state: 'active',
    url: inDatastore
      ? `${origin.internalOrigin}/datastore/dump/${resource.id}`
      : `${origin.origin}${downloadPath(owner, resource.id, resource.filename)}`,
    url_type: inDatastore ? 'datastore' : 'upload',
  };
}

function copyDict(
  origin: CkanOrigin,
  owner: CkanPackage,
  resource: CkanResource,
  copy: CacheCopy,
  position: number,
) {
  return {
    cache_last_updated: null,
    cache_url: null,
    created,
    datastore_active: false,
    datastore_resource_id: resource.id,
    format: copy.format,
    hash: '',
    id: copy.id,
    is_datastore_cache_file: true,
    last_modified: naive(resource.updatedAt),
    metadata_modified: naive(resource.updatedAt),
    mimetype: 'application/octet-stream',
    mimetype_inner: null,
    name: `${resource.name}.${copy.format.toLowerCase()}`,
    package_id: owner.id,
    position,
    resource_type: null,
    size: null,
    state: 'active',
    url: `${origin.internalOrigin}${downloadPath(owner, copy.id, copy.filename)}`,
    url_type: 'upload',
  };
}

function downloadPath(owner: CkanPackage, resourceId: string, filename: string): string {
  return `/dataset/${owner.id}/resource/${resourceId}/download/${encodeURIComponent(filename)}`;
}
