/** Who publishes what: organizations, licences, the site itself. One city's portal has one organization. */
import type { CkanOrigin } from '../types.js';
import { organizationDict, organizationName, packageDict } from './catalogue.js';
import { notFound } from './errors.js';
import { boolean, given, integer, type Parameters } from './query.js';

/** Part of a list by `limit` and `offset`. */
export function paged<T>(all: readonly T[], parameters: Parameters): T[] {
  const offset = integer(parameters, 'offset', 0);
  return all.slice(offset, offset + integer(parameters, 'limit', all.length));
}

/** The `result` of organization_list: names, or with `all_fields` objects. */
export function organizationList(origin: CkanOrigin, parameters: Parameters): unknown {
  const wanted = given(parameters.organizations) ? String(parameters.organizations) : organizationName;
  if (!wanted.includes(organizationName)) return [];
  return boolean(parameters, 'all_fields', false) ? [organizationDict(origin)] : [organizationName];
}

/** The `result` of organization_show. @throws CkanError 404 for any other organization. */
export function organizationShow(origin: CkanOrigin, id: string, parameters: Parameters): unknown {
  const organization = organizationDict(origin);
  if (id !== organizationName && id !== organization.id) throw notFound('Not found');
  const datasets = boolean(parameters, 'include_datasets', false);
  return {
    ...organization,
    users: [],
    tags: [],
    groups: [],
    extras: [],
    ...(datasets && { packages: origin.packages.map((owner) => packageDict(origin, owner)) }),
  };
}

/** The `result` of license_list: the licences that are in use. */
export function licenseList(origin: CkanOrigin): unknown {
  const ids = [...new Set(origin.packages.map((owner) => owner.license))].sort();
  return ids.map((id) => ({ id, title: id, url: '', status: 'active', domain_data: true }));
}

/** The `result` of status_show. */
export function statusShow(origin: CkanOrigin): unknown {
  return {
    ckan_version: '2.9.5',
    site_url: origin.origin,
    site_title: 'Local portal',
    site_description: '',
    error_emails_to: null,
    locale_default: 'en',
    extensions: ['datastore'],
  };
}
