/** What a portal delivers is data: never a template, never SQL, never a property of an object, never a pattern's undoing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, type City, city } from '../run/support/city.js';

const templates = [
  "{{env 'LAKE_CANARY'}}",
  '{{{this}}}',
  '${process.env.LAKE_CANARY}',
  '{% raw %}{{ config.secret }}{% endraw %}',
  '<%= 1 + 1 %>',
  "'); drop table silver.words; --",
  "getenv('LAKE_CANARY')",
];
const nasty = `${'a'.repeat(5_000)}!`;

const FILES = {
  'datasets/words.yml': `dataset: words
portal: files
source: {url: words.csv}
key: [id]
fields: {id: integer, word: varchar}
`,
  'datasets/columns.yml': `dataset: columns
portal: files
source: {url: columns.csv}
key: none
`,
  'datasets/patterns.yml': `dataset: patterns
portal: files
source: {url: patterns.csv}
key: [id]
fields: {id: integer, word: {pattern: '(a+)+b?', on_invalid: nullify}}
`,
  'datasets/keys.yml': `dataset: keys
portal: files
source: {url: keys.json}
key: [id]
fields: {id: integer, proto: {from: __proto__}, maker: {from: constructor}, nested: {type: json, from: nested}}
`,
  'models/gold/all_words.sql': "select id, word from {{ref 'words'}}\n",
};

let project: City;
let built: Built;
let seconds: number;

beforeAll(async () => {
  process.env['LAKE_CANARY'] = 'canary-of-the-environment';
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  project = city(FILES, {
    files: {
      'words.csv': `id,word\n${templates.map((text, id) => `${id},${quoted(text)}`).join('\n')}\n`,
      'columns.csv': `${[...templates, '__proto__', 'constructor'].map(quoted).join(',')}\n${[...templates, 'p', 'c'].map(quoted).join(',')}\n`,
      'patterns.csv': `id,word\n${Array.from({ length: 500 }, (_, id) => `${id},${id === 7 ? 'aaaab' : nasty}`).join('\n')}\n`,
      'keys.json': `[{"id": 1, "__proto__": "own", "constructor": "mine", "nested": {"__proto__": {"polluted": true}}}]`,
    },
  });
  const started = performance.now();
  built = await project.build();
  seconds = (performance.now() - started) / 1000;
}, 120_000);
afterAll(() => {
  delete process.env['LAKE_CANARY'];
  project.remove();
});

describe('fetched text', () => {
  it('B26: fetched text is never rendered: templates and SQL in values stay values, in silver and in what reads it', async () => {
    expect(await project.query('select word from silver.words order by id')).toEqual(
      templates.map((text) => [text]),
    );
    expect(await project.query('select word from gold.all_words order by id')).toEqual(
      templates.map((text) => [text]),
    );
  });

  it('B26: fetched text is never rendered as the name of a column either', async () => {
    const [names] = await project.query(
      `select list(column_name order by ordinal_position) from information_schema.columns where table_schema = 'silver' and table_name = 'columns' and column_name not like '\\_%' escape '\\'`,
    );
    expect(names![0]).toEqual(expect.arrayContaining([...templates, 'constructor']));
  });

  it('B26: fetched text brings nothing of the environment anywhere', async () => {
    for (const table of ['silver.words', 'silver.columns', 'gold.all_words'])
      expect(JSON.stringify(await project.query(`from ${table}`))).not.toContain('canary');
    expect(JSON.stringify(built.events)).not.toContain('canary');
  });
});

describe('patterns of the user', () => {
  it('B30: run in linear time, also those that others need for ever for', async () => {
    expect(
      await project.query('select count(*)::int, min(word) from silver.patterns where word is not null'),
    ).toEqual([[1, 'aaaab']]);
    expect(seconds).toBeLessThan(20);
  });
});

describe('keys of JSON rows', () => {
  it('B30: __proto__ and constructor are columns like any other', async () => {
    expect(await project.query('select id, proto, maker, nested from silver.keys')).toEqual([
      [1, 'own', 'mine', '{"__proto__":{"polluted":true}}'],
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
