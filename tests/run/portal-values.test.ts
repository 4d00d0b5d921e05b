/** What only one kind of portal sends: Socrata's values with parts of their own, CKAN's row numbers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type City, city } from './support/city.js';
import type { PortalContent } from './support/portal.js';

const PLACE = '{"latitude":"43.7","longitude":"-79.4","human_address":"{\\"city\\":\\"Toronto\\"}"}';
const LINK = '{"url":"https://example.org/1","description":"one"}';
const PARKS = [
  { PARK: 'High Park', HECTARES: '161' },
  { PARK: 'Riverdale', HECTARES: '18.5' },
  { PARK: 'Trinity', HECTARES: '15' },
];
const served = (parks: PortalContent['ckan'], at: string): PortalContent => ({
  socrata: {
    'tree-0001': {
      columns: { n: 'number', place: 'text', link: 'text' },
      rows: [
        { n: 1, place: PLACE, link: LINK },
        { n: 2, place: null, link: null },
      ],
    },
  },
  files: { 'trees.json': `[{"n":1,"place":${PLACE},"link":${LINK}},{"n":2}]` },
  ckan: { parks: { ...parks!['parks']!, at } },
});
const COLUMNS = { PARK: 'text', HECTARES: 'text' };
const FIELDS = `key: none
fields:
  n: integer
  latitude: {from: place.latitude, type: double}
  link: {from: link.url}
`;

let project: City;
beforeAll(async () => {
  project = city(
    {
      'datasets/trees.yml': `dataset: trees\nportal: soda\nsource: {id: tree-0001}\n${FIELDS}`,
      'datasets/trees_json.yml': `dataset: trees_json\nportal: files\nsource: {url: /trees.json}\n${FIELDS}`,
      'datasets/parks.yml':
        'dataset: parks\nportal: ckan\nsource: {package: parks}\nkey: [park]\nfields: {park: varchar, hectares: double}\n',
    },
    served({ parks: { columns: COLUMNS, rows: PARKS } }, '2026-10-01T10:00:00Z'),
  );
  await project.build();
}, 120_000);
afterAll(() => project.remove());

describe('values of Socrata', () => {
  it('B13: a location and an address of the web are text in bronze, as they came, and their parts are fields', async () => {
    for (const name of ['trees', 'trees_json']) {
      const kept = await project.query(`select place, link from bronze.${name} order by n`);
      expect([name, kept.map((row) => row.map((value) => JSON.parse(String(value || 'null'))))]).toEqual([
        name,
        [
          [JSON.parse(PLACE), JSON.parse(LINK)],
          [null, null],
        ],
      ]);
      expect([name, await project.query(`select n, latitude, link from silver.${name} order by n`)]).toEqual([
        name,
        [
          [1, 43.7, 'https://example.org/1'],
          [2, null, null],
        ],
      ]);
    }
  });
});

describe('row numbers of CKAN', () => {
  it('B12: rows whose `_id` is dealt anew when the portal loads its table again change nothing in silver', async () => {
    const numbers = () =>
      project.query(
        `select PARK, _id from bronze.parks where _load_id = (select max(_load_id) from bronze.parks) order by all`,
      );
    const dealt = await numbers();
    const rows = () => project.query('select park, hectares from silver.parks order by park');
    const before = [await rows(), (await project.state('silver.parks')).dataVersion];
    expect(before[0]).toHaveLength(3);
    const again = { parks: { columns: COLUMNS, rows: [...PARKS].reverse() } };
    project.serve(served(again, '2026-10-02T10:00:00Z'));
    const built = await project.build();
    expect(built.statuses['bronze.parks']).toBe('success');
    expect(await numbers()).not.toEqual(dealt);
    expect([await rows(), (await project.state('silver.parks')).dataVersion]).toEqual(before);
  });
});
