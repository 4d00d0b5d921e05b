import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RequestSpec } from '../../src/sources/types.js';
import { failure, part, request, scope, server, world } from './world.js';

async function fetched(body: string, expected: RequestSpec['expect'] = 'any') {
  const site = await server((_, response) => {
    response.write(body.slice(0, body.length / 2));
    setTimeout(() => response.end(body.slice(body.length / 2)), 5);
  });
  const { fetcher, spoolDir } = await world(site.origin);
  const asked = request(`${site.origin}/x`, { expect: expected });
  return { landed: fetcher.fetchPart(scope, part([asked])), spoolDir };
}

const csv = `id,name\n${Array.from({ length: 9_000 }, (_, i) => `${i},"name ${i}"`).join('\n')}\n`;
const records = Array.from({ length: 3_000 }, (_, i) => ({ id: i, note: 'x'.repeat(20) }));
const list = JSON.stringify(records);
const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('an answer that broke off', () => {
  it.each([
    [
      'CSV, then a sentence',
      `${csv}Streaming interrupted due to an internal failure\n`,
      'Streaming interrupted',
    ],
    ['CSV, then an error object', `${csv}{"error": {"code": 500, "message": "no memory"}}`, 'no memory'],
    ['CSV, then a page', `${csv}<html>`, '<html>'],
    ['a list, then an error object behind its end', `${list}{"error": true, "message": "gone"}`, 'gone'],
    [
      'a list with an error as its last record',
      `${list.slice(0, -1)},{"success": false, "error": {"message": "gone"}}]`,
      'gone',
    ],
    ['a list that an error ends', `${list.slice(0, -1)},{"error": {"message": "gone"}}`, 'gone'],
    ['a list, then a sentence', `${list.slice(0, -1)}\nStreaming interrupted`, 'Streaming interrupted'],
    ['lines, then an error object', `${lines}{"error": {"code": 500, "message": "gone"}}\n`, 'gone'],
    ['lines, then an error in a word', `${lines}{"error":"stream broke"}`, 'stream broke'],
    ['a few lines', '{"id":1}\n{"id":2}\n{"error":"stream broke"}\n', 'stream broke'],
    ['a list with an error in a word', `${list.slice(0, -1)},{"error":"stream broke"}]`, 'stream broke'],
    ['a short one', '[{"id":1},{"error":{"message":"gone"}}]', 'gone'],
  ])('F9: an answer that broke off is refused: %s', async (_, body, said) => {
    const { landed, spoolDir } = await fetched(body);
    expect(await failure(landed)).toMatchObject({
      code: 'LK3114',
      message: expect.stringMatching(
        new RegExp(`^The portal broke off in the middle of its answer: .*${said}`),
      ),
    });
    const folder = join(spoolDir, 'shootings');
    const bodies = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
    expect(bodies.filter((name) => String(name).endsWith('.body'))).toEqual([]);
  });

  it.each([list.slice(0, -20), list.slice(0, -1), `{"rows":${list}`])(
    'F9: JSON that is not closed is refused as an answer that ends in the middle',
    async (body) => {
      expect(await failure((await fetched(body)).landed)).toMatchObject({
        code: 'LK3133',
        message: expect.stringMatching(/ends in the middle$/),
      });
    },
  );

  it.each([`${list} trailing`, `${list}\n2 rows`, '{"id":1}\n{"id":2}\nDone.'])(
    'JSON that something follows is not said to end in the middle: %#',
    async (body) => {
      expect(await failure((await fetched(body)).landed)).toMatchObject({
        code: 'LK3133',
        message: expect.stringMatching(/^Something stands behind the end of the JSON from http/),
        hint: expect.not.stringContaining('again'),
      });
    },
  );
});

describe('an answer that only looks so', () => {
  it.each([
    csv,
    csv.trimEnd(),
    `${csv}9001,"Streaming interrupted, they said"\n`,
    `${csv}9001,"{""error"":true}"\n`,
    `${list}\n`,
    `${list.slice(0, -1)},{"id":1,"error":null}]`,
    `${list.slice(0, -1)},{"id":1,"error":{"a":1},"b":2,"c":3,"d":4}]`,
    `{"features":${list},"error":null}`,
    '{"error":null,"rows":[]}',
    '{"a":1}\n{"a":2}\n',
    '{"error":"a word"}\n{"error":"another"}\n',
    '{"id":1}\n{"level":"info","error":"a word","at":"now"}\n',
    '{\n"id":1,\n"rows":[\n{"error":"a word"}\n]\n}\n',
    `${lines}{"id":1,"error":"a word"}\n`,
    'id\n',
    '',
  ])('lands', async (body) => {
    expect((await (await fetched(body)).landed).files).toHaveLength(1);
  });
});
