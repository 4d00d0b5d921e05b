/** The repository's own project on the second day of the sample portal: followed from day 1, and made at once. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copySampleProject } from '../support/sample-project.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Built, buildProject, differencesOf } from './support/city.js';

const SELECT = [
  '+nyc_collisions_by_day_and_borough',
  '+toronto_incidents_by_cell',
  '+toronto_safety_by_neighbourhood',
];
/** The datasets that the sample moves from day to day. */
const MOVING = ['crashes', 'shootings', 'major_crime_indicators'];

let project: TempProject;
let day2: Built;

beforeAll(async () => {
  project = tempProject({});
  copySampleProject(project.root);
  writeFileSync(
    join(project.root, 'profiles.yml'),
    `lake:
  target: grown
  outputs:
    grown: {type: duckdb, portal: sample, lake: {type: local, path: grown}}
    fresh: {type: duckdb, portal: sample, lake: {type: local, path: fresh}}
`,
  );
  await buildProject(project.root, { select: SELECT, day: 1 });
  day2 = await buildProject(project.root, { select: SELECT, day: 2 });
  await buildProject(project.root, { select: SELECT, day: 2, target: 'fresh' });
}, 120_000);
afterAll(() => project.remove());

describe('day 2 of the sample portal', () => {
  test('fetches only what changed', () => {
    const bronze = day2.nodes.filter((node) => node.kind === 'bronze');
    const moved = bronze.filter((node) => node.status === 'success').map((node) => node.id);
    expect(moved.sort()).toEqual(MOVING.map((name) => `bronze.${name}`).sort());
    expect(bronze.length).toBeGreaterThan(MOVING.length);
    expect(day2.node('bronze.crashes').reason).toMatch(
      /^the portal counts [\d]+ rows, the lake [\d]+: rows were withdrawn$/,
    );
  });

  test('every moved table says what came, changed and went', () => {
    for (const name of ['crashes', 'shootings']) {
      const { added, changed, removed } = day2.node(`silver.${name}`);
      expect([name, added! > 0, changed! > 0, removed! > 0]).toEqual([name, true, true, true]);
    }
    const bag = day2.node('silver.major_crime_indicators');
    expect([bag.added! > 0, bag.changed, bag.removed! > 0]).toEqual([true, undefined, true]);
  });

  test('equals a lake made on that day, row for row', async () => {
    const tables = day2.nodes.filter((node) => node.kind !== 'bronze').map((node) => node.id);
    expect(tables.filter((id) => id.startsWith('gold.'))).toHaveLength(4);
    expect(await differencesOf(project.root, tables, 'grown', 'fresh')).toEqual({});
  });

  test('a table names the publishers of everything that it is made from, with their licences', () => {
    const read = (table: string) =>
      JSON.parse(readFileSync(join(project.root, 'grown/gold', table, 'datapackage.json'), 'utf8'));
    expect(read('toronto_incidents_by_cell')).toMatchObject({
      sources: [{ path: 'https://ckan0.cf.opendata.inter.prod-toronto.ca' }],
      licenses: [{ name: expect.stringContaining('Toronto') }],
    });
    expect(read('nyc_collisions_by_day_and_borough').sources).toEqual([
      expect.objectContaining({ path: 'https://data.cityofnewyork.us' }),
    ]);
  });
});
