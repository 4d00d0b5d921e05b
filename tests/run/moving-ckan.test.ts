/** CKAN tables that change while they are dumped, and dumps that are broken off: nothing is silently missing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import { type Served, serve } from '../fetch/serve.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Built, buildProject } from './support/city.js';
import { rowIds, type SodaServer, sodaServer } from './support/soda-server.js';

interface Table {
  ids: number[];
  modified: string;
  /** The dump's text, which may change the table on its way. */
  readonly dump: (table: Table) => string;
}

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const lines = (rows: readonly number[]) => rows.map((n) => `${n},"tree ${n}",x\r\n`).join('');
const whole = (rows: readonly number[]) => `_id,name,kind\r\n${lines(rows)}`;
const steady = (dump: Table['dump']): Table => ({ ids: ids(1, 30), modified: '2026-10-01T10:00:00', dump });

/** Package, and resource → table. */
const TABLES: Record<string, Table> = {
  // One goes and one comes between the server's own pages: row 11 moves up and is on neither of them.
  swapped: steady((table) => {
    const first = table.ids.slice(0, 10);
    table.ids = ids(2, 31);
    table.modified = '2026-10-01T10:05:00';
    return whole([...first, ...table.ids.slice(10)]);
  }),
  cut_short: steady((table) => whole(table.ids).slice(0, -'"tree 30",x\r\n'.length)),
  cut_in_quotes: steady((table) => whole(table.ids).slice(0, -'30",x\r\n'.length)),
  // The last value is gone, and the row has as many as the others.
  cut_value: steady((table) => whole(table.ids).slice(0, -'x\r\n'.length)),
  steady: steady((table) => whole(table.ids)),
};

function ckanServer(): Promise<Served> {
  return serve((request, response) => {
    const url = new URL(request.url!, 'http://x');
    const name =
      url.searchParams.get('resource_id') ?? url.searchParams.get('id') ?? url.pathname.split('/').at(-1)!;
    const table = TABLES[name];
    const json = (result: unknown) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ success: true, result }));
    if (!table) return response.writeHead(404).end('{}');
    const resource = { id: name, name, format: 'CSV', datastore_active: true, last_modified: table.modified };
    if (url.pathname.endsWith('/package_show')) return json({ name, resources: [resource] });
    if (url.pathname.endsWith('/resource_show')) return json(resource);
    if (url.pathname.endsWith('/datastore_search')) {
      const limit = Math.min(Number(url.searchParams.get('limit')), 10);
      const offset = Number(url.searchParams.get('offset') ?? 0);
      const records = table.ids
        .slice(offset, offset + limit)
        .map((n) => ({ _id: n, name: `tree ${n}`, kind: 'x' }));
      const fields = ['_id', 'name', 'kind'].map((id) => ({ id, type: 'text' }));
      return json({ records, fields, total: table.ids.length, limit });
    }
    return response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end(table.dump(table));
  });
}

let ckan: Served;
let soda: SodaServer;
let project: TempProject;
let built: Built;
beforeAll(async () => {
  ckan = await ckanServer();
  soda = await sodaServer({ 'brok-0001': { rows: rowIds(1, 30), cut: ',"row-000030"\n'.length } });
  project = tempProject({
    'project.yml': `name: moving
profile: moving
portals: {ckan: {type: ckan, url: '${ckan.origin}'}, soda: {type: socrata, url: '${soda.origin}'}}
`,
    'profiles.yml':
      'moving: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
    ...Object.fromEntries(
      Object.keys(TABLES).map((name) => [
        `datasets/${name}.yml`,
        `dataset: ${name}\nportal: ckan\nsource: {package: ${name}}\nkey: [name]\nfields: {name: varchar}\n`,
      ]),
    ),
    'datasets/broken.yml':
      'dataset: broken\nportal: soda\nsource: {id: brok-0001}\nkey: [n]\nfields: {n: integer}\n',
  });
  built = await buildProject(project.root, { exit: 75 });
});
afterAll(async () => {
  project.remove();
  await ckan.close();
  await soda.close();
});

const rowsOf = async (name: string) =>
  (await (await openLake({ type: 'local', path: 'lake' }, project.root)).head(`silver.${name}`))?.state.rows;
const asked = (name: string) => ckan.seen.filter(({ path }) => path.includes(name)).map(({ path }) => path);
const pagesOf = (name: string) => asked(name).filter((path) => path.includes('offset='));

describe('a CKAN table that changes while it is dumped', () => {
  test('F11: a row that goes while another comes is seen by the portal’s date of the data, and the table is read in pages', async () => {
    expect(built.node('bronze.swapped')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining(
        'the table changed while it was read: 30 rows before, 30 after, 30 came',
      ),
    });
    expect(pagesOf('swapped')).toHaveLength(3);
    expect(await rowsOf('swapped')).toBe(30);
  });

  test('a steady table is asked for its count and its date once more, and nothing else', async () => {
    expect(asked('steady').map((path) => path.split('/').at(-1)!.split('?')[0])).toEqual([
      'package_show',
      'datastore_search',
      'steady',
      'datastore_search',
      'resource_show',
    ]);
    expect(built.node('bronze.steady')).toMatchObject({ status: 'success', requests: 5 });
  });
});

describe('an answer that is broken off and looks whole', () => {
  test.each(['cut_short', 'cut_in_quotes'])(
    'a dump that ends in the middle of a row is read again in pages: %s',
    async (name) => {
      expect(built.node(`bronze.${name}`)).toMatchObject({
        status: 'success',
        reason: expect.stringContaining(
          `the file ends in the middle of a row: line 31 of ${ckan.origin}/datastore/dump/${name}?format=csv&sort=_id`,
        ),
      });
      expect(pagesOf(name)).toHaveLength(3);
      expect(await rowsOf(name)).toBe(30);
    },
  );

  test('F4: a dump that ends inside of its last value has as many rows, and is read again in pages', async () => {
    expect(built.node('bronze.cut_value')).toMatchObject({
      status: 'success',
      reason: expect.stringContaining(
        'the last row has no line end, and this portal ends every row with one: its last value may be cut off',
      ),
    });
    expect(pagesOf('cut_value')).toHaveLength(3);
    expect(await rowsOf('cut_value')).toBe(30);
  });

  test('one that ends there twice fails in words that say so, and the next run asks anew', () => {
    expect(built.node('bronze.broken').error).toMatchObject({
      code: 'LK5011',
      message: expect.stringMatching(
        /^brok-0001: the file ends in the middle of a row: line 31 of http:\/\/127\.0\.0\.1:\d+\/resource\/brok-0001\.csv\?/,
      ),
      hint: 'the portal broke off its answer; run the same command again in some minutes',
      transient: true,
    });
    const spool = join(project.root, 'target/spool');
    expect(
      readdirSync(spool, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.body')),
    ).toEqual([]);
  });
});
