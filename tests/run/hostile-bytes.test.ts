/**
 * Bytes that no reader survives unwarned, over a socket into a build: every dataset has a good file on the first day and a
 * hostile one on the second. What cannot be read fails alone, by name and with what to do, and what is published stays.
 */
import { gzipSync } from 'node:zlib';
import { CFB, utils, write as writeWorkbook } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../src/lakehouse/open-lake.js';
import type { TableState } from '../../src/lakehouse/types.js';
import { byteArrays, parquet } from '../engine/decode/support/parquet.js';
import { type ZipEntry, zip } from '../engine/decode/support/zip.js';
import { type Served, serve } from '../fetch/serve.js';
import { type TempProject, tempProject } from '../support/small-city.js';
import { type Built, buildProject } from './support/city.js';

const latin = (text: string) => Buffer.from(text, 'latin1');
const CSV = 'id,name\n1,a\n';
const csv = (name: string, data: string = CSV): ZipEntry => ({ name, data });

function workbook(bookType: 'xlsx' | 'xlsm' = 'xlsx'): Buffer {
  const book = utils.book_new();
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet([
      ['id', 'name'],
      [1, 'a'],
    ]),
    'S',
  );
  if (bookType === 'xlsm') book.vbaraw = Buffer.from('no macro, but bytes');
  return writeWorkbook(book, { type: 'buffer', bookType });
}

function withPassword(): Buffer {
  const cfb = CFB.utils.cfb_new();
  CFB.utils.cfb_add(cfb, '/EncryptedPackage', Buffer.alloc(64));
  CFB.utils.cfb_add(cfb, '/EncryptionInfo', Buffer.from([4, 0, 4, 0, 0x40, 0, 0, 0, 0x3c, 0x3f]));
  return CFB.write(cfb, { type: 'buffer' }) as Buffer;
}

const ids = { name: 'id', type: 6, data: byteArrays(Buffer.from('1')), values: 1 };

/** What is served on the first day, by the ending of the name. */
const GOOD: Record<string, string | Buffer> = {
  csv: CSV,
  json: '[{"id":1,"name":"a"}]',
  ndjson: '{"id":1,"name":"a"}\n',
  xlsx: workbook(),
  xlsm: workbook('xlsm'),
  zip: zip(csv('a.csv')),
  parquet: parquet(ids),
};

interface Hostile {
  readonly title: string;
  readonly body: () => string | Buffer;
  /** `read:` of the manifest. */
  readonly read?: string;
  readonly code: string;
  readonly says: RegExp;
  /** What the hint proposes. */
  readonly hint: RegExp;
}
const bad = (
  title: string,
  body: Hostile['body'],
  code: string,
  says: RegExp,
  hint: RegExp,
  read?: string,
): Hostile => ({ title, body, code, says, hint, read });
const packed =
  (...entries: ZipEntry[]) =>
  () =>
    zip(...entries);
const ANY = /\S+ \S+/;

