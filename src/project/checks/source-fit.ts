/** Whether `source:` says where the data is, in the words of its portal's type. */
import type { Findings } from '../findings.js';
import { SLUG, SLUG_EXPECTED } from '../language.js';
import { oneOf } from '../sentence.js';
import type { Dataset, PagesSpec, Portal, PortalType } from '../types.js';
import type { YamlFile } from '../yaml/yaml-file.js';

const FITTING: Readonly<Record<PortalType, readonly string[]>> = {
  ckan: ['package', 'resource', 'url', 'records', 'family', 'for_each', 'missing', 'read', 'explode'],
  socrata: ['id', 'family', 'for_each'],
  github: ['files', 'records', 'family', 'for_each', 'missing', 'read', 'explode'],
  http: [
    'url',
    'urls',
    'records',
    'pages',
    'auth',
    'headers',
    'family',
    'for_each',
    'missing',
    'read',
    'explode',
  ],
};

/** Of these keys at least one says where the data is. */
const LOCATING: Readonly<Record<PortalType, readonly string[]>> = {
  ckan: ['package'],
  socrata: ['id', 'family'],
  github: ['files'],
  http: ['url', 'urls'],
};

/** Portals that list the ids of all rows, and whose rows keep theirs. */
const SWEEPABLE: readonly PortalType[] = ['socrata'];

/** Elsewhere every load asks for everything: nothing needs to be looked for, and nothing could be marked. */
function checkSweeps({ load }: Dataset, type: PortalType, doc: YamlFile, findings: Findings): void {
  if (SWEEPABLE.includes(type) || load.mode !== 'upsert') return;
  for (const key of ['sweep', 'deletes'] as const) {
    if (!doc.has(['load', key]) || (key === 'deletes' && load.deletes === 'hard')) continue;
    findings.add('LK1016', doc.atKey(['load', key]), `"${key}" does not fit a portal of type ${type}`, {
      hint: `It lists no lasting ids of its rows; every load asks it for everything, and rows that are gone leave: remove "${key}"`,
    });
  }
}

const FOUR_BY_FOUR = /^[a-z0-9]{4}-[a-z0-9]{4}$/;

/** Reports keys that do not fit the portal's type, exclude each other, or leave open where the data is. */
export function checkSource(dataset: Dataset, portal: Portal, doc: YamlFile, findings: Findings): void {
  const written = [...(doc.place(['source']).children?.keys() ?? [])];
  const { type } = portal;
  const called =
    portal.at.file === ''
      ? 'a source without a portal'
      : `the portal ${portal.name}, which is of type ${type}`;
  for (const key of written) {
    if (FITTING[type].includes(key) || !Object.values(FITTING).flat().includes(key)) continue;
    findings.add('LK1016', doc.atKey(['source', key]), `"${key}" does not fit ${called}`, {
      expected: oneOf(FITTING[type]),
      hint: `"${key}" is for portals of type ${oneOf(typesWith(key))}`,
    });
  }
  if (!LOCATING[type].some((key) => written.includes(key))) {
    findings.add('LK1017', doc.atKey(['source']), 'the source does not say where the data is', {
      expected: `${oneOf(LOCATING[type])}, for ${called}`,
    });
  }
  exclude(['url', 'urls'], written, doc, findings);
  if (type === 'socrata' && !dataset.source.id?.includes('{'))
    exclude(['id', 'family'], written, doc, findings);
  checkFamily(dataset, type, doc, findings);
  checkSweeps(dataset, type, doc, findings);
  checkPages(dataset, doc, findings);
  const { id } = dataset.source;
  if (type === 'socrata' && id !== undefined && !id.includes('{') && !FOUR_BY_FOUR.test(id)) {
    findings.add('LK1006', doc.at(['source', 'id']), `"id" cannot be "${id}"`, {
      expected: 'a four-by-four such as h9gi-nx95',
    });
  }
}

function typesWith(key: string): readonly string[] {
  return Object.entries(FITTING).flatMap(([type, keys]) => (keys.includes(key) ? [type] : []));
}

function exclude(
  [first, second]: readonly [string, string],
  written: readonly string[],
  doc: YamlFile,
  findings: Findings,
): void {
  if (!written.includes(first) || !written.includes(second)) return;
  findings.add('LK1030', doc.atKey(['source', second]), `"${first}" and "${second}" exclude each other`, {
    hint: 'Keep one of them',
  });
}

type PageKey = 'path' | 'param' | 'first';

/** Keys that some types of pages have no use for. */
const PAGE_KEYS: Readonly<Record<PagesSpec['type'], readonly PageKey[]>> = {
  next_link: ['path'],
  link_header: [],
  page: ['param', 'first'],
  offset: ['param', 'first'],
  cursor: ['path', 'param'],
};

function checkPages({ source }: Dataset, doc: YamlFile, findings: Findings): void {
  const { pages } = source;
  if (pages === undefined) return;
  const at = ['source', 'pages'];
  for (const key of ['path', 'param', 'first'] as const) {
    if (PAGE_KEYS[pages.type].includes(key) || !doc.has([...at, key])) continue;
    findings.add('LK1016', doc.atKey([...at, key]), `"${key}" does not fit pages of type ${pages.type}`, {
      hint: `"${key}" is for pages of type ${oneOf(Object.keys(PAGE_KEYS).filter((type) => PAGE_KEYS[type as PagesSpec['type']].includes(key)))}`,
    });
  }
  if (pages.type === 'cursor' && pages.path === undefined) {
    findings.add('LK1005', doc.atKey(at), '"path" is missing', {
      hint: 'Say where the next cursor stands in the body, such as path: meta.next_cursor',
    });
  }
  if (pages.size !== undefined && pages.sizeParam === undefined) {
    findings.add('LK1005', doc.atKey([...at, 'size']), '"size_param" is missing', {
      hint: 'Say which query parameter carries the size, such as size_param: per_page',
    });
  }
  if (source.read?.sheet !== undefined) {
    findings.add('LK1030', doc.atKey(at), '"pages" and "read.sheet" exclude each other', {
      hint: 'A workbook comes whole',
    });
  }
}

function checkFamily({ source }: Dataset, type: PortalType, doc: YamlFile, findings: Findings): void {
  if (!doc.has(['source', 'family'])) return;
  const variables = [...(doc.place(['source', 'family']).children?.keys() ?? [])].filter(
    (key) => key !== 'catalogue',
  );
  const at = doc.atKey(['source', 'family']);
  if (variables.length !== 1) {
    const found =
      variables.length === 0 ? 'no variable' : `${variables.length} variables: ${variables.join(', ')}`;
    findings.add('LK1017', at, `a family has one variable, and this one has ${found}`, {
      expected: 'one name and its members, such as year: {2024: b7dx-7gc3}',
    });
    return;
  }
  const [variable] = variables as [string];
  const path = ['source', 'family', variable];
  if (!SLUG.test(variable)) {
    findings.add('LK1011', doc.atKey(path), `"${variable}" is not a valid name`, {
      expected: SLUG_EXPECTED,
    });
  }
  const members = Object.entries(source.family?.members ?? {});
  if (members.length === 0)
    findings.add('LK1017', doc.atKey(path), `the family has no members`, {
      hint: 'Write at least one, or remove the family',
    });
  if (type !== 'socrata') return;
  for (const [member, id] of members) {
    if (FOUR_BY_FOUR.test(id)) continue;
    findings.add('LK1006', doc.at([...path, member]), `"${member}" cannot be "${id}"`, {
      expected: 'a four-by-four such as h9gi-nx95',
    });
  }
}
