/** `lake.datasets`: the stored parts of a lake, with versions and files. One project of two days serves all cases. */
import { createHash } from 'node:crypto';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ItemFilter, type LakeProject, openProject, type StoredItem } from '../../src/index.js';
import { type City, city } from '../run/support/city.js';

const match = (match_id: number, season_id: number, status = 'played') => ({ match_id, season_id, status });
const events = (...rows: object[]) => JSON.stringify(rows);
const FIRST = events({ id: 'a', at: { x: 1 }, note: '' }, { id: 'b', at: null });

let football: City;
let lake: LakeProject;
beforeAll(async () => {
  const manifest = (name: string, source: string, key: string) =>
    `dataset: ${name}\nportal: files\nsource: ${source}\nmeta: {dataset_type: match}\nkey: [${key}]\n`;
  football = city(
    {
      'datasets/matches.yml': `${manifest('matches', '{url: matches.json}', 'match_id')}fields: {match_id: integer, season_id: integer, status: varchar}\n`,
      'datasets/events.yml': `${manifest('events', "{for_each: {dataset: matches, where: \"status = 'played'\"}, url: 'events/{match_id}.json', missing: skip}", 'match_id, id')}fields: {match_id: {from: _match_id, type: integer}, id: varchar}\n`,
    },
    {
      files: {
        'matches.json': JSON.stringify([match(1, 90), match(2, 90), match(3, 91), match(4, 90)]),
        'events/1.json': FIRST,
        'events/2.json': events({ id: 'c' }),
        'events/3.json': events({ id: 'd' }),
      },
    },
  );
  lake = await openProject(football.root);
  await lake.build();
  football.serve({
    files: {
      'matches.json': JSON.stringify([match(1, 90), match(2, 90, 'void'), match(3, 91), match(4, 90)]),
      'events/1.json': events({ id: 'a' }, { id: 'b' }, { id: 'e' }),
      'events/3.json': events({ id: 'd' }),
    },
  });
  expect((await lake.build()).exitCode).toBe(0);
});
afterAll(async () => {
  await lake.close();
  football.remove();
});

async function items(filter: ItemFilter, pageSize?: number): Promise<StoredItem[]> {
  const found: StoredItem[] = [];
  for await (const item of lake.datasets(filter, { pageSize })) found.push(item);
  return found;
}
const ids = async (filter: ItemFilter, pageSize?: number) =>
  (await items(filter, pageSize)).map(({ dataset, identifier }) =>
    [dataset, ...Object.values(identifier)].join(' '),
  );

describe('which items', () => {
  it.each<[ItemFilter, string[]]>([
    [{}, ['matches', 'events 1', 'events 3', 'events 4']],
    [{ provider: 'files', dataset_type: 'match', season_id: 90, state: 'complete' }, ['events 1']],
    [{ dataset_type: 'events', state: 'complete' }, ['events 1', 'events 3']],
    [{ portal: 'files', dataset: 'events', match_id: ['1', 4] }, ['events 1', 'events 4']],
    [{ dataset: 'events', match_id: 3, season_id: '91' }, ['events 3']],
    [{ dataset: 'events', match_id: 77 }, []],
    [{ state: 'missing' }, ['events 4']],
    [{ state: 'gone' }, ['events 2']],
    [{ state: ['gone', 'missing'], season_id: 90 }, ['events 4', 'events 2']],
  ])('%o', async (filter, expected) => {
    expect(await ids(filter)).toEqual(expected);
    expect(await ids(filter, 1)).toEqual(expected);
  });

  it.each<[ItemFilter, string]>([
    [{ provider: 'filse' }, 'files'],
    [{ dataset_type: 'event' }, 'events'],
    [{ state: 'completed' as 'complete' }, 'complete'],
    [{ dataset: 'events', matchid: 1 }, 'match_id'],
  ])('%o is refused, and the nearest name is told', async (filter, near) => {
    await expect(items(filter)).rejects.toMatchObject({ code: 'LK7051', hint: `Did you mean "${near}"?` });
  });

  it.each([0, -1, 1.5, Number.NaN, '10' as unknown as number])(
    'pages of %s items are refused',
    async (pageSize) => {
      await expect(lake.datasets({}, { pageSize }).next()).rejects.toMatchObject({
        code: 'LK7051',
        hint: '`pageSize` is a whole number of at least 1',
      });
    },
  );
});

describe('what an item is', () => {
  it('identifier, state, metadata and the facts of its file as the portal sent it', async () => {
    const [item] = await items({ dataset: 'matches' });
    expect(item).toMatchObject({
      provider: 'files',
      dataset: 'matches',
      datasetType: 'match',
      state: 'complete',
    });
    expect(item!.metadata.url).toMatch(/\/matches\.json$/);
    expect(item!.files[0]).toMatchObject({ rows: 4, modified: expect.any(Date) });
    const [missing] = await items({ state: 'missing' });
    expect([missing!.files, await missing!.versions()]).toEqual([[], []]);
  });

  it('every kept version, the first one with its rows, bytes and checksum of then', async () => {
    const [item] = await items({ dataset: 'events', match_id: 1 });
    const versions = await item!.versions();
    expect(versions.map(({ isCurrent, file }) => [isCurrent, file.rows])).toEqual([
      [false, 2],
      [true, 3],
    ]);
    const { file } = versions[0]!;
    expect([file.size, file.sha256]).toEqual([
      FIRST.length,
      createHash('sha256').update(FIRST).digest('hex'),
    ]);
    // Text as it was delivered: an empty one is not NULL, what is nested is JSON.
    expect(await file.json()).toEqual([
      { id: 'a', at: '{"x":1}', note: '' },
      { id: 'b', at: null, note: null },
    ]);
    expect(await item!.files[0]!.text()).toBe('id\na\nb\ne\n');
    const [gone] = await items({ state: 'gone' });
    expect(await gone!.files[0]!.json()).toEqual([{ id: 'c' }]);
  });

  it('bytes as a stream in each format; leaving it early leaves no file behind', async () => {
    const [item] = await items({ dataset: 'events', match_id: 1 });
    const file = item!.files[0]!;
    const sizes: Record<string, string> = {};
    for (const format of ['parquet', 'ndjson', 'json'] as const)
      for await (const chunk of file.stream(format))
        sizes[format] = Buffer.from(chunk).toString('latin1').slice(0, 10);
    expect(sizes).toEqual({
      parquet: expect.stringMatching(/^PAR1/),
      ndjson: '{"id":"a"}',
      json: expect.stringContaining('['),
    });
    await file.stream().cancel();
    for await (const _ of file.stream('csv')) break;
    await expect.poll(() => readdirSync(join(football.root, 'target/exports'))).toEqual([]);
  });

  it('no file of another part is opened', async () => {
    const [item] = await items({ dataset: 'events', match_id: 1 });
    const { files } = await football.state('bronze.events');
    // All that holds no row of it is away.
    const own = (await item!.versions()).at(-1)!.loadId;
    const others = files.filter((one) => one.loadId !== own || !one.parts!.includes(item!.id));
    expect(others.length).toBeGreaterThan(0);
    const at = (path: string) => join(football.root, 'lake/bronze/events', path);
    for (const { path } of others) renameSync(at(path), `${at(path)}.away`);
    try {
      expect(await item!.files[0]!.json()).toHaveLength(3);
    } finally {
      for (const { path } of others) renameSync(`${at(path)}.away`, at(path));
    }
  });
});
