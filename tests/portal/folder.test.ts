import { describe, expect, it } from 'vitest';
import { LakeError, ProjectError } from '../../src/errors/lake-error.js';
import { describePortal, startPortal } from '../../src/portal/index.js';
import { ask, folderOf, portalOf } from './portal-fixture.js';

/** Code, message, and each mistake as `line:col message | expected | hint`. */
async function refusal(files: Readonly<Record<string, string>>) {
  const folder = await folderOf(files);
  const error = await startPortal({ folder }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LakeError)) throw new Error(`no LakeError: ${error}`);
  const told = (text: string) => text.replaceAll(folder, '<folder>');
  const diagnostics = error instanceof ProjectError ? error.diagnostics : [];
  return {
    code: error.code,
    message: told(error.message),
    mistakes: diagnostics.map(({ at, message, expected, hint }) =>
      told(
        [`${at?.line}:${at?.col} ${message}`, expected, hint]
          .filter((part) => part !== undefined)
          .join(' | '),
      ),
    ),
  };
}

const socrata = (body: string) => `origins:\n  https://a.example:\n    type: socrata\n    datasets:\n${body}`;

describe('mistakes in portal.yml', () => {
  it('no file at all', async () => {
    const { code, message } = await refusal({});
    expect({ code, message }).toEqual({ code: 'LK7100', message: 'There is no portal.yml in <folder>' });
  });

  it('YAML that cannot be read', async () => {
    expect(await refusal({ 'portal.yml': 'origins:\n  a: [1\n' })).toEqual({
      code: 'LK7101',
      message: '1 mistake in <folder>/portal.yml',
      mistakes: [
        '2:6 this bracket is never closed | Close it, or check the indentation of the lines that follow',
      ],
    });
  });

  it('an unknown key, with the nearest one', async () => {
    const { mistakes } = await refusal({
      'portal.yml': socrata('      abcd-1234:\n        table: {fils: [a.csv]}\n'),
    });
    expect(mistakes).toEqual(['6:17 unknown key "fils" | Did you mean "files"?']);
  });

  it('all mistakes of one file together, in words', async () => {
    const { message, mistakes } = await refusal({
      'portal.yml': `origins:
  https://a.example:
    type: socrata
    gzip: maybe
    datasets:
      abcd-1234:
        cap: none
        table: {files: [a.csv], columns: {a: int4, b: {type: nmber}}}
      X: {table: {}}
      abcd-1235: {cap: 0}
  https://b.example: {type: ckn}
  https://c.example/path: {type: http}
  https://d.example: {packages: {}}
faults:
  - {kind: cut}
  - {at: '*', kind: ct}
seed: -1
`,
    });
    expect(message).toBe('13 mistakes in <folder>/portal.yml');
    const types = 'text, number, floating_timestamp, fixed_timestamp, checkbox, location, point, url';
    expect(mistakes).toEqual([
      '4:11 "gzip" cannot be "maybe" | true or false',
      '7:14 "cap" cannot be "none" | a number',
      '8:46 "a": not a column type of this portal',
      `8:62 "type" cannot be "nmber" | one of ${types} | Did you mean "number"?`,
      '9:7 "X": a dataset id has the shape abcd-1234',
      '10:24 "cap" cannot be 0 | 1 or more',
      '10:7 "table" is missing | a mapping',
      '11:29 "type" cannot be "ckn" | one of ckan, socrata, github, http | Did you mean "ckan"?',
      '12:3 "https://c.example/path": an origin is a scheme and a host, without a path',
      '13:3 "type" is missing | one of ckan, socrata, github, http',
      '15:5 "at" is missing | a text',
      '16:21 "kind" cannot be "ct" | one of status, html, reset, cut, rows, count, delay | Did you mean "cut"?',
      '17:7 "seed" cannot be -1 | 0 or more',
    ]);
  });

  it('files that do not exist, or lie outside of the root', async () => {
    const table = (files: string) => ({
      'portal.yml': socrata(`      abcd-1234:\n        table: {files: [${files}]}\n`),
    });
    expect(await refusal(table('a.csv, b.csv'))).toEqual({
      code: 'LK7102',
      message: '2 mistakes in <folder>/portal.yml',
      mistakes: [
        '6:25 there is no file "a.csv" | It is looked for in <folder>',
        '6:32 there is no file "b.csv" | It is looked for in <folder>',
      ],
    });
    expect((await refusal(table('../../etc/hosts'))).mistakes).toEqual([
      '6:25 "../../etc/hosts" lies outside of the portal\'s root | The root is <folder>; set "root" to a folder that holds all files',
    ]);
  });

  it('a resource that is neither a table nor a file, a table without files, a fault of no origin', async () => {
    const { mistakes } = await refusal({
      'portal.yml': `
origins:
  https://c.example: {type: ckan, packages: {p: {resources: [{name: R}]}}}
  https://a.example: {type: socrata, datasets: {abcd-1234: {table: {}}}}
faults:
  - {at: '*', origin: 'https://b.example', kind: reset}
`,
    });
    expect(mistakes).toEqual([
      '3:62 resource "R" needs either table or file',
      '4:61 a table needs files, its own or in days',
      '6:23 "https://b.example" is not among the origins | Did you mean "https://c.example"?',
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
      diagnostics: [{ message: 'no day up to 0: the first is 1', at: { line: 8, col: 11 } }],
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
