/** Runs that end before their time, and what the next one does with what they had fetched. */
import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runLake, type StartedLake, startLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';
import { type GatedPortal, gatePortal } from './support/gated-portal.js';
import type { PortalContent } from './support/portal.js';

const FILES = {
  'datasets/trees.yml': `dataset: trees
portal: soda
source: {id: tree-0001}
key: [tree_id]
fields: {tree_id: integer, park: varchar}
`,
};

/** Four trees, one a page. */
function trees(at = '2026-10-01T10:00:00Z', park = 'High Park'): PortalContent {
  const rows = [1, 2, 3, 4].map((tree_id) => ({ ':id': `row-${tree_id}`, tree_id, park }));
  return { socrata: { 'tree-0001': { columns: { tree_id: 'number', park: 'text' }, rows, cap: 1, at } } };
}

let project: City;
let portal: GatedPortal | undefined;
afterEach(async () => {
  await portal?.close();
  portal = undefined;
  project.remove();
});

const spooled = (): string[] => {
  const folder = join(project.root, 'target', 'spool');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.body'));
};

/** A build that waits for the page at this offset while all others are there; one request at a time with `slowly`. */
async function waitingForPage(offset: number, slowly?: 'slowly'): Promise<StartedLake> {
  project = city(FILES, trees());
  portal = await gatePortal(project, new RegExp(`offset=${offset}$`));
  if (slowly)
    project.write({
      'project.yml': project.read('project.yml').replace('type: socrata,', 'type: socrata, concurrency: 1,'),
    });
  const build = startLake(project.root, ['build']);
  await portal.asked;
  return build;
}

const pagesEntered = (count: number) => expect.poll(() => ledgerLines(), { timeout: 10_000 }).toBe(count);

function ledgerLines(): number {
  const ledger = 'target/spool/dev/trees/ledger.ndjson';
  return existsSync(join(project.root, ledger)) ? project.read(ledger).trimEnd().split('\n').length : 0;
}

describe('after a run that was killed', () => {
  /** Three of the four pages are in the ledger. */
  async function killed(): Promise<void> {
    const build = await waitingForPage(3);
    await pagesEntered(3);
    build.kill('SIGKILL');
    await build.ended;
    portal!.open();
  }

  test('F21: after a kill the next run asks for the missing page only, says so, and leaves nothing in the spool', async () => {
    await killed();
    const built = await project.build();
    // Metadata, count, the missing page, and the count afterwards.
    expect(built.node('bronze.trees')).toMatchObject({
      status: 'success',
      rows: 4,
      requests: 4,
      resumed: { saved: 3, bodies: 4 },
    });
    expect(built.node('bronze.trees').notes).toEqual([
      'went on where an earlier run stopped: 3 requests saved',
    ]);
    expect(await project.query('select tree_id from silver.trees order by all')).toEqual([
      [1],
      [2],
      [3],
      [4],
    ]);
    expect(spooled()).toEqual([]);
  });

  test('F21: the last lines of the build tell from which run it went on, when that was killed, and how much was there', async () => {
    await killed();
    const { stdout } = await runLake(project.root, ['build', '--output', 'table']);
    expect(stdout).toMatch(
      /^Went on from run \S+, killed at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: 3 of 4 requests for rows were there$/m,
    );
  });

  test('F21: after a kill `--full-refresh` asks for all of it again', async () => {
    await killed();
    const built = await project.build({ fullRefresh: true });
    expect(built.node('bronze.trees')).toMatchObject({ status: 'success', rows: 4, requests: 7 });
    expect(built.node('bronze.trees').notes).toBeUndefined();
  });

  test('F21: what no longer fits what the portal has is fetched anew, and that is told', async () => {
    await killed();
    project.serve(trees('2026-10-02T10:00:00Z', 'Riverdale'));
    await portal!.reload();
    const built = await project.build();
    expect(built.node('bronze.trees').notes).toEqual([
      'started over with 3 bodies of an earlier run: the portal’s data has changed since',
    ]);
    expect(await project.query('select distinct park from silver.trees')).toEqual([['Riverdale']]);
  });
});

describe('a run that is stopped', () => {
  test('F22: at SIGTERM a run ends the request under way and begins no other; the next run goes on from there', async () => {
    const build = await waitingForPage(1, 'slowly');
    build.kill('SIGTERM');
    await build.printed('Stopping');
    portal!.open();
    const { exitCode, stdout } = await build.ended;
    expect(exitCode).toBe(143);
    expect(stdout).toMatch(/^Stopped: 2 cancelled .*\nNext: the same command again; it goes on from here/m);
    expect(spooled()).toHaveLength(2);
    const { notes } = (await project.build()).node('bronze.trees');
    expect(notes).toEqual(['went on where an earlier run stopped: 2 requests saved']);
  });

  test('F22: a run that ends at once, at a second signal, keeps what had come as well', async () => {
    const build = await waitingForPage(3);
    await pagesEntered(3);
    build.kill('SIGINT');
    await build.printed('Stopping');
    build.kill('SIGINT');
    expect((await build.ended).exitCode).toBe(130);
    portal!.open();
    const { notes } = (await project.build()).node('bronze.trees');
    expect(notes).toEqual(['went on where an earlier run stopped: 3 requests saved']);
  });
});

describe('bodies that are not to be trusted', () => {
  test('of a load that a guard refused are not used by the next run', async () => {
    project = city(FILES, { ...trees(), faults: [{ at: '*select=count*', kind: 'count', by: 1 }] });
    const refused = await project.build({ exit: 1 });
    expect(refused.node('bronze.trees').error?.code).toBe('LK4001');
    expect(spooled()).toEqual([]);
  });
});

describe('a lake that lost a file', () => {
  const FILE = {
    'datasets/parks.yml': `dataset: parks
portal: files
source: {url: parks.csv}
key: [park]
fields: {park: varchar}
`,
  };

  test.each<[string, (path: string) => void]>([
    ['is missing', (path) => rmSync(path)],
    ['is empty', (path) => truncateSync(path, 0)],
  ])(
    'F18, F25: a 304 is not believed when what it stands for %s: the file is fetched without conditions',
    async (_, harm) => {
      project = city({ ...FILES, ...FILE }, { ...trees(), files: { 'parks.csv': 'park\nHigh Park\n' } });
      await project.build();
      for (const table of ['parks', 'trees']) {
        const folder = join(project.root, 'lake/bronze', table);
        for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.parquet')))
          harm(join(folder, name));
      }
      const built = await project.build();
      expect(built.node('bronze.parks')).toMatchObject({
        status: 'success',
        rows: 1,
        reason: 'its rows in the lake are missing or damaged',
      });
      expect(built.node('bronze.trees')).toMatchObject({ status: 'success', rows: 4 });
      expect(await project.query('select count(*) from bronze.parks')).toEqual([['1']]);
      expect(await project.query('select count(*) from bronze.trees')).toEqual([['4']]);
      expect((await project.build()).statuses['bronze.parks']).toBe('unchanged');
    },
  );
});
