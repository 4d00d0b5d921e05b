import { readdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommitRequest } from '../../src/lakehouse/types.js';
import { type OpenedLake, openedLake } from './support/opened-lake.js';
import { bareState } from './support/writer.js';

let opened: OpenedLake;
beforeEach(async () => {
  opened = await openedLake();
});
afterEach(() => opened.remove());

const table = 'silver.x';
const numbers = (count: number) => `select i::integer as id, 'n' || i as name from range(${count}) t(i)`;

async function log(version: number, of = table): Promise<Record<string, Record<string, unknown>>[]> {
  const file = opened.at(of.replace('.', '/'), '_delta_log', `${String(version).padStart(20, '0')}.json`);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const kinds = (actions: Record<string, unknown>[]) => actions.map((action) => Object.keys(action)[0]);

/** Data files that lie in the table's folder, whether or not a version names them. */
const dataFiles = async () =>
  (await readdir(opened.at('silver/x'))).filter((name) => name.endsWith('.parquet'));

describe('a commit', () => {
  test('the first version has protocol, metadata, rows and the state that it names', async () => {
    const head = await opened.writer.write(table, numbers(3), {
      description: 'Three numbers',
      properties: { 'lake.sources': '[]' },
      state: { ...bareState, fingerprint: 'f1', inputs: { 'bronze.x': 7 } },
    });
    expect(head).toMatchObject({ table, version: 0 });
    expect(head.state).toMatchObject({
      version: 0,
      dataVersion: 0,
      rows: 3,
      fingerprint: 'f1',
      inputs: { 'bronze.x': 7 },
    });
    expect(await opened.lake.head(table)).toEqual(head);
    const actions = await log(0);
    expect(kinds(actions)).toEqual(['commitInfo', 'protocol', 'metaData', 'txn', 'add']);
    expect(actions[1]).toEqual({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
    expect(actions[2]!['metaData']).toMatchObject({
      name: table,
      description: 'Three numbers',
      configuration: { 'lake.sources': '[]' },
      partitionColumns: [],
    });
    expect(actions[3]).toMatchObject({ txn: { appId: 'lake', version: 0 } });
    const [file] = head.state.files;
    expect(actions[4]!['add']).toMatchObject({ path: file!.path, size: file!.bytes, dataChange: true });
    expect((await stat(opened.lake.filePath(table, file!.path))).size).toBe(file!.bytes);
  });

  test('overwrite removes the old files from the table and leaves them on disk for readers of old versions', async () => {
    const first = await opened.writer.write(table, numbers(3));
    const second = await opened.writer.write(table, numbers(5));
    expect(second.state).toMatchObject({ version: 1, dataVersion: 1, rows: 5 });
    expect(kinds(await log(1))).toEqual(['commitInfo', 'txn', 'remove', 'add']);
    expect(await opened.lake.at(table, 0)).toEqual(first);
    expect((await dataFiles()).sort()).toEqual(
      [first.state.files[0]!.path, second.state.files[0]!.path].sort(),
    );
  });

  test('append keeps the old files and adds columns behind the old ones', async () => {
    await opened.writer.write(table, `select 1 as id, 'x' as a`, { mode: 'append' });
    const head = await opened.writer.write(table, `select 'y' as b, 2 as id`, { mode: 'append' });
    expect(head.state.columns.map((column) => column.name)).toEqual(['id', 'a', 'b']);
    expect(head.state.files.map((file) => file.absent)).toEqual([['b'], ['a']]);
    expect(head.state).toMatchObject({ rows: 2, dataVersion: 1 });
    const adds = (await log(1))
      .filter((action) => action['add'])
      .map((action) => action['add']!['dataChange']);
    expect(adds).toEqual([false, true]);
  });

  test('a column that a file spells in another case is in that file', async () => {
    await opened.writer.write(table, `select 1 as "Name"`, { mode: 'append' });
    const files = await opened.writer.stage(table, `select 2 as name`);
    const columns = [{ name: 'Name', type: 'INTEGER' }];
    const request = {
      table,
      base: 0,
      mode: 'append',
      columns,
      partitionBy: [],
      files,
      state: bareState,
    } as const;
    expect((await opened.lake.commit(request)).state.files.map((file) => file.absent)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('state moves no file, no metadata and no data version', async () => {
    const first = await opened.writer.write(table, numbers(3), { description: 'Numbers' });
    const state = { ...bareState, fingerprint: 'moved' };
    const head = await opened.writer.writeNothing(table, 'select 1 as other', { mode: 'state', state });
    expect(head.state).toMatchObject({ version: 1, dataVersion: 0, rows: 3, fingerprint: 'moved' });
    expect(head.state.files).toEqual(first.state.files);
    expect(head.state.columns).toEqual(first.state.columns);
    expect(kinds(await log(1))).toEqual(['commitInfo', 'txn']);
  });

  test('the protocol is raised by the first timestamp without zone and never lowered', async () => {
    const protocol = async (version: number) =>
      (await log(version)).find((action) => action['protocol'])?.['protocol'];
    await opened.writer.write(table, numbers(1));
    await opened.writer.write(table, `select [timestamp '2024-01-01'] as at`);
    await opened.writer.write(table, numbers(1));
    expect(await protocol(1)).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: ['timestampNtz'],
    });
    expect(await protocol(2)).toBeUndefined();
    const ids = [0, 1, 2].map(
      async (version) => (await log(version)).find((action) => action['metaData'])?.['metaData']?.['id'],
    );
    const [first, ...later] = await Promise.all(ids);
    expect(first).toEqual(expect.any(String));
    expect(later).toEqual([first, first]);
  });

  test('datapackage.json says what the table is and where it is from', async () => {
    const sources = [
      { path: 'https://example.org/x', title: 'City of Example', license: 'https://example.org/licence' },
      {
        path: 'https://example.org/y',
        title: 'https://example.org/y',
        license: 'https://example.org/licence',
      },
    ];
    const properties = { 'lake.sources': JSON.stringify(sources) };
    const head = await opened.writer.write(table, numbers(2), { description: 'Numbers', properties });
    expect(JSON.parse(await readFile(opened.at('silver/x/datapackage.json'), 'utf8'))).toMatchObject({
      name: 'silver.x',
      description: 'Numbers',
      licenses: [{ path: 'https://example.org/licence' }],
      sources: [
        { title: 'City of Example', path: 'https://example.org/x' },
        { title: 'https://example.org/y', path: 'https://example.org/y' },
      ],
      resources: [
        {
          path: [head.state.files[0]!.path],
          schema: {
            fields: [
              { name: 'id', type: 'integer' },
              { name: 'name', type: 'string' },
            ],
          },
        },
      ],
    });
  });
});

describe('partitions', () => {
  const areas = `select * from (values (1, 'a b'), (2, '100%'), (3, null)) v(id, area)`;

  test('lie in folders of their own, with the values in the log', async () => {
    const head = await opened.writer.write(table, areas, { partitionBy: ['area'] });
    const folders = head.state.files.map((file) => [file.path.split('/')[0], file.partition!['area']]);
    expect(folders.sort()).toEqual([
      ['area=100%25', '100%'],
      ['area=__HIVE_DEFAULT_PARTITION__', null],
      ['area=a%20b', 'a b'],
    ]);
    const adds = (await log(0)).flatMap((action) => (action['add'] ? [action['add']] : []));
    expect(adds.find((add) => String(add['path']).startsWith('area=a%2520b/'))).toMatchObject({
      partitionValues: { area: 'a b' },
    });
    expect(adds.every((add) => !String(add['stats']).includes('area'))).toBe(true);
  });

  test(`'' is refused: it is NULL to some readers and '' to others`, async () => {
    await expect(
      opened.writer.write(table, `select 1 as id, '' as area`, { partitionBy: ['area'] }),
    ).rejects.toMatchObject({
      code: 'LK6035',
      message: `silver.x: the partition column "area" has the value '', which readers disagree on`,
    });
  });

  test('columns that do not exist or whose values readers write differently are refused', async () => {
    const write = (partitionBy: string[]) =>
      opened.writer.writeNothing(table, `select 1.5::double as d, now() as at`, { partitionBy });
    for (const column of ['none', 'd', 'at']) {
      await expect(write([column])).rejects.toMatchObject({ code: 'LK6035', details: { column } });
    }
  });

  test('cannot change while old files stay', async () => {
    await opened.writer.write(table, areas, { partitionBy: ['area'] });
    await expect(opened.writer.write(table, areas, { mode: 'append' })).rejects.toMatchObject({
      code: 'LK6035',
    });
  });
});

describe('what is not committed', () => {
  const request = async (): Promise<CommitRequest> => ({
    table,
    base: -1,
    mode: 'overwrite',
    columns: await opened.writer.columns(numbers(3)),
    partitionBy: [],
    files: await opened.writer.stage(table, numbers(3)),
    state: bareState,
  });

  test('F25: a staged file that was cut or lost', async () => {
    const wanted = await request();
    await truncate(wanted.files[0]!.path, 0);
    await expect(opened.lake.commit(wanted)).rejects.toMatchObject({
      code: 'LK6031',
      message: expect.stringContaining(`has 0 bytes instead of ${wanted.files[0]!.bytes}`),
    });
    await unlink(wanted.files[0]!.path);
    await expect(opened.lake.commit(wanted)).rejects.toMatchObject({
      message: expect.stringContaining('is missing'),
    });
    expect(await opened.lake.head(table)).toBeUndefined();
  });

  test('a file from outside the staging folder', async () => {
    const wanted = await request();
    const outside = opened.at('outside.parquet');
    await writeFile(outside, '');
    const files = [{ ...wanted.files[0]!, path: outside }];
    await expect(opened.lake.commit({ ...wanted, files })).rejects.toMatchObject({ code: 'LK6031' });
  });

  test('a type that Delta lacks, a type that changes under old files, names that differ in case', async () => {
    const { writer } = opened;
    await expect(writer.write(table, `select uuid() as id`)).rejects.toMatchObject({ code: 'LK6032' });
    await writer.write(table, `select 1 as id`);
    await expect(writer.write(table, `select 'x' as id`, { mode: 'append' })).rejects.toMatchObject({
      code: 'LK6034',
      message: 'silver.x: column "id" was INTEGER and would become VARCHAR',
    });
    await expect(writer.write(table, `select 1 as "ID"`, { mode: 'append' })).rejects.toMatchObject({
      code: 'LK6033',
    });
    expect((await opened.lake.head(table))?.version).toBe(0);
    expect(await dataFiles()).toHaveLength(1);
  });

  test.each(['../x', 'silver', 'silver.a.b', 'silver._x', '_runs.x', 'silver.a/b', '', 'silver.'])(
    'B20: the table name %j',
    async (name) => {
      await expect(opened.lake.commit({ ...(await request()), table: name })).rejects.toMatchObject({
        code: 'LK6010',
      });
    },
  );
});

describe('two writers', () => {
  test('F26: the second on the same base is told who was first, and leaves nothing behind', async () => {
    await opened.writer.write(table, numbers(1));
    const files = await opened.writer.stage(table, numbers(9));
    await opened.writer.write(table, numbers(2), { state: { ...bareState, run: 'run-of-the-other' } });
    const before = await readdir(opened.at('silver/x/_lake'));
    const columns = await opened.writer.columns(numbers(9));
    const late: CommitRequest = {
      table,
      base: 0,
      mode: 'overwrite',
      columns,
      partitionBy: [],
      files,
      state: bareState,
    };
    await expect(opened.lake.commit(late)).rejects.toMatchObject({
      code: 'LK6030',
      transient: true,
      message: expect.stringMatching(
        /^silver\.x: version 1 was published by run run-of-the-other at 20\d\d-.*Z, while this run was working$/,
      ),
    });
    expect(await dataFiles()).toHaveLength(2);
    expect(await readdir(opened.at('silver/x/_lake'))).toEqual(before);
  });

  test('of eight at once one wins; the files of the others are gone', async () => {
    const requests = await Promise.all(
      Array.from({ length: 8 }, async (_, i): Promise<CommitRequest> => {
        const files = await opened.writer.stage(table, numbers(i + 1));
        const columns = await opened.writer.columns(numbers(1));
        const state = { ...bareState, run: `run-${i}` };
        return { table, base: -1, mode: 'overwrite', columns, partitionBy: [], files, state };
      }),
    );
    const lakes = await Promise.all(requests.map(() => opened.again()));
    const results = await Promise.allSettled(requests.map((request, i) => lakes[i]!.commit(request)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'LK6030', transient: true });
    }
    const head = (await opened.lake.head(table))!;
    expect(head).toEqual(winners[0]!.value);
    expect(await dataFiles()).toEqual(head.state.files.map((file) => file.path));
    expect(await readdir(opened.at('silver/x/_lake'))).toEqual([`0-${head.state.txnId}.json`]);
  });
});

describe('staging', () => {
  test('every call makes a new empty folder; unstage removes those of one run, in every table', async () => {
    const { lake } = opened;
    const folders = await Promise.all([
      lake.stage(table, 'a'),
      lake.stage(table, 'a'),
      lake.stage('bronze.y', 'a'),
    ]);
    const kept = await lake.stage(table, 'b');
    expect(new Set(folders).size).toBe(3);
    for (const folder of folders) await writeFile(join(folder, 'f'), '');
    await lake.unstage('a');
    await lake.unstage('never-was');
    for (const folder of folders) await expect(stat(folder)).rejects.toThrow('ENOENT');
    expect(await readdir(kept)).toEqual([]);
    expect(await lake.tables()).toEqual([]);
  });

  test.each(['../a', 'a/b', '', '.a'])('B20: the run name %j is refused', async (run) => {
    await expect(async () => opened.lake.stage(table, run)).rejects.toMatchObject({ code: 'LK6010' });
    await expect(opened.lake.unstage(run)).rejects.toMatchObject({ code: 'LK6010' });
  });
});
