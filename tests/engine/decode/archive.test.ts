import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { utils, write as writeWorkbook } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';
import { type ZipEntry, zip } from './support/zip.js';

const { decode, read, write, root } = withEngine();

let files = 0;
const archive = (content: Buffer, hint: object = {}, variables: Record<string, string> = {}) => ({
  files: [write(`spool/p${files++}.zip`, content)],
  decode: { format: 'zip' as const, ...hint },
  variables,
});
const packed = (...entries: ZipEntry[]) => archive(zip(...entries));
const rowsOf = async (part: ReturnType<typeof archive>) => {
  const { files, parts } = await decode([part]);
  return { parts, rows: await read(files) };
};
const csv = (name: string, data = 'a\n1\n'): ZipEntry => ({ name, data });

describe('ZIP archives', () => {
  it('are read as the one file that they hold, whatever its name says of its format', async () => {
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet([['a'], [1]]), 'S');
    const workbook = writeWorkbook(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
    for (const entry of [
      csv('data.csv'),
      csv('data.json', '[{"a":1}]'),
      csv('data.ndjson', '{"a":1}\n{"a":1}\n'),
      csv(
        'data.geojson',
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1}}]}',
      ),
      { name: 'data.csv', data: workbook },
      { name: 'data.csv.gz', data: gzipSync('a\n1\n') },
      { ...csv('data.csv'), method: 0 },
      { ...csv('data.csv'), descriptor: true },
      { ...csv('data.csv'), zip64: true },
      { ...csv('-'), name: Buffer.from('donn\u00e9es.csv', 'latin1') },
    ]) {
      const { parts, rows } = await rowsOf(packed({ name: 'folder/', data: '' }, csv('__MACOSX/._x'), entry));
      expect([entry.name, parts[0]!.columns, rows[0]!['a']]).toEqual([entry.name, ['a'], '1']);
    }
  });

  it('make one table by column name of all members that fit a pattern, its variable as a column', async () => {
    const content = zip(
      csv('readme.txt', 'see the portal'),
      csv('data/trees_2019.csv', 'id,height\n1,10\n2,20\n'),
      csv('data/trees_2020.csv', 'height,id,state\n30,3,good\n'),
      csv('data/trees_2021.csv', 'id,height\n4,40\n'),
    );
    const { files, parts } = await decode([archive(content, { member: 'trees_{year}.csv' }, { city: 'x' })]);
    expect(parts).toMatchObject([{ rows: 4, columns: ['id', 'height', 'state'] }]);
    const rows = await read(files);
    const byId = rows.sort((a, b) => Number(a['id']) - Number(b['id']));
    expect(byId.map((row) => [row['id'], row['height'], row['state'], row['_year'], row['_city']])).toEqual([
      ['1', '10', undefined, '2019', 'x'],
      ['2', '20', undefined, '2019', 'x'],
      ['3', '30', 'good', '2020', 'x'],
      ['4', '40', undefined, '2021', 'x'],
    ]);
    expect(new Set(rows.map((row) => row['_row'])).size).toBe(4);
    expect(new Set(rows.map((row) => row['_source_part']))).toEqual(new Set(['part0']));
  });

  it('are read by what the manifest says: the member, and how it is read', async () => {
    const content = zip(
      csv('a.csv', 'x|y\n1|2\n'),
      csv('sub/b.csv', 'x\n9\n'),
      csv('c.json', '{"r":[{"x":7}]}'),
    );
    const x = async (hint: object) => (await rowsOf(archive(content, hint))).rows.map((row) => row['x']);
    expect(await x({ member: 'a.csv', delimiter: '|' })).toEqual(['1']);
    expect(await x({ member: 'sub/b.csv' })).toEqual(['9']);
    expect(await x({ member: 'sub/*' })).toEqual(['9']);
    expect(await x({ member: '*.json', records: 'r' })).toEqual(['7']);
  });

  it('B17: an archive with several files where one is meant is refused, and says what it holds', async () => {
    const content = zip(csv('a.csv'), csv('b.csv'));
    expect(await failure(decode([archive(content)]))).toMatchObject({
      code: 'LK5018',
      message: expect.stringMatching(/^part0: the archive p\d+\.zip holds 2 files: "a.csv", "b.csv"$/),
      hint: `name one of them, or several by a pattern: \`read: {member: '*.csv'}\``,
    });
    expect(await failure(decode([archive(content, { member: 'c.csv' })]))).toMatchObject({
      code: 'LK5018',
      message: expect.stringMatching(/holds no file "c.csv"; there are "a.csv", "b.csv"$/),
      hint: expect.stringMatching(/^Did you mean "[ab].csv"\?$/),
    });
    expect((await failure(decode([packed()]))).message).toMatch(/holds no file$/);
  });

  it('B17: two entries of one name are refused where that name is meant', async () => {
    const content = zip(csv('a.csv', 'a\n1\n'), csv('a.csv', 'a\n2\n'), csv('sub/a.csv', 'a\n3\n'));
    expect((await failure(decode([archive(content, { member: 'a.csv' })]))).message).toMatch(
      /holds 3 files "a.csv"/,
    );
    expect((await rowsOf(archive(content, { member: '*.csv' }))).rows.map((row) => row['a'])).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it.each([
    [
      'B17: a name that climbs out of its folder is refused',
      [csv('../../x.csv')],
      /has a name that leads out of it: "\.\.\/\.\.\/x\.csv"$/,
    ],
    [
      'B17: a name with backslashes that climbs out is refused',
      [csv('..\\..\\x.csv')],
      /has a name that leads out of it/,
    ],
    [
      'B17: an absolute name is refused',
      [csv('/etc/x.csv')],
      /has a name that leads out of it: "\/etc\/x\.csv"$/,
    ],
    ['B17: a name on a drive is refused', [csv('C:\\x.csv')], /has a name that leads out of it/],
    [
      'B17: an encrypted entry is refused',
      [{ ...csv('a.csv'), flags: 1 }],
      /is encrypted: "a\.csv" needs a password$/,
    ],
    [
      'B17: an unknown way of packing is refused',
      [{ ...csv('a.csv'), method: 99 }],
      /packs "a\.csv" by method 99, which cannot be read$/,
    ],
    [
      'B17: a wrong checksum is refused',
      [{ ...csv('a.csv'), crc: 1 }],
      /"a\.csv" does not have the checksum that it should have$/,
    ],
    [
      'B17: an entry that unpacks to more than it says is refused',
      [{ ...csv('a.csv'), claims: 2 }],
      /is damaged: too many bytes in the stream/,
    ],
    ['B17: a symbolic link is no file', [{ ...csv('a.csv'), mode: 0o120777 }], /holds no file$/],
    [
      'B17: entries that share their bytes are refused',
      [csv('a.csv'), { ...csv('b.csv'), sharesWith: 0 }],
      /has entries that share their bytes$/,
    ],
    [
      'B17: an archive within an archive is refused',
      [{ name: 'a.zip', data: zip(csv('a.csv')) }],
      /holds a further archive, "a\.zip"$/,
    ],
    [
      'B17: an archive within gzip is refused',
      [{ name: 'a.gz', data: gzipSync(gzipSync('a')) }],
      /holds a further archive in "a\.gz"$/,
    ],
    [
      'B17: gzip that is cut off is refused',
      [{ name: 'a.gz', data: gzipSync('abcdefgh').subarray(0, 15) }],
      /"a\.gz" cannot be unpacked by gzip$/,
    ],
    [
      'B17: an entry that claims gibibytes is refused',
      [{ ...csv('a.csv'), claims: 4_000_000_000 }],
      /unpacks to more than 64 MiB/,
    ],
  ] as [string, ZipEntry[], RegExp][])('%s', async (_, entries, message) => {
    const error = await failure(decode([packed(...entries)]));
    expect(error.message).toMatch(message);
    expect([error.code, error.message.startsWith('part0: the archive p')]).toEqual(['LK5018', true]);
  });

  it('B17: bytes that pack a thousand times stop being unpacked at the limit, however small the directory says they are', async () => {
    const bomb = zip({ name: 'a.csv', data: Buffer.alloc(200 << 20, '1') });
    expect(bomb.length).toBeLessThan(1 << 20);
    expect((await failure(decode([archive(bomb)]))).message).toMatch(/unpacks to more than 64 MiB/);
    const inner = gzipSync(Buffer.alloc(200 << 20, '1'), { level: 9 });
    const nested = zip({ name: 'a.csv.gz', data: inner, method: 0 });
    expect((await failure(decode([archive(nested)]))).message).toMatch(/unpacks to more than 64 MiB/);
  });

  it('B17: more than ten thousand entries are refused', async () => {
    const entries = Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}`, method: 0 }));
    expect((await failure(decode([packed(...entries)]))).message).toMatch(/has more than 10,000 entries$/);
  });

  it('B17: an archive that is cut off is told from one that is none', async () => {
    const whole = zip(csv('a.csv', 'a\n1\n'.repeat(100)));
    const cut = whole.subarray(0, whole.length - 30);
    expect(await failure(decode([archive(cut)]))).toMatchObject({
      code: 'LK5018',
      message: expect.stringMatching(/is cut off, or no archive$/),
    });
    expect((await rowsOf(archive(Buffer.from('a\n5\n')))).rows).toMatchObject([{ a: '5' }]);
  });

  it('B17: nothing is written under a name out of the archive', async () => {
    const before = readdirSync(root, { recursive: true }).length;
    const part = packed(csv('sub/evil name.csv'));
    await decode([part]);
    const names = readdirSync(root, { recursive: true }).map(String);
    expect(names.filter((name) => name.includes('evil') || name.includes('member'))).toEqual([]);
    expect(names.length - before).toBeLessThanOrEqual(4);
    expect(readdirSync(join(root, 'spill')).filter((name) => !name.startsWith('engine-'))).toEqual([]);
  });

  it('B17: a mistake in a member names the part, the member and the line', async () => {
    const error = await failure(decode([packed(csv('data/x.csv', 'a,b\n1,2\n3\n'))]));
    expect(error.message).toMatch(/^part0, "data\/x\.csv": line 3 of .* has 1 value where the header has 2$/);
  });
});
