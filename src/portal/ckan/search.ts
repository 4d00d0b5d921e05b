/** package_search and resource_search: words, `field:value`, sort, facets. Solr's, as far as people use it of a portal. */
import type { CkanOrigin, CkanPackage } from '../types.js';
import { organizationName, packageDict } from './catalogue.js';
import { invalid, searchError } from './errors.js';
import { given, integer, type Parameters } from './query.js';

/** What a package can be searched by, each with its values. */
const fields: Readonly<Record<string, (owner: CkanPackage) => readonly string[]>> = {
  name: (owner) => [owner.name],
  id: (owner) => [owner.id],
  title: (owner) => [owner.title],
  notes: (owner) => [owner.notes],
  organization: () => [organizationName],
  res_format: (owner) => [...new Set(owner.resources.map((resource) => resource.format))],
  dataset_category: (owner) => [owner.category],
  refresh_rate: (owner) => [owner.refreshRate],
  topics: (owner) => owner.topics.split(',').filter((topic) => topic !== ''),
  owner_division: (owner) => [owner.division],
  license_id: (owner) => [owner.license],
  tags: () => [],
  groups: () => [],
};

/** The `result` of package_search. @throws CkanError 409 for a field or sort that Solr would not know. */
export function packageSearch(origin: CkanOrigin, parameters: Parameters): Record<string, unknown> {
  const rows = Math.min(integer(parameters, 'rows', 10), 1000);
  const start = integer(parameters, 'start', 0);
  const tests = [...termsOf(parameters.q), ...termsOf(parameters.fq)];
  const found = origin.packages.filter((owner) => tests.every((test) => test(owner)));
  const sort = given(parameters.sort) ? String(parameters.sort) : 'score desc, metadata_modified desc';
  const sorted = [...found].sort(packageOrder(sort));
  return {
    count: found.length,
    sort,
    facets: Object.fromEntries(facetsOf(parameters, found).map(({ title, counts }) => [title, counts])),
    results: sorted.slice(start, start + rows).map((owner) => packageDict(origin, owner)),
    search_facets: Object.fromEntries(
      facetsOf(parameters, found).map(({ title, counts }) => [
        title,
        {
          title,
          items: Object.entries(counts).map(([name, count]) => ({ name, display_name: name, count })),
        },
      ]),
    ),
  };
}

/** The `result` of resource_search: `query` is `field:text`, one or a list. */
export function resourceSearch(origin: CkanOrigin, parameters: Parameters): Record<string, unknown> {
  if (!given(parameters.query)) throw invalid({ query: ['Missing value'] });
  const terms = (Array.isArray(parameters.query) ? parameters.query : [parameters.query]).map((term) => {
    const [, field, text] = /^(\w+):(.*)$/s.exec(String(term)) ?? [];
    if (field === undefined || text === undefined) throw invalid({ query: ['Must be <field>:<value>'] });
    return { field, text: text.toLowerCase() };
  });
  const resources = origin.packages.flatMap(
    (owner) => packageDict(origin, owner).resources as Record<string, unknown>[],
  );
  const unknown = terms.find(({ field }) => resources.length > 0 && !(field in resources[0]!));
  if (unknown !== undefined)
    throw invalid({ query: [`Field "${unknown.field}" not recognised in resource_search.`] });
  const results = resources.filter((resource) =>
    terms.every(({ field, text }) =>
      String(resource[field] ?? '')
        .toLowerCase()
        .includes(text),
    ),
  );
  const offset = integer(parameters, 'offset', 0);
  const limit = integer(parameters, 'limit', results.length);
  return { count: results.length, results: results.slice(offset, offset + limit) };
}

type Test = (owner: CkanPackage) => boolean;

/** `word`, `field:word`, `field:"several words"`, each with `-` or `+` before it; all must hold. */
function termsOf(query: unknown): Test[] {
  const text = given(query) ? String(query) : '';
  return [...text.matchAll(/([+-]?)(?:(\w+|\*):)?(?:"([^"]*)"|\(([^)]*)\)|([^\s"()]+))/g)].flatMap(
    ([, sign, field, quoted, group, word]): Test[] => {
      const wanted = (quoted ?? group ?? word ?? '').toLowerCase();
      if (/^(and)$/i.test(wanted) && field === undefined) return [];
      if (field === '*' || wanted === '*') return [];
      const values = field === undefined ? anyText : fields[field];
      if (values === undefined) throw searchError(`undefined field ${field}`);
      const isWords = field === undefined || field === 'title' || field === 'notes';
      const holds: Test = (owner) =>
        values(owner).some((value) =>
          isWords ? value.toLowerCase().includes(wanted) : value.toLowerCase() === wanted,
        );
      return [sign === '-' ? (owner) => !holds(owner) : holds];
    },
  );
}

function anyText(owner: CkanPackage): string[] {
  return [`${owner.name} ${owner.title} ${owner.notes} ${owner.resources.map(({ name }) => name).join(' ')}`];
}

/** By `name`, `title` or `metadata_modified`; a score is the same for all that match. */
function packageOrder(sort: string): (a: CkanPackage, b: CkanPackage) => number {
  const newest = (owner: CkanPackage) =>
    owner.resources
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1) ?? '';
  const keys = sort.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
    const key = {
      score: () => '',
      name: (owner: CkanPackage) => owner.name,
      title: (owner: CkanPackage) => owner.title,
      title_string: (owner: CkanPackage) => owner.title,
      metadata_modified: newest,
      last_refreshed: newest,
    }[name];
    if (key === undefined) throw searchError(`sort param field can't be found: ${name}`);
    return { key, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { key, sign } of keys) {
      if (key(a) !== key(b)) return key(a) < key(b) ? -sign : sign;
    }
    return 0;
  };
}

function facetsOf(
  parameters: Parameters,
  found: readonly CkanPackage[],
): { readonly title: string; readonly counts: Record<string, number> }[] {
  const asked = parameters['facet.field'];
  if (!given(asked)) return [];
  const names: unknown = typeof asked === 'string' ? JSON.parse(asked) : asked;
  return (Array.isArray(names) ? names : []).map((name) => {
    const values = fields[String(name)];
    if (values === undefined) throw searchError(`undefined field: "${name}"`);
    const counts: Record<string, number> = {};
    for (const value of found.flatMap(values)) counts[value] = (counts[value] ?? 0) + 1;
    return { title: String(name), counts };
  });
}
