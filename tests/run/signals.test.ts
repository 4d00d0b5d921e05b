/** Runs that are stopped, and runs that meet. */
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { withRunLease } from '../../src/lakehouse/leases/run-lease.js';
import { openLake } from '../../src/lakehouse/open-lake.js';
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
  'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: parks}
key: [park]
fields: {park: varchar}
`,
  'models/gold/trees_by_park.sql': `select park, count(*) as trees from {{ref 'trees'}} join {{ref 'parks'}} using (park) group by park\n`,
};

const PORTAL: PortalContent = {
  socrata: {
    'tree-0001': { columns: { tree_id: 'number', park: 'text' }, rows: [{ tree_id: 1, park: 'High Park' }] },
  },
  ckan: { parks: { columns: { PARK: 'text' }, rows: [{ PARK: 'High Park' }] } },
};

let project: City;
let portal: GatedPortal | undefined;
afterEach(async () => {
  await portal?.close();
  portal = undefined;
  project.remove();
});

/** A build whose parks are published and whose trees are being waited for. */
async function halfway(): Promise<StartedLake> {
  project = city(FILES, PORTAL);
  portal = await gatePortal(project, /^\/resource\/.*csv/);
  const build = startLake(project.root, ['build']);
  await Promise.all([portal.asked, build.printed('✓ silver.parks')]);
  return build;
}

/** Processes that a process has started and that have not ended: the engine's, here. */
async function childrenOf(pid: number): Promise<number[]> {
  return (await processes()).filter((one) => one.parent === pid).map((one) => one.pid);
}

async function processes(): Promise<{ pid: number; parent: number }[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

const staged = (): string[] =>
  existsSync(join(project.root, 'lake', '_staging'))
    ? readdirSync(join(project.root, 'lake', '_staging'))
    : [];

describe('a signal', () => {
  test('F22: SIGINT, from a terminal to all processes, drains: what has begun ends, nothing new begins; exit code 130', async () => {
    const build = await halfway();
    build.kill('SIGINT', 'group');
    await build.printed(
      'Stopping: what has begun is finished, nothing new begins. Once more to stop at once.',
    );
    portal!.open();
    const { exitCode, stdout } = await build.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(/^✓ bronze\.trees /m);
    expect(stdout).toMatch(/^Stopped: 3 built · 2 cancelled/m);
    expect(staged()).toEqual([]);
    expect(await project.query('select park from silver.parks')).toEqual([['High Park']]);
    expect((await project.build()).statuses).toMatchObject({
      'bronze.trees': 'reused',
      'silver.trees': 'success',
      'gold.trees_by_park': 'success',
    });
  });

  test('F22: SIGTERM drains as well; exit code 143', async () => {
    const build = await halfway();
    build.kill('SIGTERM');
    await build.printed('Stopping');
    portal!.open();
    const { exitCode, stdout } = await build.ended;
    expect([exitCode, stdout]).toEqual([143, expect.stringContaining('2 cancelled')]);
  });

  test('F22: a second SIGINT ends at once with exit code 130; the next build clears up and completes', async () => {
    const build = await halfway();
    const children = await childrenOf(build.pid);
    expect(children.length).toBeGreaterThan(0);
    build.kill('SIGINT');
    await build.printed('Stopping');
    build.kill('SIGINT');
    expect((await build.ended).exitCode).toBe(130);
    const alive = async () => (await processes()).filter((one) => children.includes(one.pid));
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
    portal!.open();
    expect((await project.build()).statuses).toMatchObject({
      'silver.parks': 'reused',
      'gold.trees_by_park': 'success',
    });
    expect(staged()).toEqual([]);
  });

  test('F22: a signal before anything has begun: nothing is published', async () => {
    project = city(FILES, PORTAL);
    const stop = new AbortController();
    stop.abort('SIGINT');
    const built = await project.build({ signal: stop.signal, exit: 130 });
    expect(new Set(Object.values(built.statuses))).toEqual(new Set(['cancelled']));
    expect(existsSync(join(project.root, 'lake', '_sets'))).toBe(false);
  });
});

describe('two builds of one lake', () => {
  test('at the same time: both succeed, and each table is made once', async () => {
    project = city(FILES, PORTAL);
    const runs = await Promise.all([runLake(project.root, ['build']), runLake(project.root, ['build'])]);
    expect(runs.map((run) => run.exitCode)).toEqual([0, 0]);
    const said = runs.map(({ stdout }) => /^(Done: 5 built|Nothing changed: 5 reused)/m.exec(stdout)?.[0]);
    expect(said.sort()).toEqual(['Done: 5 built', 'Nothing changed: 5 reused']);
    expect(new Set(Object.values(project.versions()))).toEqual(new Set([0]));
  });

  test('of two project folders: other tables are built meanwhile, the same ones are waited for, and the set has all', async () => {
    const first = await halfway();
    const second = city({ ...FILES, 'models/gold/parks_alone.sql': 'select 1 as one\n' }, PORTAL);
    try {
      symlinkSync(join(project.root, 'lake'), join(second.root, 'lake'));
      const alone = await runLake(second.root, ['build', 'parks_alone', '--if-running', 'fail']);
      expect([alone.exitCode, alone.stdout]).toEqual([0, expect.stringContaining('Done: 1 built')]);
      const same = await runLake(second.root, ['build', 'trees', '--if-running', 'fail']);
      expect([same.exitCode, same.stderr]).toEqual([75, expect.stringContaining(`process ${first.pid} on`)]);
      portal!.open();
      expect((await first.ended).exitCode).toBe(0);
      const lake = await openLake({ type: 'local', path: 'lake' }, project.root);
      expect(Object.keys((await lake.newestSet())!.tables)).toEqual(
        expect.arrayContaining(['gold.parks_alone', 'gold.trees_by_park', 'silver.parks', 'silver.trees']),
      );
    } finally {
      second.remove();
    }
  });

  /** Works in the lake, as another run would, until it is told to end. */
  async function hold(): Promise<() => Promise<void>> {
    project = city(FILES, PORTAL);
    const lake = await openLake({ type: 'local', path: 'lake' }, project.root);
    let end = () => {};
    let ended: Promise<unknown> | undefined;
    await new Promise<void>((began) => {
      const work = () => {
        began();
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      };
      ended = withRunLease(lake, { run: '20260101T000000Z-aaaaaa', folder: '/elsewhere' }, work, {
        ifRunning: 'fail',
      });
    });
    return async () => {
      end();
      await ended;
    };
  }

  test('the second one waits, and says for whom', async () => {
    const release = await hold();
    const second = startLake(project.root, ['build']);
    await second.printed(
      `Waiting: run 20260101T000000Z-aaaaaa works in this lake (process ${process.pid} on `,
    );
    await release();
    const { exitCode, stdout } = await second.ended;
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Done: 5 built')]);
  });

  test('with --if-running fail it ends with LK6040, safe to retry', async () => {
    const release = await hold();
    const { exitCode, stderr } = await runLake(project.root, ['build', '--if-running', 'fail']);
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(/LK6040 run 20260101T000000Z-aaaaaa has been working in this lake since/);
    await release();
  });

  test('with --if-running skip it does nothing, and says so', async () => {
    const release = await hold();
    const { exitCode, stdout } = await runLake(project.root, ['build', '--if-running', 'skip']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Skipped: run 20260101T000000Z-aaaaaa works in this lake \(process \d+ on \S+\)$/m,
    );
    await release();
  });

  test('a SIGINT ends the waiting', async () => {
    const release = await hold();
    const second = startLake(project.root, ['build']);
    await second.printed('Waiting');
    second.kill('SIGINT');
    const { exitCode, stdout } = await second.ended;
    expect([exitCode, stdout]).toEqual([
      130,
      expect.stringContaining('Stopped: run 20260101T000000Z-aaaaaa works'),
    ]);
    await release();
  });
});
