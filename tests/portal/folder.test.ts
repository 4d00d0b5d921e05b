import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/errors/lake-error.js';
import { describePortal, startPortal } from '../../src/portal/index.js';
import { ask, folderOf, portalOf } from './portal-fixture.js';

async function refusal(files: Readonly<Record<string, string>>) {
  const folder = await folderOf(files);
  const error = await startPortal({ folder }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LakeError)) throw new Error(`no LakeError: ${error}`);
  return { code: error.code, message: error.message.replaceAll(folder, '<folder>'), hint: error.hint };
}

const socrata = (body: string) => `origins:\n  https://a.example:\n    type: socrata\n    datasets:\n${body}`;

describe('mistakes in portal.yml', () => {
  it('no file at all', async () => {
    const { code, message } = await refusal({});
    expect({ code, message }).toEqual({ code: 'LK7100', message: 'There is no portal.yml in <folder>' });
  });

  it('YAML that cannot be read', async () => {
    const { code, message } = await refusal({ 'portal.yml': 'origins:\n  a: [1\n' });
    expect(code).toBe('LK7101');
    expect(message).toMatch(/^portal\.yml:3:1 /);
  });

  it('an unknown key, with the nearest one', async () => {
    expect(
      await refusal({ 'portal.yml': socrata('      abcd-1234:\n        table: {fils: [a.csv]}\n') }),
    ).toMatchObject({
      code: 'LK7101',
      message: 'portal.yml:6:17 unknown key "fils"',
      hint: 'Did you mean "files"?',
    });
  });

  it('all mistakes of one file together', async () => {
    const { message } = await refusal({
      'portal.yml': socrata(
        '      abcd-1234:\n        cap: none\n        table: {files: [a.csv], columns: {a: int4}}\n      X: {table: {}}\n',
      ),
    });
    expect(message.split('\n')).toEqual([
      'portal.yml:6:9 "cap": Invalid input: expected number, received string',
      'portal.yml:7:43 "a": not a column type of this portal',
      expect.stringContaining('portal.yml:8:7 "X": '),
    ]);
  });

  it('files that do not exist, or lie outside of the root', async () => {
    const absent = await refusal({
      'portal.yml': socrata('      abcd-1234:\n        table: {files: [a.csv, b.csv]}\n'),
    });
    expect(absent).toMatchObject({
      code: 'LK7102',
      message:
        'portal.yml:6:17 file "a.csv" does not exist under <folder>\nportal.yml:6:17 file "b.csv" does not exist under <folder>',
    });
    const outside = await refusal({
      'portal.yml': socrata('      abcd-1234:\n        table: {files: [../../etc/hosts]}\n'),
    });
    expect(outside).toMatchObject({
      code: 'LK7101',
      message: 'portal.yml:6:17 "../../etc/hosts" lies outside of the portal\'s root <folder>',
    });
  });

  it('a resource that is neither a table nor a file, a table without files, a fault of no origin', async () => {
    const { message } = await refusal({
      'portal.yml': `
origins:
  https://c.example: {type: ckan, packages: {p: {resources: [{name: R}]}}}
  https://a.example: {type: socrata, datasets: {abcd-1234: {table: {}}}}
faults:
  - {at: '*', origin: 'https://b.example', kind: reset}
`,
    });
    expect(message.split('\n')).toEqual([
      'portal.yml:3:62 resource "R" needs either table or file',
      'portal.yml:4:61 a table needs files, its own or in days',
      'portal.yml:6:15 "https://b.example" is not among the origins',
    ]);
  });
});

describe('days', () => {
  const files = {
    'portal.yml': socrata(`      abcd-1234:
        table:
          columns: [a]
          days:
            1: {files: [one.csv], updated_at: 2026-01-01T00:00:00Z}
            3: {files: [three.csv], updated_at: 2026-01-03T00:00:00Z, columns: [b]}
`),
    'one.csv': 'a\n1\n',
    'three.csv': 'b\n3\n',
  };
  const rows = async (day?: number) => {
    const portal = await portalOf(files, day);
    return (await ask(portal, 'https://a.example/resource/abcd-1234.json')).json();
  };

  it('serve the newest state that is not after the day', async () => {
    expect([await rows(1), await rows(2), await rows(3), await rows()]).toEqual([
      [{ a: '1' }],
      [{ a: '1' }],
      [{ b: '3' }],
      [{ b: '3' }],
    ]);
  });

  it('before the first one are a mistake', async () => {
    const folder = await folderOf(files);
    await expect(startPortal({ folder, day: 0 })).rejects.toMatchObject({
      code: 'LK7101',
      message: 'portal.yml:8:11 no day up to 0: the first is 1',
    });
  });
});

describe('counts', () => {
  const yaml = (bytes: number) =>
    socrata(
      `      abcd-1234: {table: {files: [a.csv], columns: [a], counted: {rows: 7, bytes: ${bytes}}}}\n`,
    );
  const count = async (bytes: number) => {
    const portal = await portalOf({ 'portal.yml': yaml(bytes), 'a.csv': 'a\n1\n' });
    return (await ask(portal, 'https://a.example/resource/abcd-1234.json?$select=count(*)')).json()[0].count;
  };

  it('are believed while the files have the size that they were counted at', async () => {
    expect([await count(4), await count(5)]).toEqual(['7', '1']);
  });

  it('stand in the description, with a URL to look at', async () => {
    const folder = await folderOf({ 'portal.yml': yaml(5), 'a.csv': 'a\n1\n' });
    expect(await describePortal(folder)).toEqual([
      {
        origin: 'https://a.example',
        type: 'socrata',
        id: 'abcd-1234',
        name: 'abcd-1234',
        rows: 1,
        url: 'https://a.example/resource/abcd-1234.json?$limit=5',
      },
    ]);
  });
});

it('a file that is no table is a server error that says why', async () => {
  const portal = await portalOf({
    'portal.yml': socrata(
      '      abcd-1234: {table: {files: [a.csv]}}\n      abcd-1235: {table: {files: [b.csv], columns: [x]}}\n',
    ),
    'a.csv': 'a,b\n1\n',
    'b.csv': 'a\n1\n',
  });
  const ragged = await ask(portal, 'https://a.example/resource/abcd-1234.json');
  expect([ragged.status, ragged.json().message]).toEqual([
    500,
    'a.csv cannot be served as a table: line 2 has 1 values, the header 2. Correct the file, or its entry in portal.yml.',
  ]);
  const renamed = await ask(portal, 'https://a.example/resource/abcd-1235.json');
  expect(renamed.json().message).toContain('b.csv has no column "x"');
});
