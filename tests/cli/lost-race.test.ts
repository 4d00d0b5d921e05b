/** F26: a build whose table another writer publishes meanwhile says whose version it is, and may be run again. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelProject } from '../support/model-project.js';
import { runLake, startLake } from '../support/run-lake.js';
import type { TempProject } from '../support/small-city.js';

const SLOW = 'models/gold/slow.sql';
const slow = (rows: number) =>
  `select count(*)::integer as n from range(${rows}) t(i) where hash(i) % 7 <> 8`;

let shop: TempProject;
beforeAll(async () => {
  shop = modelProject({ [SLOW]: slow(10) });
  await runLake(shop.root, ['build']);
});
afterAll(() => shop.remove());

it('F26: who comes second is told by whom the version was published, with the code for what may pass', async () => {
  shop.write({ [SLOW]: slow(80_000_000) });
  const log = join(shop.root, 'lake', 'gold', 'slow', '_delta_log');
  const first = readFileSync(join(log, '00000000000000000000.json'), 'utf8');
  const running = startLake(shop.root, ['build']);
  const staging = join(shop.root, 'lake', '_staging');
  const isStaged = () => {
    try {
      return readdirSync(staging).length > 0;
    } catch {
      return false;
    }
  };
  while (!isStaged()) await new Promise((resolve) => setTimeout(resolve, 20));
  // As another program appends: a commit of its own that adds a file.
  const add = first.split('\n').find((line) => line.startsWith('{"add"'))!;
  const info = { timestamp: Date.now(), operation: 'WRITE', engineInfo: 'delta-rs:py-1.6.6' };
  writeFileSync(
    join(log, '00000000000000000001.json'),
    `${JSON.stringify({ commitInfo: info })}\n${add.replace('part-00000', 'part-00001')}\n`,
    { flag: 'wx' },
  );
  const { exitCode, stdout } = await running.ended;
  expect(stdout).toMatch(/LK6030 gold\.slow: version 1 was published by delta-rs:py-1\.6\.6 at 20/);
  expect(stdout).not.toContain('LK9000');
  expect(exitCode).toBe(75);
});
