/** How `from:` finds a portal's column, in whatever dialect a part of a load is written. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './support/city.js';
import { type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

/** A bag of the rows of several files, with these fields. */
function files(fields: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>>) {
  return (name: string): Scenario => {
    const urls = Object.keys(texts).map((path) => `${name}/${path}`);
    const lines = Object.entries(fields).map(([field, type]) => `  ${field}: ${type}\n`);
    return {
      files: {
        [`datasets/${name}.yml`]: `dataset: ${name}\nportal: files\nsource: {urls: [${urls.join(', ')}]}\nkey: none\nfields:\n${lines.join('')}`,
      },
      days: [
        { files: Object.fromEntries(Object.entries(texts).map(([path, text]) => [`${name}/${path}`, text])) },
      ],
    };
  };
}

const NESTED = JSON.stringify([
  { n: 1, team: { id: 7 }, location: [1.5, 2], 'flat.name': 'whole' },
  { n: 2, team: null, location: [] },
  { n: 3, team: { id: null }, location: [0] },
]);

const POINTS = [
  '{"type": "Point", "coordinates": [-79.4, 43.7]}',
  '{"type": "MultiPoint", "coordinates": [[-79.4, 43.7]]}',
  "{'type': 'Point', 'coordinates': [-79.4, 43.7]}",
  'POINT (-79.4 43.7)',
  'SRID=4326;POINT(-79.4 43.7)',
  '(43.7, -79.4)',
  'c(-79.4, 43.7)',
  '{"latitude": "43.7", "longitude": "-79.4", "human_address": ""}',
  '{"x": -79.4, "y": 43.7}',
];
const NOWHERE = ['', 'nowhere', '{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}'];

function csv(column: string, values: readonly string[]): string {
  return `n,${column}\n${values.map((value, n) => `${n},"${value.replaceAll('"', '""')}"\n`).join('')}`;
}

