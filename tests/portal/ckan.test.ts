import { describe, expect, it } from 'vitest';
import { ask, portalOf } from './portal-fixture.js';

const origin = 'https://ckan.example.org';
const action = `${origin}/api/3/action`;

const files = {
  'portal.yml': `
origins:
  ${origin}:
    type: ckan
    internal_origin: https://internal.example.org
    packages:
      dogs:
        id: 11111111-1111-1111-1111-111111111111
        title: Dogs of the town
        resources:
          - name: Dogs
            id: dogs-table
            format: CSV
            cap: 2
            cache_copies: true
            table:
              files: [dogs.csv]
              updated_at: 2026-03-01T10:00:10.425Z
              columns: {NAME: text, AGE: int4, NOTE: text}
          - {name: Photo, id: photo, file: photo.xlsx, updated_at: 2026-01-01T00:00:00Z}
      empty:
        resources: []
`,
  'dogs.csv': '_id,NAME,AGE,NOTE\n7,Rex,3,"big, black"\n8,Ada,,""\n9,"Zoë ""Z""",11,old\n',
  'photo.xlsx': 'PK bytes',
};

describe('package_show', () => {
  it('lists the datastore resource, its cache copies and uploads with the oddities of the real one', async () => {
    const portal = await portalOf(files);
    const { status, json } = await ask(portal, `${action}/package_show?id=dogs`);
    expect(status).toBe(200);
    const { help, success, result } = json();
    expect({ help, success }).toEqual({ help: `${action}/help_show?name=package_show`, success: true });
    expect(result).toMatchObject({
      name: 'dogs',
      is_retired: 'false',
      num_resources: 5,
      formats: 'CSV,XML,JSON,XLSX',
    });
    const [table, copy, , , photo] = result.resources;
    expect(table).toMatchObject({
      id: 'dogs-table',
      datastore_active: true,
      hash: '',
      size: null,
      last_modified: '2026-03-01T10:00:10.425000',
      url: 'https://internal.example.org/datastore/dump/dogs-table',
      url_type: 'datastore',
    });
    expect(copy).toMatchObject({
      name: 'Dogs.csv',
      is_datastore_cache_file: true,
      datastore_active: false,
      datastore_resource_id: 'dogs-table',
    });
    expect(photo).toMatchObject({ size: 8, url_type: 'upload' });
    expect(photo.url).toBe(
      `${origin}/dataset/11111111-1111-1111-1111-111111111111/resource/photo/download/photo.xlsx`,
    );
  });

  it('finds a package by its id too, and answers POST and the path without a version', async () => {
    const portal = await portalOf(files);
    const byId = await ask(portal, `${origin}/api/action/package_show`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: '11111111-1111-1111-1111-111111111111' }),
    });
    expect(byId.json().result.name).toBe('dogs');
  });

  it('answers 404, 409 and 400 in the shape of the action API', async () => {
    const portal = await portalOf(files);
    const missing = await ask(portal, `${action}/package_show?id=cats`);
    expect(missing.status).toBe(404);
    expect(missing.json()).toEqual({
      help: `${action}/help_show?name=package_show`,
      success: false,
      error: { message: 'Not found', __type: 'Not Found Error' },
    });
    const nameless = await ask(portal, `${action}/package_show`);
    expect([nameless.status, nameless.json().error]).toEqual([
      409,
      { name_or_id: ['Missing value'], __type: 'Validation Error' },
    ]);
    const unknown = await ask(portal, `${action}/package_burn`);
    expect([unknown.status, unknown.json()]).toEqual([
      400,
      'Bad request - Action name not known: package_burn',
    ]);
  });
});

it('lists, searches and shows packages and resources', async () => {
  const portal = await portalOf(files);
  expect((await ask(portal, `${action}/package_list`)).json().result).toEqual(['dogs', 'empty']);
  const found = (await ask(portal, `${action}/package_search?q=town&rows=1`)).json().result;
  expect([found.count, found.results[0].name]).toEqual([1, 'dogs']);
  expect((await ask(portal, `${action}/resource_show?id=photo`)).json().result.name).toBe('Photo');
  expect((await ask(portal, `${action}/datastore_info?id=dogs-table`)).json().result).toMatchObject({
    schema: { NAME: 'text', AGE: 'int4', NOTE: 'text' },
    meta: { count: 3 },
  });
});