const BAD: Record<string, Hostile> = {
  'mixed.csv': bad(
    'B2: over a socket, bytes of two encodings in one file are an error, never a guess',
    () => Buffer.concat([Buffer.from('id,name\n1,é\n'), latin('2,\xe9\n')]),
    'LK5012',
    /line 3 of .*mixed\.csv/,
    /encoding/,
  ),
  'declared.csv': bad(
    'B2: over a socket, a byte that is not of the declared encoding is told with its offset',
    () =>
      Buffer.concat([
        Buffer.from('id,name\n1,', 'utf16le'),
        Buffer.from([0x00, 0xd8]),
        Buffer.from('x\n', 'utf16le'),
      ]),
    'LK5012',
    /declared\.csv.* is not utf-16le at byte 2\d$/,
    /encoding/,
    '{encoding: utf-16le}',
  ),
  'latin.json': bad(
    'B2: over a socket, JSON that is not UTF-8 is told with its offset',
    () => latin('[{"id":"\xe9"}]'),
    'LK5012',
    /latin\.json.*offset 8/,
    /encoding/,
  ),
  'field.csv': bad(
    'B3: over a socket, a value of 100 MB is refused with its line',
    () => `id,name\n1,a\n2,"${'x'.repeat(100 << 20)}"\n`,
    'LK5017',
    /line 3 of .*field\.csv is longer than 16 MiB$/,
    /quote is never closed/,
  ),
  'behind.csv': bad(
    'B3: over a socket, text behind a closing quote is an error with its line',
    () => 'id,name\n1,"5" pipe\n',
    'LK5011',
    /line 2 of .*behind\.csv/,
    /`quote`/,
  ),
  'long.csv': bad(
    'B4: over a socket, a row with too many values is not told to be filled',
    () => 'id,name\n1,a,b\n',
    'LK5011',
    /line 2 of .*long\.csv has 3 values where the header has 2$/,
    /^no row is skipped: where a value holds the delimiter without quotes around it, only the portal can correct the file; else set `delimiter` or `quote` under `read:`$/,
  ),
  'empty_beyond.csv': bad(
    'B4: over a socket, a row that is too long by empty values is told how these are left out',
    () => 'id,name\n1,a,\n',
    'LK5011',
    /line 2 of .* has 3 values where the header has 2$/,
    /`ragged: fill` under `read:` leaves out what is empty beyond the header/,
    '{repeated_header: skip}',
  ),
  'short.csv': bad(
    'B4: over a socket, a row with too few values is told how they become NULL',
    () => 'id,name\n1\n2,b\n',
    'LK5011',
    /line 2 of .* has 1 value where the header has 2$/,
    /`ragged: fill` under `read:` makes the missing values NULL/,
  ),
  'beyond.csv': bad(
    'B4: over a socket, `ragged: fill` never drops a value: one beyond the header fails with its line',
    () => 'id,name\n1,a,b\n',
    'LK5011',
    /line 2 of .*beyond\.csv has 3 values/,
    /^(?!.*ragged)/,
    '{ragged: fill}',
  ),
  'cut.json': bad(
    'B9: over a socket, JSON that ends in the middle is told, and asked for twice',
    () => '[{"id":1},{"id":',
    'LK3133',
    /The JSON from .*cut\.json ends in the middle/,
    /run the same command again/,
  ),
  'comma.json': bad(
    'B9: over a socket, a comma that is missing is told with its place',
    () => '[{"id":1}{"id":2}]',
    'LK5014',
    /comma\.json/,
    ANY,
  ),
  'line.ndjson': bad(
    'B9: over a socket, a line that is no document is told with its place',
    () => '{"id":1}\nno document\n{"id":2}\n',
    'LK5014',
    /line\.ndjson/,
    ANY,
  ),
  'password.xlsx': bad(
    'B16: over a socket, a workbook with a password is refused',
    withPassword,
    'LK3113',
    /an old Excel or Word file from .*password\.xlsx/,
    ANY,
  ),
  'cut.xlsx': bad(
    'B16: over a socket, a workbook that is cut off is refused',
    () => workbook().subarray(0, 200),
    'LK5016',
    /cut\.xlsx.* cut off/,
    ANY,
  ),
  'text.xlsx': bad(
    'B16: over a socket, text under the name of a workbook is refused',
    () => CSV,
    'LK3113',
    /Expected XLSX, got plain text from .*text\.xlsx/,
    ANY,
    '{sheet: S}',
  ),
  'bomb.xlsx': bad(
    'B16: over a socket, a workbook that would unpack to more than a gibibyte is refused before it is unpacked',
    packed({ name: 'xl/worksheets/sheet1.xml', data: Buffer.alloc(1_000), claims: 3_000_000_000 }),
    'LK5017',
    /the workbook .*bomb\.xlsx is too large/,
    ANY,
  ),
  'several.zip': bad(
    'B17: over a socket, an archive with several files where one is meant says what it holds',
    packed(csv('a.csv'), csv('b.csv')),
    'LK5018',
    /several\.zip holds 2 files: "a\.csv", "b\.csv"$/,
    /read: \{member: '\*\.csv'\}/,
  ),
  'twice.zip': bad(
    'B17: over a socket, two entries of one name are refused',
    packed(csv('a.csv'), csv('a.csv', 'id,name\n2,b\n')),
    'LK5018',
    /twice\.zip holds 2 files/,
    ANY,
    '{member: a.csv}',
  ),
  'climbs.zip': bad(
    'B17: over a socket, a name that climbs out of its folder is refused',
    packed(csv('../../x.csv')),
    'LK5018',
    /climbs\.zip has a name that leads out of it: "\.\.\/\.\.\/x\.csv"$/,
    ANY,
  ),
  'backslash.zip': bad(
    'B17: over a socket, a name with backslashes that climbs out is refused',
    packed(csv('..\\..\\x.csv')),
    'LK5018',
    /has a name that leads out of it/,
    ANY,
  ),
  'absolute.zip': bad(
    'B17: over a socket, an absolute name is refused',
    packed(csv('/etc/x.csv')),
    'LK5018',
    /has a name that leads out of it/,
    ANY,
  ),
  'drive.zip': bad(
    'B17: over a socket, a name on a drive is refused',
    packed(csv('C:\\x.csv')),
    'LK5018',
    /has a name that leads out of it/,
    ANY,
  ),
  'link.zip': bad(
    'B17: over a socket, a symbolic link is no file',
    packed({ ...csv('a.csv', '/etc/passwd'), mode: 0o120777 }),
    'LK5018',
    /link\.zip holds no file$/,
    ANY,
  ),
  'encrypted.zip': bad(
    'B17: over a socket, an encrypted entry is refused',
    packed({ ...csv('a.csv'), flags: 1 }),
    'LK5018',
    /encrypted\.zip is encrypted: "a\.csv" needs a password$/,
    ANY,
  ),
  'method.zip': bad(
    'B17: over a socket, an unknown way of packing is refused',
    packed({ ...csv('a.csv'), method: 99 }),
    'LK5018',
    /by method 99/,
    ANY,
  ),
  'checksum.zip': bad(
    'B17: over a socket, a wrong checksum is refused',
    packed({ ...csv('a.csv'), crc: 1 }),
    'LK5018',
    /does not have the checksum that it should have$/,
    ANY,
  ),
  'lies.zip': bad(
    'B17: over a socket, an entry that unpacks to more than it says is refused',
    packed({ ...csv('a.csv'), claims: 2 }),
    'LK5018',
    /lies\.zip is damaged: too many bytes/,
    ANY,
  ),
  'shared.zip': bad(
    'B17: over a socket, entries that share their bytes are refused',
    packed(csv('a.csv'), { ...csv('b.csv'), sharesWith: 0 }),
    'LK5018',
    /has entries that share their bytes$/,
    ANY,
  ),
  'nested.zip': bad(
    'B17: over a socket, an archive within an archive is refused',
    packed({ name: 'a.zip', data: zip(csv('a.csv')) }),
    'LK5018',
    /holds a further archive, "a\.zip"$/,
    ANY,
  ),
  'gzips.zip': bad(
    'B17: over a socket, gzip within gzip within an archive is refused',
    packed({ name: 'a.gz', data: gzipSync(gzipSync('a')) }),
    'LK5018',
    /holds a further archive in "a\.gz"$/,
    ANY,
  ),
  'cut_gzip.zip': bad(
    'B17: over a socket, gzip that is cut off within an archive is refused',
    packed({ name: 'a.gz', data: gzipSync('abcdefgh').subarray(0, 15) }),
    'LK5018',
    /"a\.gz" cannot be unpacked by gzip$/,
    ANY,
  ),
  'bomb.zip': bad(
    'B17: over a socket, bytes that pack a thousand times stop being unpacked at the limit',
    packed({ name: 'a.csv', data: Buffer.alloc(200 << 20, '1') }),
    'LK5018',
    /bomb\.zip unpacks to more than/,
    ANY,
  ),
  'entries.zip': bad(
    'B17: over a socket, more than ten thousand entries are refused',
    () => zip(...Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}`, method: 0 }))),
    'LK5018',
    /has more than 10,000 entries$/,
    ANY,
  ),
  'cut.zip': bad(
    'B17: over a socket, an archive that is cut off is told from one that is none',
    () => zip(csv('a.csv', CSV.repeat(100))).subarray(0, -30),
    'LK5018',
    /cut\.zip is cut off, or no archive$/,
    ANY,
  ),
  'member.zip': bad(
    'B17: over a socket, a mistake in a member is told by part, member and line',
    packed(csv('data/x.csv', 'id,name\n1,a\n3\n')),
    'LK5011',
    /"data\/x\.csv": line 3 of .* has 1 value where the header has 2$/,
    /ragged: fill/,
  ),
  'footer.parquet': bad(
    'B19: over a socket, a Parquet file without its footer is refused by name',
    () => parquet(ids).subarray(0, -20),
    'LK5019',
    /footer\.parquet/,
    ANY,
  ),
  'codec.parquet': bad(
    'B19: over a socket, a Parquet file of an unknown codec is refused by name',
    () => parquet({ ...ids, codec: 77 }),
    'LK5019',
    /codec\.parquet/,
    ANY,
  ),
  'page.parquet': bad(
    'B19: over a socket, a page that claims two gibibytes is refused by name',
    () => parquet({ ...ids, claims: 0x7fffffff }),
    'LK5019',
    /page\.parquet/,
    ANY,
  ),
};

/** Looks hostile, and is read. */
const FINE: Record<string, () => string | Buffer> = {
  'macro.xlsm': () => workbook('xlsm'),
  'deep.json': () => `[{"id":1,"name":${'['.repeat(10_000)}1${']'.repeat(10_000)}}]`,
};

const nameOf = (file: string) => file.replace('.', '_');
const all = [...Object.keys(BAD), ...Object.keys(FINE)];

let day = 1;
let site: Served;
let project: TempProject;
let built: Built;
const states = new Map<string, TableState>();
beforeAll(async () => {
  site = await serve((request, response) => {
    const file = request.url!.slice(1);
    const first = file === 'declared.csv' ? Buffer.from(CSV, 'utf16le') : GOOD[file.split('.')[1]!]!;
    const body = day === 1 ? first : (BAD[file]?.body ?? FINE[file]!)();
    response.setHeader('content-length', Buffer.byteLength(body)).end(body);
  });
  project = tempProject({
    'project.yml': `name: hostile\nprofile: hostile\nportals: {site: {type: http, url: '${site.origin}'}}\n`,
    'profiles.yml':
      'hostile: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
    ...Object.fromEntries(
      all.map((file) => [
        `datasets/${nameOf(file)}.yml`,
        `dataset: ${nameOf(file)}\nportal: site\nsource: {url: ${file}${BAD[file]?.read ? `, read: ${BAD[file].read}` : ''}}\nkey: none\nfields: {id: varchar}\n`,
      ]),
    ),
  });
  await buildProject(project.root);
  day = 2;
  built = await buildProject(project.root, { exit: 1 });
  const lake = await openLake({ type: 'local', path: 'lake' }, project.root);
  for (const file of all) {
    const head = await lake.head(`bronze.${nameOf(file)}`);
    if (head) states.set(file, head.state);
  }
}, 240_000);
afterAll(async () => {
  project.remove();
  await site.close();
});

describe('bytes that cannot be read', () => {
  it.each(Object.entries(BAD).map(([file, { title }]) => [title, file] as const))('%s', (_, file) => {
    const { code, says, hint } = BAD[file]!;
    const { error } = built.node(`bronze.${nameOf(file)}`);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) });
    expect(error!.hint).toMatch(hint);
    expect(built.statuses[`silver.${nameOf(file)}`]).toBe('skipped');
    expect([states.get(file)?.version, states.get(file)?.rows]).toEqual([0, 1]);
  });
});

describe('bytes that only look so', () => {
  it('B16, B9: over a socket, macros are not run and ten thousand levels of nesting are text: both land', () => {
    expect(['unchanged', 'success', 'reused']).toContain(built.statuses['bronze.macro_xlsm']);
    expect(built.node('bronze.deep_json')).toMatchObject({ status: 'success', rows: 1 });
    expect(
      built.nodes.filter(({ id, status }) => id.startsWith('bronze.') && status === 'error'),
    ).toHaveLength(Object.keys(BAD).length);
  });
});