const SCENARIOS = {
  loose: files(
    { n: 'integer', action_taken: 'varchar' },
    {
      'a.csv': 'n,ActionTaken\n1,case\n',
      'b.csv': 'n,"Action, taken?"\n2,punctuation\n',
      'c.csv': 'n,Action Taken,action_taken\n3,not me,exact\n',
      'd.csv': 'n\n4\n',
    },
  ),
  ambiguous: files({ action_taken: 'varchar' }, { 'a.csv': 'ActionTaken,Action Taken\n1,2\n' }),
  system_columns: files(
    { id: 'varchar', number: '{from: _id}', other: "{from: ':id'}" },
    { 'a.csv': '_id,:id,ID\n7,row-x,1\n', 'b.csv': '_id,:id\n8,row-y\n' },
  ),
  dialects: files(
    { n: 'integer', category: '{from: [CSI_CATEGORY, MCI_CATEGORY, MCI]}' },
    {
      'a.csv': 'n,MCI\n1,Assault\n',
      'b.csv': 'n,mci category,MCI\n2,Robbery,old\n',
      'c.csv': 'n,CSI_CATEGORY,MCI\n3,,old\n',
      'd.csv': 'n\n4\n',
    },
  ),
  coalesced: files(
    { n: 'integer', name: "{coalesce: [nick, name, full], null_if: ['', NA]}" },
    { 'a.csv': 'n,nick,name\n1,Nick,Name\n2,NA,Name\n3,,\n', 'b.csv': 'n,full\n4,Full\n' },
  ),
  paths: files(
    {
      n: 'integer',
      team_id: '{from: team.id, type: integer}',
      x: "{from: 'location[0]', type: double}",
      y: "{from: 'location[1]', type: double}",
      deep: '{from: team.id.deeper}',
      flat: '{from: flat.name}',
    },
    { 'a.json': NESTED },
  ),
  no_json: files(
    { n: 'integer', x: '{from: team.id}' },
    { 'a.csv': csv('team', ['{broken', 'plain', '[1]']) },
  ),
  points: files(
    { n: 'integer', x: '{from: geometry.x, type: double}', y: '{from: geometry.y, type: double}' },
    { 'a.csv': csv('geometry', [...POINTS, ...NOWHERE]) },
  ),
  years: (name: string): Scenario => ({
    files: {
      [`datasets/${name}_known.yml`]: `dataset: ${name}_known\nportal: files\nsource: {url: ${name}.csv}\nkey: [year]\nfields: {year: integer}\n`,
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: files
source: {for_each: {dataset: ${name}_known}, url: '${name}/{year}.csv'}
key: [year, n]
fields: {year: {from: _year, type: integer}, n: integer}
`,
    },
    days: [
      {
        files: {
          [`${name}.csv`]: 'year\n2025\n2026\n',
          [`${name}/2025.csv`]: 'n\n1\n',
          [`${name}/2026.csv`]: 'n\n1\n2\n',
        },
      },
    ],
  }),
};

let project: ScenarioCity;
let built: Built;
beforeAll(async () => {
  project = scenarioCity(SCENARIOS);
  built = await project.build({ exit: 1 });
});
afterAll(() => project.remove());
const silver = (name: string) =>
  project.query(`select columns(c -> c <> '_load_id') from silver.${name} order by all`);

describe('a name', () => {
  test('is matched without case, blanks, `_` and punctuation; exactly first; what no part has is NULL', async () => {
    expect(await silver('loose')).toEqual([
      [1, 'case'],
      [2, 'punctuation'],
      [3, 'exact'],
      [4, null],
    ]);
  });

  test('that fits two columns of a part is an error that names both, and the manifest', () => {
    expect(built.node('silver.ambiguous').error).toMatchObject({
      code: 'LK4005',
      message: 'ambiguous: "action_taken" may be any of the portal\'s columns "ActionTaken", "Action Taken"',
      hint: expect.stringContaining('datasets/ambiguous.yml'),
    });
  });

  test('of a system column is matched exactly alone: `id` is neither `_id` nor `:id`', async () => {
    expect(await silver('system_columns')).toEqual([
      ['1', '7', 'row-x'],
      [null, '8', 'row-y'],
    ]);
  });
});

describe('a list of names', () => {
  test('is read dialect by dialect: the first that is present in the part, even where it is empty', async () => {
    expect(await silver('dialects')).toEqual([
      [1, 'Assault'],
      [2, 'Robbery'],
      [3, null],
      [4, null],
    ]);
  });

  test('coalesce takes the first value of the row that is not null, after null_if', async () => {
    expect(await silver('coalesced')).toEqual([
      [1, 'Nick'],
      [2, 'Name'],
      [3, null],
      [4, 'Full'],
    ]);
  });
});

describe('a path', () => {
  test('reaches into objects and lists, is a whole column’s name first, and yields NULL where there is nothing', async () => {
    expect(await silver('paths')).toEqual([
      [1, 7, 1.5, 2, null, 'whole'],
      [2, null, null, null, null, null],
      [3, null, 0, null, null, null],
    ]);
  });

  test('into a text that is no JSON yields NULL, not an error', async () => {
    expect((await silver('no_json')).map(([, x]) => x)).toEqual([null, null, null]);
  });

  test('geometry.x and .y read a point in every spelling that portals have, and nothing else', async () => {
    expect(await silver('points')).toEqual([
      ...POINTS.map((_, n) => [n, -79.4, 43.7]),
      ...NOWHERE.map((_, n) => [POINTS.length + n, null, null]),
    ]);
  });
});

describe('a variable', () => {
  test('of an address is a column, told apart part by part', async () => {
    expect(await silver('years')).toEqual([
      [2025, 1],
      [2026, 1],
      [2026, 2],
    ]);
    expect(
      await project.query('select _year, count(*)::int from bronze.years group by 1 order by 1'),
    ).toEqual([
      ['2025', 1],
      ['2026', 2],
    ]);
  });
});
