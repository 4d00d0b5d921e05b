/** Tables wider than most, from a socket to silver: what a column costs, it costs once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Served, serve } from '../fetch/serve.js';
import { tempProject } from '../support/small-city.js';
import { type City, projectIn } from './support/city.js';

const wide = (columns: number) => {
  const row = (name: (i: number) => string) => Array.from({ length: columns }, (_, i) => name(i)).join(',');
  return `${row((i) => `column ${i}`)}\n${row((i) => (i % 3 === 0 ? '' : ` value ${i} `))}\n`;
};

let site: Served;
let project: City;
beforeAll(async () => {
  site = await serve((request, response) => {
    response.end(wide(Number(request.url!.replace(/\D/g, ''))));
  });
  const dataset = (columns: number) =>
    `dataset: wide_${columns}\nportal: files\nsource: {url: '${site.origin}/${columns}.csv'}\nkey: none\n`;
  project = projectIn(
    tempProject({
      'project.yml': `name: wide\nversion: 1\nprofile: wide\nportals:\n  files: {type: http, url: '${site.origin}', timezone: UTC}\n`,
      'profiles.yml':
        'wide:\n  target: dev\n  outputs:\n    dev: {type: duckdb, memory_limit: 1GB, lake: {type: local, path: lake}}\n',
      'datasets/thousand.yml': dataset(1_000),
      'datasets/thousands.yml': dataset(5_000),
    }),
  );
});
afterAll(() => site.close());

it('B5: a thousand columns go from the socket to silver within 1 GB, each with its own value', async () => {
  await project.build({ select: ['wide_1000'] });
  const names = [0, 1, 499, 998, 999].map((i) => `"column ${i}"`).join(', ');
  expect(await project.query(`select ${names} from silver.wide_1000`)).toEqual([
    [null, 'value 1', 'value 499', 'value 998', null],
  ]);
  expect((await project.state('silver.wide_1000')).columns).toHaveLength(1_001);
}, 60_000);

it('B5: five thousand columns, for which 1 GB is too little, are refused with what they take', async () => {
  const { nodes } = await project.build({ select: ['wide_5000'], exit: 1 });
  expect(nodes[0]!.error).toMatchObject({
    code: 'LK5003',
    hint: expect.stringMatching(/raise `memory_limit`.*thousands of columns take 1 MB each/),
  });
}, 60_000);
