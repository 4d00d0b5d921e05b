/** What one run reads is of one moment, and what readers see is of one run. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import type { Lake } from '../../src/lakehouse/types.js';
import { Pins } from '../../src/run/pins.js';
import { Writer } from '../lakehouse/support/writer.js';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';
import { gatePortal } from './support/gated-portal.js';
import type { PortalContent } from './support/portal.js';

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: soda
source: {id: tree-0001}
key: [tree_id]
fields: {tree_id: integer, park: varchar}
`,
  'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: parks}
key: [park]
fields: {park: varchar}
`,
  'models/gold/trees_by_park.sql': `select park, count(*)::int as trees from {{ref 'trees'}} join {{ref 'parks'}} using (park) group by park\n`,
  'models/gold/nothing.sql': `select park from {{ref 'parks'}} where park = 'nowhere'\n`,
};

const portal = (trees: readonly string[], at = 1): PortalContent => ({
  socrata: {
    'tree-0001': {
      columns: { tree_id: 'number', park: 'text' },
      rows: trees.map((park, tree_id) => ({ tree_id, park })),
      at: `2026-10-0${at}T10:00:00Z`,
    },
  },
  ckan: { parks: { columns: { PARK: 'text' }, rows: [{ PARK: 'High Park' }, { PARK: 'Riverdale' }] } },
});

let first: City;
let project: City;
beforeAll(async () => {
  first = city(FILES, portal(['High Park', 'High Park', 'Riverdale']));
  await first.build();
});
afterAll(() => first.remove());
afterEach(() => project.remove());

const lakeOf = (): Promise<Lake> => openLake({ type: 'local', path: 'lake' }, project.root);

/** Publishes a version of `silver.parks` without Riverdale, as somebody who is no run of this project. */
async function publishBeside(): Promise<void> {
  const lake = await lakeOf();
  const writer = await Writer.on(lake);
  await writer.write('silver.parks', `select 'High Park' as park, 'beside' as _load_id`, {
    base: (await lake.head('silver.parks'))!.version,
    state: { run: 'run-beside', inputs: {}, tests: [], audited: true },
  });
}

describe('pins', () => {
  test('keep the versions of the start, overlaid with the run’s own commits', async () => {
    project = first.copy();
    const lake = await lakeOf();
    const tables = ['silver.parks', 'silver.trees', 'gold.unknown'];
    const pins = await Pins.take(lake, tables);
    await publishBeside();
    expect((await lake.head('silver.parks'))!.version).toBe(1);
    expect(pins.head('silver.parks')!.version).toBe(0);
    expect(pins.head('gold.unknown')).toBeUndefined();
    expect(pins.versions().tables).toEqual({ 'silver.parks': 0, 'silver.trees': 0 });
    pins.committed((await lake.head('silver.parks'))!);
    expect(pins.versions().tables).toEqual({ 'silver.parks': 1, 'silver.trees': 0 });
  });

  test('a table that somebody else publishes while a run is under way is not seen by it', async () => {
    project = first.copy();
    project.serve(portal(['Riverdale', 'Riverdale'], 2));
    const gate = await gatePortal(project, /^\/resource\/.*csv/);
    try {
      const building = project.build({ select: ['trees+'] });
      await gate.asked;
      await publishBeside();
      gate.open();
      await building;
    } finally {
      await gate.close();
    }
    expect(await project.query('from gold.trees_by_park')).toEqual([['Riverdale', 2]]);
    expect((await project.state('gold.trees_by_park')).inputs).toMatchObject({ 'silver.parks': 0 });
  });
});

describe('a set', () => {
  test('lists every table, those of earlier runs as well', async () => {
    project = city(FILES, portal(['High Park']));
    await project.build({ select: ['parks'] });
    const lake = await lakeOf();
    expect(Object.keys((await lake.newestSet())!.tables)).toEqual([
      'bronze.parks',
      'silver.parks',
      'silver.parks__quarantine',
    ]);
    await project.build({ select: ['trees', 'trees_by_park'] });
    const set = (await lake.newestSet())!;
    expect(set.number).toBe(2);
    expect(set.tables).toEqual(project.versions());
    expect(Object.keys(set.tables)).toHaveLength(7);
  });

  test('is what `lake query` reads: a version outside of it is not shown', async () => {
    project = first.copy();
    const query = async (sql: string) => {
      const { stdout, stderr, exitCode } = await runLake(project.root, ['query', sql, '--output', 'json']);
      if (exitCode !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    await publishBeside();
    expect(await query('select count(*)::int as parks from silver.parks')).toEqual([{ parks: 2 }]);
    expect(await query('select run, set from meta.runs')).toHaveLength(1);
  });

  test('is what views.sql opens in plain DuckDB: every table, empty ones with their columns', async () => {
    project = first.copy();
    expect(await readFile(join(project.root, 'lake', 'views.sql'), 'utf8')).toContain(project.root);
    project.serve(portal(['High Park', 'Riverdale'], 2));
    await project.build();
    const lake = await lakeOf();
    const set = (await lake.newestSet())!;
    for (const [table, version] of Object.entries(set.tables)) {
      const { rows } = (await lake.at(table, version)).state;
      expect([table, await project.query(`select count(*)::int from ${table}`)]).toEqual([table, [[rows]]]);
    }
    const [column] = await project.query('describe gold.nothing');
    expect(column).toEqual(expect.arrayContaining(['park', 'VARCHAR']));
  });

  test('of a run in which something failed holds what that run published', async () => {
    project = first.copy();
    project.serve({
      ...portal(['Riverdale', 'Riverdale'], 2),
      faults: [{ at: '*package_show*', kind: 'status', status: 404 }],
    });
    await project.build({ exit: 1 });
    const set = (await (await lakeOf()).newestSet())!;
    expect(set.tables).toMatchObject({ 'silver.trees': 1, 'silver.parks': 0, 'gold.trees_by_park': 0 });
  });
});
