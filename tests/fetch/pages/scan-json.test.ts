import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../../src/fetch/pages/scan-json.js';
import { tempDir } from '../world.js';

async function scanned(text: string | Buffer, records: string | undefined, ...values: string[]) {
  const path = join(await tempDir(), 'page.json');
  await writeFile(path, text);
  const facts = await scanJson(path, { records, values });
  return { ...facts, values: Object.fromEntries(facts.values) };
}

describe('a page of JSON', () => {
  it('tells its records and single values, wherever they stand', async () => {
    const page = {
      success: true,
      result: {
        limit: 2,
        records: [{ total: 7, nested: [1, { a: ']' }] }, { text: 'a "quoted" \\ [text], {' }],
        total: 140_000,
        next: '/api?a=1&b="2"\n',
        none: null,
      },
      total: -1.5e3,
    };
    for (const indent of [undefined, 2]) {
      expect(
        await scanned(
          JSON.stringify(page, null, indent),
          'result.records',
          'result.total',
          'result.next',
          'result.none',
          'result.absent',
          'success',
          'total',
        ),
      ).toEqual({
        records: 2,
        values: {
          'result.total': 140_000,
          'result.next': '/api?a=1&b="2"\n',
          'result.none': null,
          success: true,
          total: -1500,
        },
        complete: true,
        trailing: false,
      });
    }
  });

  it.each([
    ['[]', undefined, 0],
    [' [ ] ', undefined, 0],
    ['[1,2, 3]', undefined, 3],
    ['[[],[[]],{}]', undefined, 3],
    ['\uFEFF[{"a":1},{"b":[1,2]}]', undefined, 2],
    ['{"rows":[{"rows":[1,2,3]}]}', 'rows', 1],
    ['{"a":{"rows":[1]},"rows":[1,2]}', 'rows', 2],
    ['{"rows":{"a":[1]}}', 'rows', 0],
    ['{"data":null}', 'data', 0],
    ['{"ключ":["ä","ö"]}', 'ключ', 2],
  ])('%s, records at %s: %i', async (text, path, records) => {
    expect(await scanned(text, path)).toMatchObject({ records, complete: true, trailing: false });
  });

  it.each(['[{"a":1},{"b"', '{"rows":[1,2]', '["never ended]', ''])(
    'F9: a page that ends in the middle is known by it: %s',
    async (text) => {
      expect((await scanned(text, undefined)).complete).toBe(false);
    },
  );

  it('F9: an error behind the end is seen', async () => {
    expect(await scanned('[{"a":1}]\n{"error":"Streaming interrupted"}', undefined)).toMatchObject({
      trailing: true,
    });
  });

  it('across blocks of the file, and deeper than anything asked for', async () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const rows = Array.from(
      { length: 3_000 },
      (_, i) => `{"i":${i},"x":"${'é"'.replace('"', '\\"').repeat(200)}"}`,
    );
    const text = `{"rows":[${rows.join(',')},${deep}],"total":3001}`;
    expect(text.length).toBeGreaterThan(1_200_000);
    expect(await scanned(text, 'rows', 'total')).toEqual({
      records: 3_001,
      values: { total: 3_001 },
      complete: true,
      trailing: false,
    });
  });
});
