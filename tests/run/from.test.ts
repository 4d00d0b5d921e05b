/** How `from:` finds a portal's column, in whatever dialect a part of a load is written. */
import { afterEach, describe, expect, test } from 'vitest';
import { type City, city } from './support/city.js';

let project: City;
afterEach(() => project.remove());

/** A dataset of CSV or JSON files with these fields; the rows of silver, by the first field. */
async function silver(
  fields: string,
  files: Readonly<Record<string, string>>,
  source = `{urls: [${Object.keys(files).join(', ')}]}`,
): Promise<unknown[][]> {
  project = city(
    { 'datasets/x.yml': `dataset: x\nportal: files\nsource: ${source}\nkey: none\nfields:\n${fields}` },
    { files },
  );
  await project.build();
  return project.query("select columns(c -> c <> '_load_id') from silver.x order by all");
}

/** The error of the silver node. */
async function silverError(fields: string, files: Readonly<Record<string, string>>) {
  project = city(
    {
      'datasets/x.yml': `dataset: x\nportal: files\nsource: {urls: [${Object.keys(files).join(', ')}]}\nkey: none\nfields:\n${fields}`,
    },
    { files },
  );
  return (await project.build({ exit: 1 })).node('silver.x').error;
}

describe('a name', () => {
  test('is matched without case, blanks, `_` and punctuation; exactly first', async () => {
    const rows = await silver('  action_taken: varchar\n  id: varchar\n', {
      'a.csv': 'id,ActionTaken\n1,loose\n',
      'b.csv': 'ID,"Action, taken?"\n2,punctuation\n',
      'c.csv': 'id,Action Taken,action_taken\n3,not me,exact\n',
      'd.csv': 'id\n4\n',
    });
    expect(rows).toEqual([
      ['exact', '3'],
      ['loose', '1'],
      ['punctuation', '2'],
      [null, '4'],
    ]);
  });

  test('that fits two columns of a load is an error that names both and the manifest', async () => {
    expect(
      await silverError('  action_taken: varchar\n', { 'a.csv': 'ActionTaken,Action Taken\n1,2\n' }),
    ).toMatchObject({
      code: 'LK4005',
      message: 'x: "action_taken" may be any of the portal\'s columns "ActionTaken", "Action Taken"',
      hint: expect.stringContaining('datasets/x.yml'),
    });
  });

  test('of a system column is matched exactly alone: `id` is not `_id`', async () => {
    const rows = await silver('  id: varchar\n  number: {from: _id}\n  other: {from: ":id"}\n', {
      'a.csv': '_id,:id,ID\n7,row-x,1\n',
      'b.csv': '_id,:id\n8,row-y\n',
    });
    expect(rows).toEqual([
      ['1', '7', 'row-x'],
      [null, '8', 'row-y'],
    ]);
  });
});

describe('a list of names', () => {
  test('is read dialect by dialect: the first that is present in the part, even if it is empty there', async () => {
    const rows = await silver('  n: integer\n  category: {from: [CSI_CATEGORY, MCI_CATEGORY, MCI]}\n', {
      'a.csv': 'n,MCI\n1,Assault\n',
      'b.csv': 'n,mci category,MCI\n2,Robbery,old\n',
      'c.csv': 'n,CSI_CATEGORY,MCI\n3,,old\n',
      'd.csv': 'n\n4\n',
    });
    expect(rows).toEqual([
      [1, 'Assault'],
      [2, 'Robbery'],
      [3, null],
      [4, null],
    ]);
  });

  test('coalesce takes the first value of the row that is not null, after null_if', async () => {
    const rows = await silver("  n: integer\n  name: {coalesce: [nick, name, full], null_if: ['', NA]}\n", {
      'a.csv': 'n,nick,name\n1,Nick,Name\n2,NA,Name\n3,,\n',
      'b.csv': 'n,full\n4,Full\n',
    });
    expect(rows).toEqual([
      [1, 'Nick'],
      [2, 'Name'],
      [3, null],
      [4, 'Full'],
    ]);
  });
});

describe('a path', () => {
  const nested = JSON.stringify([
    { n: 1, team: { id: 7, 'odd "name"': 'x' }, location: [1.5, 2], 'flat.name': 'whole' },
    { n: 2, team: null, location: [] },
    { n: 3, team: { id: null }, location: [0] },
  ]);

  test('reaches into objects and lists, and yields NULL where there is nothing', async () => {
    const rows = await silver(
      '  n: integer\n  team_id: {from: team.id, type: integer}\n  x: {from: "location[0]", type: double}\n  y: {from: "location[1]", type: double}\n  deep: {from: team.id.deeper}\n',
      { 'a.json': nested },
    );
    expect(rows).toEqual([
      [1, 7, 1.5, 2, null],
      [2, null, null, null, null],
      [3, null, 0, null, null],
    ]);
  });

  test('is a whole column’s name first', async () => {
    expect(await silver('  n: integer\n  flat: {from: flat.name}\n', { 'a.json': nested })).toEqual([
      [1, 'whole'],
      [2, null],
      [3, null],
    ]);
  });

  test('of a column that is no JSON is NULL, not an error', async () => {
    expect(
      await silver('  n: integer\n  x: {from: team.id}\n', { 'a.csv': 'n,team\n1,{broken\n2,plain\n' }),
    ).toEqual([
      [1, null],
      [2, null],
    ]);
  });

  test('geometry.x and .y read a point in every spelling that portals have', async () => {
    const points = [
      `{"type": "Point", "coordinates": [-79.4, 43.7]}`,
      `{'type': 'Point', 'coordinates': [-79.4, 43.7]}`,
      'POINT (-79.4 43.7)',
      'SRID=4326;POINT(-79.4 43.7)',
      '(43.7, -79.4)',
      'c(-79.4, 43.7)',
      `{"latitude": "43.7", "longitude": "-79.4", "human_address": ""}`,
      `{"x": -79.4, "y": 43.7}`,
      `{"type": "MultiPoint", "coordinates": [[-79.4, 43.7]]}`,
      '',
      'nowhere',
    ];
    const csv = ['n,geometry', ...points.map((point, n) => `${n},"${point.replaceAll('"', '""')}"`)].join(
      '\n',
    );
    const rows = await silver(
      '  n: integer\n  x: {from: geometry.x, type: double}\n  y: {from: geometry.y, type: double}\n',
      { 'a.csv': `${csv}\n` },
    );
    const nowhere = ['', 'nowhere'];
    expect(rows).toEqual(
      points.map((point, n) => [n, ...(nowhere.includes(point) ? [null, null] : [-79.4, 43.7])]),
    );
  });
});

describe('a variable', () => {
  test('of an address is a column, and is told apart part by part', async () => {
    project = city(
      {
        'datasets/years.yml': `dataset: years\nportal: files\nsource: {url: years.csv}\nkey: [year]\nfields: {year: integer}\n`,
        'datasets/x.yml': `dataset: x
portal: files
source: {for_each: {dataset: years}, url: 'data/{year}.csv'}
key: [year, n]
fields:
  year: {from: _year, type: integer}
  n: integer
`,
      },
      {
        files: { 'years.csv': 'year\n2025\n2026\n', 'data/2025.csv': 'n\n1\n', 'data/2026.csv': 'n\n1\n2\n' },
      },
    );
    await project.build();
    expect(await project.query('select year, n from silver.x order by all')).toEqual([
      [2025, 1],
      [2026, 1],
      [2026, 2],
    ]);
    expect(await project.query('select _year, count(*)::int from bronze.x group by 1 order by 1')).toEqual([
      ['2025', 1],
      ['2026', 2],
    ]);
  });
});
