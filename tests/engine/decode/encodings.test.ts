import { describe, expect, it } from 'vitest';
import { failure, withEngine } from '../with-engine.js';

const { decode, read, write } = withEngine();

let files = 0;
const part = (content: Buffer | string, hint: object = {}) => ({
  files: [write(`spool/p${files++}.csv`, content)],
  decode: { format: 'csv' as const, ...hint },
});
const values = async (one: ReturnType<typeof part>) => {
  const { files, parts } = await decode([one]);
  const { columns, notes } = parts[0]!;
  return { columns, rows: (await read(files)).map((row) => columns.map((c) => row[c])), notes };
};
const le = (text: string) => Buffer.from(text, 'utf16le');
const be = (text: string) => le(text).swap16();
const mark = (...bytes: number[]) => Buffer.from(bytes);
const joined = (...bytes: Buffer[]) => Buffer.concat(bytes);
const TEXT = 'a,b\né€,😀\n';

describe('encodings', () => {
  const cases: [string, ReturnType<typeof part>, string?][] = [
    ['B2: a byte order mark of UTF-8 is no part of the first name', part(`\uFEFF${TEXT}`)],
    ['B2: UTF-16 LE is told by its mark', part(joined(mark(0xff, 0xfe), le(TEXT)))],
    ['B2: UTF-16 BE is told by its mark', part(joined(mark(0xfe, 0xff), be(TEXT)))],
    ['B2: UTF-16 LE without a mark is told by its zero bytes', part(le(`a,b\n${'x,y\n'.repeat(20)}é€,😀\n`))],
    ['B2: UTF-16 BE without a mark is told by its zero bytes', part(be(`a,b\n${'x,y\n'.repeat(20)}é€,😀\n`))],
    ['B2: UTF-16 without a mark is read as declared', part(le('ą,b\né€,😀\n'), { encoding: 'utf-16le' })],
    ['B2: UTF-16 BE without a mark is read as declared', part(be(TEXT), { encoding: 'UTF-16BE' })],
    ['B2: UTF-16 declared without an order is told by its bytes', part(be(TEXT), { encoding: 'utf-16' })],
    [
      'B2: a mark wins over what is declared',
      part(joined(mark(0xff, 0xfe), le(TEXT)), { encoding: 'latin-1' }),
    ],
  ];
  it.each(cases)('%s', async (_, one) => {
    const { columns, rows } = await values(one);
    expect([columns.at(-1), rows.at(-1)]).toEqual(['b', ['é€', '😀']]);
  });

  it('B2: cp1252 and latin-1 are read as declared, with the quotes and the euro of Windows', async () => {
    const bytes = Buffer.from([0x61, 0x0a, 0x93, 0xe9, 0x80, 0x94, 0x0a]);
    for (const encoding of ['cp1252', 'CP-1252', 'latin-1', 'windows-1252', 'iso-8859-1'])
      expect((await values(part(bytes, { encoding }))).rows).toEqual([['“é€”']]);
  });

  it('B2: a byte that is not UTF-8 fails the load, with line and offset and what to declare', async () => {
    const error = await failure(decode([part(Buffer.from('a,b\n1,ok\n2,caf\xe9\n', 'latin1'))]));
    expect(error).toMatchObject({ code: 'LK5012', details: { offset: 14, line: 3 } });
    expect(error.message).toMatch(
      /line 3 of p\d+\.csv is not UTF-8: the byte at offset 14 starts no character$/,
    );
    expect(error.hint).toMatch(/`read: \{encoding: cp1252\}`.*`invalid_bytes: replace`/);
  });

  it('B2: a byte that is not of the declared encoding fails the load, with its offset', async () => {
    const far = joined(le('a\n'), le('x\n'.repeat(100_000)), mark(0x00, 0xd8), le('x\n'));
    const error = await failure(decode([part(far, { encoding: 'utf-16le' })]));
    expect(error.code).toBe('LK5012');
    expect(error.message).toMatch(/is not utf-16le at byte 40000[4-7]$/);
  });

  it('B2: invalid bytes are replaced and counted where the manifest allows it', async () => {
    const bytes = Buffer.from('a,b\n\xff,\xe9t\xe9\n�,x\n', 'latin1');
    expect(await values(part(bytes, { invalidBytes: 'replace' }))).toMatchObject({
      rows: [
        ['�', '�t�'],
        [expect.any(String), 'x'],
      ],
      notes: [
        expect.stringMatching(/^part0: [34] characters were not of the file's encoding and replaced by �$/),
      ],
    });
    expect((await values(part('a\né\n', { invalidBytes: 'replace' }))).notes).toBeUndefined();
  });

  it('B2: bytes of two encodings in one file are an error, never a guess', async () => {
    const mixed = joined(Buffer.from('a\né\n'), Buffer.from('\xe9\n', 'latin1'));
    expect(await failure(decode([part(mixed)]))).toMatchObject({ code: 'LK5012', details: { offset: 5 } });
    expect((await values(part(mixed, { encoding: 'cp1252' }))).rows).toEqual([['Ã©'], ['é']]);
  });

  it('B2: NUL bytes are characters like others, in values and in names', async () => {
    const { columns, rows } = await values(part('a\0,b\n1,x\0y\n2,z\n'));
    expect([columns, rows]).toEqual([
      ['a', 'b'],
      [
        ['1', 'x\0y'],
        ['2', 'z'],
      ],
    ]);
  });

  it('B2: JSON that is not UTF-8 fails with its offset, and is read as declared', async () => {
    const bytes = Buffer.from('[{"a":"caf\xe9"}]', 'latin1');
    const error = await failure(decode([part(bytes, { format: 'json' })]));
    expect(error).toMatchObject({ code: 'LK5012', message: expect.stringMatching(/offset 10 /) });
    expect((await values(part(bytes, { format: 'json', encoding: 'latin-1' }))).rows).toEqual([['café']]);
    const utf16 = joined(mark(0xff, 0xfe), le('{"a":1}\n{"a":2}\n'));
    expect((await values(part(utf16, { format: 'json' }))).rows).toEqual([['1'], ['2']]);
  });

  it('an encoding that nobody knows is refused, with those that are usual', async () => {
    expect(await failure(decode([part('a\n1\n', { encoding: 'klingon' })]))).toMatchObject({
      code: 'LK5012',
      message: 'part0: there is no encoding "klingon"',
      hint: expect.stringContaining('cp1252'),
    });
  });
});