it('searches packages by field, sorts them and counts facets, as Solr does', async () => {
  const portal = await portalOf(files);
  const search = async (query: string) => {
    const { count, results, facets } = (await ask(portal, `${action}/package_search?${query}`)).json().result;
    return [count, results.map((found: { name: string }) => found.name), facets];
  };
  expect(await search('fq=res_format:XLSX')).toEqual([1, ['dogs'], {}]);
  expect(await search('fq=-res_format:XLSX')).toEqual([1, ['empty'], {}]);
  expect(await search('q=title:"of the town"')).toEqual([1, ['dogs'], {}]);
  expect(await search('sort=name desc&rows=1')).toEqual([2, ['empty'], {}]);
  expect(await search('rows=0&facet.field=["res_format"]')).toEqual([
    2,
    [],
    { res_format: { CSV: 1, XLSX: 1 } },
  ]);
  const unknown = await ask(portal, `${action}/package_search?fq=colour:red`);
  expect([unknown.status, unknown.json().error.__type]).toEqual([409, 'Search Error']);
});

it('writes nothing: 403 in the shape of the action API', async () => {
  const portal = await portalOf(files);
  const { status, json } = await ask(portal, `${action}/package_create`, { method: 'POST', body: '{}' });
  expect([status, json().error.__type]).toEqual([403, 'Authorization Error']);
});

describe('datastore_search', () => {
  const search = (query: string) => `${action}/datastore_search?resource_id=dogs-table${query}`;

  it('lowers a limit above the cap without a word but in result.limit', async () => {
    const portal = await portalOf(files);
    const { result } = (await ask(portal, search('&limit=32000'))).json();
    expect(result).toMatchObject({ limit: 2, total: 3, include_total: true, records_format: 'objects' });
    expect(result.records).toEqual([
      { _id: 1, NAME: 'Rex', AGE: 3, NOTE: 'big, black' },
      { _id: 2, NAME: 'Ada', AGE: null, NOTE: '' },
    ]);
    expect(result.fields).toEqual([
      { id: '_id', type: 'int' },
      { id: 'NAME', type: 'text' },
      { id: 'AGE', type: 'int4' },
      { id: 'NOTE', type: 'text' },
    ]);
    expect(result._links.next).toContain('offset=2');
  });

  it('pages by offset, sorts with NULL as the greatest, filters, and chooses fields', async () => {
    const portal = await portalOf(files);
    const names = async (query: string) =>
      (await ask(portal, search(query))).json().result.records.map((record: { NAME: string }) => record.NAME);
    expect(await names('&limit=2&offset=2')).toEqual(['Zoë "Z"']);
    expect(await names('&sort=AGE')).toEqual(['Rex', 'Zoë "Z"']);
    expect(await names('&sort=AGE desc')).toEqual(['Ada', 'Zoë "Z"']);
    expect(await names('&sort=_id desc')).toEqual(['Zoë "Z"', 'Ada']);
    expect(await names(`&filters=${encodeURIComponent('{"AGE": [3, 11]}')}`)).toEqual(['Rex', 'Zoë "Z"']);
    const { result } = (await ask(portal, search('&fields=AGE,_id&limit=1'))).json();
    expect(result.records).toEqual([{ AGE: 3, _id: 1 }]);
  });

  it('counts without reading rows for limit 0, and leaves the total out when told to', async () => {
    const portal = await portalOf(files);
    expect((await ask(portal, search('&limit=0'))).json().result).toMatchObject({
      records: [],
      total: 3,
      limit: 0,
    });
    expect((await ask(portal, search('&include_total=false'))).json().result).not.toHaveProperty('total');
  });

  it('writes rows as lists and as CSV text', async () => {
    const portal = await portalOf(files);
    const lists = (await ask(portal, search('&records_format=lists&limit=1'))).json().result.records;
    expect(lists).toEqual([[1, 'Rex', 3, 'big, black']]);
    const csv = (await ask(portal, search('&records_format=csv'))).json().result.records;
    expect(csv).toBe('1,Rex,3,"big, black"\n2,Ada,,""\n');
  });

  it.each([
    ['&sort=WEIGHT', { sort: ['invalid value "WEIGHT"'] }],
    ['&fields=WEIGHT', { fields: ['invalid value "WEIGHT"'] }],
    ['&limit=many', { limit: ['Invalid integer'] }],
    ['&filters=[1]', { filters: ['Not a valid dictionary'] }],
    ['&q={"WEIGHT":"9"}', { q: ['invalid value "WEIGHT"'] }],
    ['&q={"NAME"', { q: ['Cannot parse JSON'] }],
  ])('refuses %s with 409', async (query, error) => {
    const portal = await portalOf(files);
    const answer = await ask(portal, search(query));
    expect(answer.status).toBe(409);
    expect(answer.json().error).toEqual({ ...error, __type: 'Validation Error' });
  });

  it('does not know other resources', async () => {
    const portal = await portalOf(files);
    const answer = await ask(portal, `${action}/datastore_search?resource_id=cats`);
    expect([answer.status, answer.json().error.message]).toEqual([
      404,
      'Not found: Resource "cats" was not found.',
    ]);
  });
});

