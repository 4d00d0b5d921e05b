/** Descriptions are part of the tables' own metadata; docs blocks are texts for them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadAndCompile } from '../../src/api/load-and-compile.js';
import { SMALL_CITY, smallCity } from '../support/small-city.js';
import { type City, projectIn, sqlProject } from './support/city.js';

const properties = (table: string, column: string) => `models:
  - name: orders
    description: ${table}
    columns:
      - {name: ID, description: ${column}}
      - {name: status, description: "{{doc 'status'}}"}
      - {name: gone, description: No such column}
  - name: totals
    description: "{{ doc('totals') }}"
`;

let shop: City;
beforeAll(async () => {
  shop = sqlProject({
    'models/gold/orders.sql': "select 1 as id, 'new' as status, 2.5 as amount",
    'models/gold/totals.sql': "{{config materialized='view'}}\nselect count(*) as n from {{ref 'orders'}}",
    'models/gold/report.sql': "select * from {{ref 'orders'}}, {{ref 'totals'}}",
    'models/gold/docs.md': `# Words

{{#docs status}}
One of \`new\`, \`paid\`.
{{/docs}}

{% docs totals %} All of it. {% enddocs %}
`,
    'models/gold/orders.yml': properties('Every order.', 'Its number.'),
  });
  await shop.build();
});
afterAll(() => shop.remove());

function log(version: number): Record<string, Record<string, unknown>> {
  const file = `lake/gold/orders/_delta_log/${String(version).padStart(20, '0')}.json`;
  return Object.assign(
    {},
    ...shop
      .read(file)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

const comments = (version: number) =>
  JSON.parse(log(version)['metaData']!['schemaString'] as string).fields.map(
    ({ name, metadata }: { name: string; metadata: unknown }) => [name, metadata],
  );

it('stand in the Delta log: of the table, and of each column as the comment of its field', () => {
  expect(log(0)['metaData']).toMatchObject({ name: 'gold.orders', description: 'Every order.' });
  expect(comments(0)).toEqual([
    ['id', { comment: 'Its number.' }],
    ['status', { comment: 'One of `new`, `paid`.' }],
    ['amount', {}],
  ]);
});

it('a new description alone is a commit without data: no engine starts, what reads the table is reused', async () => {
  shop.write({ 'models/gold/orders.yml': properties('Every order of the shop.', 'Its own number.') });
  const run = await shop.build();
  expect(run.engineStarted).toBe(false);
  expect(run.statuses).toEqual({ 'gold.orders': 'reused', 'gold.totals': 'reused', 'gold.report': 'reused' });
  expect(run.node('gold.orders').reason).toBe('nothing changed; its descriptions are new');
  expect(run.node('gold.report').reason).toBe('nothing changed');
  expect(Object.keys(log(1)).sort()).toEqual(['commitInfo', 'metaData', 'txn']);
  expect(log(1)['metaData']).toMatchObject({ description: 'Every order of the shop.' });
  expect(comments(1)[0]).toEqual(['id', { comment: 'Its own number.' }]);
  expect(await shop.query('select id, status from gold.orders')).toEqual([[1, 'new']]);
});

it('the next run has nothing to say, and new rows keep the descriptions', async () => {
  await shop.build();
  expect(shop.versions()['gold.orders']).toBe(1);
  shop.write({ 'models/gold/orders.sql': "select 2 as id, 'paid' as status, 2.5 as amount" });
  await shop.build();
  expect(log(2)).not.toHaveProperty('metaData');
  expect((await shop.state('gold.orders')).documents).toEqual({
    description: 'Every order of the shop.',
    comments: { id: 'Its own number.', status: 'One of `new`, `paid`.' },
  });
});

it('a view is described anew, too, by the docs block that changed', async () => {
  shop.write({
    'models/gold/docs.md': shop.read('models/gold/docs.md').replace('All of it.', 'All of them.'),
  });
  const run = await shop.build();
  expect(run.engineStarted).toBe(false);
  expect(run.node('gold.totals').reason).toBe('nothing changed; its descriptions are new');
  expect(run.statuses['gold.report']).toBe('reused');
});

it('of a dataset and its fields use docs blocks, too', async () => {
  const trees = smallCity({
    'datasets/words.md':
      '{{#docs trees}}\nEvery tree of the city.\n{{/docs}}\n{% docs height %}\nIn metres.\n{% enddocs %}\n',
    'datasets/trees.yml': SMALL_CITY['datasets/trees.yml']!.replace(
      'height: {',
      `height: {description: "{{ doc('height') }}", `,
    ).replace(
      'dataset: trees',
      `dataset: trees\ndescription: "{{doc 'trees'}} In {{env 'LAKE_CITY' 'Toronto'}}?"`,
    ),
  });
  const built = projectIn(trees);
  await built.build({ select: ['trees'] });
  const commit = built.read('lake/silver/trees/_delta_log/00000000000000000000.json');
  const metadata = commit
    .split('\n')
    .map((line) => JSON.parse(line || '{}'))
    .find((one) => one.metaData).metaData;
  expect(metadata.description).toContain('Every tree of the city.');
  const height = JSON.parse(metadata.schemaString).fields.find(
    ({ name }: { readonly name: string }) => name === 'height',
  );
  expect(height.metadata).toEqual({ comment: 'In metres.' });
  built.write({
    'datasets/parks.yml': `${SMALL_CITY['datasets/parks.yml']}description: "{{doc 'tres'}}"\n`,
  });
  await expect(loadAndCompile(built.root)).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'LK1031',
        message: 'no docs block "tres"',
        at: { file: 'datasets/parks.yml', line: 8 },
        hint: 'Did you mean "trees"?',
      },
    ],
  });
  built.remove();
});
