/** Processes that die and servers that go away while a table is published: it has the rows of before or those of now, whole. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProject } from '../../../src/index.js';
import { randomFrom } from '../../chaos/support/instants.js';
import { startLake } from '../../support/run-lake.js';
import { type Server, startServer } from './support/server.js';
import { database, filesFor, type Shelf, shelf } from './support/shelf.js';
import { type Wire, wireTo } from './support/wire.js';

const KILLS = Number(process.env['LAKE_KILLS'] ?? 30);

/** As it stands on the wire: other statements have the word as well. */
const COMMIT = 'commit\0';

/** Every row says which version it is of, and no version has the rows of another. */
const version = (v: number) =>
  `select i::integer as id, ${v} as v, repeat('x', 300) as padding from range(2000) t(i) where (i + ${v}) % 7 <> 0`;
const rowsOf = (v: number) =>
  Array.from({ length: 2000 }, (_, i) => i).filter((i) => (i + v) % 7 !== 0).length;
const KEYS =
  'key: [id], mode: sync, indexes: [v], views: {summary: {sql: "select count(*) as n, min(v) as low, max(v) as high from people", materialized: true, indexes: [{columns: n, unique: true}]}}';

/** The version that stands there, whole: table, view and record say the same. */
async function whole({ rows, schema }: Pick<Shelf, 'rows' | 'schema'>): Promise<number> {
  const [[n, low, high] = []] = await rows(`select count(*), min(v), max(v) from ${schema}.people`);
  expect(low).toBe(high);
  expect(Number(n)).toBe(rowsOf(Number(low)));
  expect(await rows(`select n, low, high from ${schema}.summary`)).toEqual([[n!, low!, high!]]);
  expect(await rows(`select rows_total from ${schema}.lake_loads order by load_id desc limit 1`)).toEqual([
    [n!],
  ]);
  return Number(low);
}

/** Everything in the schema; what is temporary stands in others. */
const relations = ({ rows, schema }: Shelf) =>
  rows(
    `select relname from pg_class where relnamespace = '${schema}'::regnamespace and relkind in ('r', 'v', 'm', 'i') order by 1`,
  );
const OWN = [
  'lake_loads',
  'lake_loads_newest',
  'lake_loads_pkey',
  'people',
  'people_pkey',
  'people_v_idx',
  'summary',
  'summary_n_idx',
];

async function buildOnly(root: string): Promise<void> {
  await using lake = await openProject(root);
  await lake.build({ publish: false });
}

describe('a process', () => {
  let there: Shelf;
  let wire: Wire;
  beforeAll(async () => {
    there = await shelf({ publish: KEYS });
    wire = await wireTo(Number(new URL(there.dsn).port));
    there.write(filesFor(there.dsn.replace(/:\d+\//, `:${wire.port}/`), there.schema));
    there.say(version(1));
    await there.build();
  });
  afterAll(async () => {
    await wire.close();
    await there.end();
    there.remove();
  });

  test(`that is killed at ${KILLS} instants leaves rows of before or of now, whole, and nothing else; the next one goes on`, async () => {
    const { say, rows, schema } = there;
    const random = randomFrom(7);
    let v = 2;
    say(version(v));
    await buildOnly(there.root);
    // What an undisturbed publication sends.
    wire.at('no such text', 'before', () => {});
    expect((await there.publish()).exitCode).toBe(0);
    const { pieces } = wire;
    expect(pieces).toBeGreaterThan(20);
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      if ((await whole(there)) === v) {
        v += 1;
        say(version(v));
        await buildOnly(there.root);
      }
      const run = startLake(there.root, ['publish']);
      // The end of the transaction is met as often as its beginning: that is where it is decided.
      const which = kill % 4 === 3 ? COMMIT : 1 + Math.floor(random() * pieces);
      wire.at(which, kill % 2 === 0 ? 'before' : 'after', () => {
        killed += 1;
        run.kill('SIGKILL', 'group');
      });
      await run.ended;
      const stands = await whole(there);
      expect([v - 1, v]).toContain(stands);
      expect((await relations(there)).flat()).toEqual(OWN);
    }
    expect(killed).toBeGreaterThan(KILLS / 2);
    wire.at('no such text', 'before', () => {});
    expect((await there.publish()).exitCode).toBe(0);
    expect(await whole(there)).toBe(v);
    // One load for each version that came, and none twice.
    expect(
      await rows(`select lake_version from ${schema}.lake_loads group by 1 having count(*) > 1`),
    ).toEqual([]);
  }, 300_000);

  test('whose answer to the commit is lost finds its rows there, and sends nothing twice', async () => {
    const { say, rows, schema } = there;
    say(version(1000));
    await buildOnly(there.root);
    wire.at(COMMIT, 'after', () => {});
    const cut = await there.publish();
    expect(cut).toMatchObject({ exitCode: 75, stdout: expect.stringContaining('LK8002') });
    expect(await whole(there)).toBe(1000);
    const loads = `select count(*) from ${schema}.lake_loads`;
    const before = await rows(loads);
    expect(await there.publish()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing changed'),
    });
    expect(await rows(loads)).toEqual(before);
  });

  test('that publishes beside another one, from another lake, waits for it: each time all rows are of one of them', async () => {
    const other = await shelf({ publish: KEYS });
    try {
      other.write(filesFor(there.dsn, there.schema));
      there.write(filesFor(there.dsn, there.schema));
      for (const round of [1, 2, 3]) {
        there.say(version(2000 + round));
        other.say(version(3000 + round));
        await Promise.all([there, other].map(({ root }) => buildOnly(root)));
        const ends = await Promise.all([there, other].map((one) => one.publish('--full-refresh')));
        expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
        expect([2000 + round, 3000 + round]).toContain(await whole(there));
      }
    } finally {
      await other.end();
      other.remove();
    }
  });
});

describe('a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.remove());

  test('that loses its power during COPY: the run ends with 75, and the next one is well', async () => {
    const wire = await wireTo(server.port);
    const there = await shelf({ publish: KEYS, dsn: server.dsn() });
    try {
      there.write(filesFor(server.dsn().replace(/:\d+\//, `:${wire.port}/`), there.schema));
      there.say(version(1));
      await there.build();
      await there.end();
      there.say(version(2));
      await buildOnly(there.root);
      wire.at('xxxxxxxx', 'before', () => server.stop('immediate'));
      expect(await there.publish()).toMatchObject({
        exitCode: 75,
        stdout: expect.stringContaining('LK8002'),
      });
      expect(await there.publish()).toMatchObject({
        exitCode: 75,
        stdout: expect.stringContaining('LK8020'),
      });
      server.start();
      const db = await database(server.dsn());
      const again = { rows: db.rows, schema: there.schema };
      expect(await whole(again)).toBe(1);
      expect((await there.publish()).exitCode).toBe(0);
      expect(await whole(again)).toBe(2);
      await db.end();
    } finally {
      await wire.close();
      there.remove();
    }
  });
});