describe('the dump', () => {
  it('is all rows as CSV: the header ends with CRLF, rows with LF, and there is no length', async () => {
    const portal = await portalOf(files);
    const { status, headers, text } = await ask(portal, `${origin}/datastore/dump/dogs-table?bom=true`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="dogs-table.csv"');
    expect(headers).not.toHaveProperty('content-length');
    // fetch's text() takes the byte order mark away.
    expect(text).toBe('_id,NAME,AGE,NOTE\r\n1,Rex,3,"big, black"\n2,Ada,,""\n3,"Zoë ""Z""",11,old\n');
  });

  it('takes limit and offset, and writes JSON and XML', async () => {
    const portal = await portalOf(files);
    const json = (
      await ask(portal, `${origin}/datastore/dump/dogs-table?format=json&offset=1&limit=1`)
    ).json();
    expect(json.records).toEqual([[2, 'Ada', null, '']]);
    expect(json.fields[2]).toEqual({ id: 'AGE', type: 'int4' });
    const xml = await ask(portal, `${origin}/datastore/dump/dogs-table?format=xml&limit=1`);
    expect(xml.text).toContain('<row _id="1"><NAME>Rex</NAME><AGE>3</AGE>');
  });

  it('of a missing table is a 404 page, not JSON', async () => {
    const portal = await portalOf(files);
    const answer = await ask(portal, `${origin}/datastore/dump/cats`);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('is what the cache copies hold', async () => {
    const portal = await portalOf(files);
    const { resources } = (await ask(portal, `${action}/package_show?id=dogs`)).json().result;
    const copy = await ask(portal, resources[1].url.replace('https://internal.example.org', origin));
    expect(copy.text).toBe((await ask(portal, `${origin}/datastore/dump/dogs-table`)).text);
  });
});

it('an upload has a length and validators, and answers 304 to them', async () => {
  const portal = await portalOf(files);
  const url = `${origin}/dataset/dogs/resource/photo/download/photo.xlsx`;
  const first = await ask(portal, url);
  expect(first.text).toBe('PK bytes');
  expect(first.headers).toMatchObject({
    'content-length': '8',
    'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  });
  const etag = first.headers.etag ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
  expect((await ask(portal, url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await ask(portal, url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  expect(
    (await ask(portal, url, { headers: { 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' } })).status,
  ).toBe(304);
  expect(
    (await ask(portal, url, { headers: { 'if-modified-since': 'Wed, 31 Dec 2025 23:59:59 GMT' } })).status,
  ).toBe(200);
  expect((await ask(portal, url, { method: 'HEAD' })).headers['content-length']).toBe('8');
});

it('joins JSON pages into one table, members of the spread object as columns', async () => {
  const page = (...ids: number[]) =>
    JSON.stringify({
      features: ids.map((id) => ({ attributes: { ID: id, DOW: 'Friday    ' }, geometry: { x: id, y: 1.5 } })),
    });
  const portal = await portalOf({
    'portal.yml': `
origins:
  ${origin}:
    type: ckan
    packages:
      crimes:
        resources:
          - {name: Crimes, id: t, table: {files: [a.json, b.json], records: features, spread: attributes, drop: [DOW]}}
`,
    'a.json': page(1, 2),
    'b.json': page(3),
  });
  const { result } = (await ask(portal, `${action}/datastore_search?resource_id=t`)).json();
  expect(result.total).toBe(3);
  expect(result.records[2]).toEqual({ _id: 3, ID: '3', geometry: '{"x":3,"y":1.5}' });
});
