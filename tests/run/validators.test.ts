/** What a server says of the age of a file is a hint; its bytes decide. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../fetch/serve.js';
import { runLake } from '../support/run-lake.js';
import { type City, city } from './support/city.js';

let site: Served;
let project: City;
let requests = 0;
let rows = 'id,name\n1,oak\n2,elm\n';
let headers: () => Record<string, string>;

beforeAll(async () => {
  site = await serve((request, response) => {
    requests += 1;
    response
      .writeHead(200, { 'content-type': 'text/csv', ...headers() })
      .end(request.method === 'HEAD' ? '' : rows);
  });
  project = city(
    {
      'project.yml': `name: city\nversion: 1\nprofile: city\nportals:\n  files: {type: http, url: '${site.origin}'}\n`,
      'profiles.yml':
        'city: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
      'datasets/trees.yml':
        'dataset: trees\nportal: files\nsource: {url: trees.csv}\nkey: [id]\nfields: {id: integer, name: varchar}\n',
    },
    {},
  );
  headers = () => ({ etag: '"first"', 'last-modified': 'Mon, 05 Oct 2026 10:00:00 GMT' });
  await project.build();
});
afterAll(async () => {
  await site.close();
  project.remove();
});

describe('the content decides whether a file changed', () => {
  test.each<[string, () => Record<string, string>]>([
    ['an ETag that is another each time', () => ({ etag: `"${requests}"` })],
    ['a weak ETag that is another each time', () => ({ etag: `W/"${requests}"` })],
    ['a Last-Modified of this very moment', () => ({ 'last-modified': new Date().toUTCString() })],
    ['a Last-Modified in the future', () => ({ 'last-modified': 'Fri, 01 Jan 2100 00:00:00 GMT' })],
    ['a Last-Modified that cannot be read', () => ({ 'last-modified': 'yesterday' })],
    ['no validator at all', () => ({})],
  ])('F19: the same bytes are no change, with %s', async (_, say) => {
    headers = say;
    const before = await project.state('silver.trees');
    const built = await project.build();
    expect(built.statuses).toEqual({ 'bronze.trees': 'unchanged', 'silver.trees': 'reused' });
    expect((await project.state('silver.trees')).dataVersion).toBe(before.dataVersion);
  });

  test('F19: each look that found the same bytes is told by meta.loads', async () => {
    const sql = `select count(*) as looks, min(requests) as fewest from meta.loads where status = 'unchanged'`;
    const { stdout } = await runLake(project.root, ['query', sql, '--output', 'json']);
    expect(JSON.parse(stdout)).toEqual([{ looks: 6, fewest: 1 }]);
  });

  test('F19: other bytes are a change, also when the date goes backwards', async () => {
    headers = () => ({ 'last-modified': 'Thu, 01 Jan 1970 00:00:01 GMT' });
    rows = 'id,name\n1,oak\n2,elm\n3,ash\n';
    const built = await project.build();
    expect(built.statuses).toEqual({ 'bronze.trees': 'success', 'silver.trees': 'success' });
    expect(await project.query('select count(*)::int from silver.trees')).toEqual([[3]]);
  });
});
