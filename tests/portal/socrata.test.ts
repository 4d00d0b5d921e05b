import { describe, expect, it } from 'vitest';
import { ask, portalOf } from './portal-fixture.js';

const origin = 'https://data.example.us';
const rows = `${origin}/resource/dogs-1234`;

const files = {
  'portal.yml': `
origins:
  ${origin}:
    type: socrata
    tokens: [known]
    datasets:
      dogs-1234:
        name: Dogs of the town
        row_identifier: tag
        table:
          files: [dogs.csv]
          updated_at: 2025-04-27T15:12:09Z
          columns:
            tag: number
            name: text
            born: floating_timestamp
            chipped: checkbox
            home: location
            place: point
            ':@computed_region_aa11_bb22': number
      capd-0001:
        cap: 2
        table: {files: [plain.csv], updated_at: 2025-01-01T00:00:00Z, columns: [a, b]}
`,
  'dogs.csv': [
    '"tag","name","born","chipped","home","place",":@computed_region_aa11_bb22",":id",":updated_at"',
    '"3","Rex ""R""","2020-05-01T00:00:00.000","true","(40.5, -73.9)","POINT (-73.9 40.5)","7","row-aaaa","2025-01-01T00:00:00.000Z"',
    '"20","Ada, II",,"false",,,,"row-bbbb","2025-02-01T00:00:00.000Z"',
    '"100",,"2019-01-01T00:00:00.000",,"(0.0, 0.0)",,,"row-cccc","2025-03-01T00:00:00.000Z"',
    '',
  ].join('\n'),
  'plain.csv': 'a,b\n1,x\n2,\n3,z\n',
};

const query = (text: string) =>
  text
    .split('&')
    .map((part) => part.replace(/=(.*)$/, (_, value) => `=${encodeURIComponent(value)}`))
    .join('&');

describe('rows as JSON', () => {
  it('leave NULL out, write numbers as text, and locations and points as objects', async () => {
    const portal = await portalOf(files);
    const { status, text, json } = await ask(portal, `${rows}.json`);
    expect(status).toBe(200);
    expect(text).toMatch(/^\[\{.*\}\n,\{.*\}\n,\{.*\}\]\n$/);
    expect(json()).toEqual([
      {
        tag: '3',
        name: 'Rex "R"',
        born: '2020-05-01T00:00:00.000',
        chipped: true,
        home: {
          latitude: '40.5',
          longitude: '-73.9',
          human_address: '{"address":"","city":"","state":"","zip":""}',
        },
        place: { type: 'Point', coordinates: [-73.9, 40.5] },
        ':@computed_region_aa11_bb22': '7',
      },
      { tag: '20', name: 'Ada, II', chipped: false },
      { tag: '100', born: '2019-01-01T00:00:00.000', home: expect.objectContaining({ latitude: '0.0' }) },
    ]);
  });

  it('carry the headers of SODA 2.1; the portal date is the same everywhere', async () => {
    const portal = await portalOf(files);
    const { headers } = await ask(portal, `${rows}.json?$select=tag,born&$limit=1`);
    const date = 'Sun, 27 Apr 2025 15:12:09 GMT';
    expect(headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      'last-modified': date,
      'x-soda2-truth-last-modified': date,
      'x-soda2-secondary-last-modified': date,
      'x-soda2-data-out-of-date': 'false',
      'x-soda2-fields': '["tag","born"]',
      'x-soda2-types': '["number","floating_timestamp"]',
    });
    expect(headers).not.toHaveProperty('content-length');
    const view = (await ask(portal, `${origin}/api/views/dogs-1234.json`)).json();
    expect(new Date(view.rowsUpdatedAt * 1000).toUTCString()).toBe(date);
  });
});

describe('rows as CSV', () => {
  it('quote every value and leave NULL empty', async () => {
    const portal = await portalOf(files);
    const { text, headers } = await ask(portal, `${rows}.csv?$select=tag,name,chipped`);
    expect(headers['content-type']).toBe('text/csv; charset=UTF-8');
    expect(text).toBe('"tag","name","chipped"\n"3","Rex ""R""","true"\n"20","Ada, II","false"\n"100",,\n');
  });

  it('of all stored columns are the bytes of the file', async () => {
    const portal = await portalOf(files);
    const names = files['dogs.csv'].split('\n')[0]?.replaceAll('"', '`');
    const { text } = await ask(portal, `${rows}.csv?${query(`$select=${names}`)}`);
    expect(text).toBe(files['dogs.csv']);
  });

  it('may choose, reorder and repeat columns and add system fields behind the star', async () => {
    const portal = await portalOf(files);
    const select = async (list: string) =>
      (await ask(portal, `${rows}.csv?${query(`$select=${list}&$limit=1`)}`)).text;
    expect(await select('name,tag,name as again')).toBe(
      '"name","tag","again"\n"Rex ""R""","3","Rex ""R"""\n',
    );
    expect(await select(':id,tag')).toBe('":id","tag"\n"row-aaaa","3"\n');
    expect((await select('*,:id,:updated_at')).split('\n')[1]).toMatch(
      /^"3",.*,"7","row-aaaa","2025-01-01T00:00:00\.000Z"$/,
    );
    expect((await select(':*,*')).split('\n')[0]).toMatch(
      /^":id",":created_at",":updated_at",":version","tag"/,
    );
  });

  it('leave computed regions out of the star once there is an order, as the real portals do', async () => {
    const portal = await portalOf(files);
    expect((await ask(portal, `${rows}.csv?$limit=1`)).text).toContain('computed_region');
    expect((await ask(portal, `${rows}.csv?$limit=1&$order=:id`)).text).not.toContain('computed_region');
  });

  it('invent stable system fields where the file has none', async () => {
    const portal = await portalOf(files);
    const url = `${origin}/resource/capd-0001.csv?${query('$select=a,:id,:updated_at&$limit=9')}`;
    const { text } = await ask(portal, url);
    expect(text).toBe(
      '"a",":id",":updated_at"\n"1","row-0000-0000_0000","2025-01-01T00:00:00.000Z"\n"2","row-0000-0000_0001","2025-01-01T00:00:00.000Z"\n',
    );
  });
});

describe('queries', () => {
  const tags = async (clauses: string) => {
    const portal = await portalOf(files);
    const answer = await ask(portal, `${rows}.json?${query(clauses)}`);
    return answer.status === 200 ? answer.json().map((row: { tag: string }) => row.tag) : answer.json();
  };

  it.each([
    ["$where=:updated_at > '2025-01-15T00:00:00.000Z'", ['20', '100']],
    ["$where=:updated_at >= '2025-02-01'", ['20', '100']],
    ['$where=tag >= 20 AND tag < 100', ['20']],
    ["$where=tag = '3' or name = 'Ada, II'", ['3', '20']],
    ['$where=name = \'Rex "R"\'', ['3']],
    ["$where=born between '2019-01-01' and '2020-12-31T00:00:00'", ['3', '100']],
    ['$where=name is null', ['100']],
    ['$where=born IS NOT NULL and not (tag = 3)', ['100']],
    ['$where=tag in (3, 100)', ['3', '100']],
    ['$where=name != \'Rex "R"\'', ['20']],
    ["$where=:id > 'row-aaaa'&$order=:id&$limit=1", ['20']],
    ['$where=`tag` < 50', ['3', '20']],
    ['tag=20', ['20']],
    ['$order=tag desc', ['100', '20', '3']],
    ['$order=name', ['20', '3', '100']],
    ['$order=born desc,tag', ['20', '3', '100']],
    ['$order=:id&$offset=1', ['20', '100']],
    ['$limit=0', []],
    ['$offset=99', []],
  ])('%s', async (clauses, expected) => {
    expect(await tags(clauses)).toEqual(expected);
  });

  it('count, and find the greatest and the least, under the portal names or an alias', async () => {
    const portal = await portalOf(files);
    const totals = async (clauses: string) => (await ask(portal, `${rows}.json?${query(clauses)}`)).json();
    expect(await totals('$select=count(*)')).toEqual([{ count: '3' }]);
    expect(
      await totals("$select=count(*) as n,max(:updated_at)&$where=tag > 3 and :id < 'row-cccc'"),
    ).toEqual([{ n: '1', max_updated_at: '2025-02-01T00:00:00.000Z' }]);
    expect(await totals('$select=max(tag),min(tag)')).toEqual([{ max_tag: '100', min_tag: '3' }]);
    expect((await ask(portal, `${rows}.csv?${query('$select=count(*)')}`)).text).toBe('"count"\n"3"\n');
  });

  it('apply the cap of the server whatever the limit says, and 1,000 without one', async () => {
    const portal = await portalOf(files);
    const url = `${origin}/resource/capd-0001.json?$limit=50000`;
    expect((await ask(portal, url)).json()).toHaveLength(2);
    expect((await ask(portal, `${url}&$offset=2`)).json()).toEqual([{ a: '3', b: 'z' }]);
    const many = ['"n"', ...Array.from({ length: 1500 }, (_, i) => `"${i}"`), ''].join('\n');
    const large = await portalOf({
      'portal.yml': `origins: {'${origin}': {type: socrata, datasets: {many-0001: {table: {files: [n.csv]}}}}}`,
      'n.csv': many,
    });
    expect((await ask(large, `${origin}/resource/many-0001.json`)).json()).toHaveLength(1000);
  });
});

describe('conditional requests', () => {
  it('answer 304 to the ETag and the date of the same question', async () => {
    const portal = await portalOf(files);
    const first = await ask(portal, `${rows}.csv?$limit=2`);
    const etag = first.headers.etag ?? '';
    expect((await ask(portal, `${rows}.csv?$limit=2`, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
    expect((await ask(portal, `${rows}.csv?$limit=1`, { headers: { 'if-none-match': etag } })).status).toBe(
      200,
    );
    const since = { 'if-modified-since': first.headers['last-modified'] ?? '' };
    expect((await ask(portal, `${rows}.csv`, { headers: since })).status).toBe(304);
  });

  it('HEAD tells all headers without a row', async () => {
    const portal = await portalOf(files);
    const { status, headers, text } = await ask(portal, `${rows}.json`, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
    expect(headers['last-modified']).toBe('Sun, 27 Apr 2025 15:12:09 GMT');
  });
});

describe('rows that a query makes', () => {
  const made = async (text: string, format = 'json') => {
    const { status, text: body } = await ask(await portalOf(files), `${rows}.${format}?${query(text)}`);
    expect(status).toBe(200);
    return format === 'json' ? JSON.parse(body) : body;
  };

  it.each([
    [
      '$select=chipped, count(*), sum(tag) as tags, avg(tag)&$group=chipped&$order=tags',
      [
        { chipped: true, count: '1', tags: '3', avg_tag: '3' },
        { chipped: false, count: '1', tags: '20', avg_tag: '20' },
        { count: '1', tags: '100', avg_tag: '100' },
      ],
    ],
    [
      '$select=count(name), min(born), max(tag)',
      [{ count_name: '2', min_born: '2019-01-01T00:00:00.000', max_tag: '100' }],
    ],
    ['$select=sum(tag)&$where=tag > 1000', [{}]],
    ['$select=count(*)&$group=name&$having=count(*) > 1', []],
    [
      '$select=date_trunc_y(born) as year, count(*) as n&$group=year&$having=n > 0&$order=year desc&$limit=2',
      [{ n: '1' }, { year: '2020-01-01T00:00:00.000', n: '1' }],
    ],
    ['$select=upper(name) as loud&$order=tag desc&$offset=1&$limit=1', [{ loud: 'ADA, II' }]],
    [
      "$query=select tag where name like '%II' or contains(name, 'ex') order by tag desc limit 1",
      [{ tag: '20' }],
    ],
    ["$query=select count(*) as select_all where name = 'group by'", [{ select_all: '0' }]],
    ['$select=tag&$q=ada', [{ tag: '20' }]],
    ['$select=count(*)&$q=rex r', [{ count: '1' }]],
  ])('%s', async (text, expected) => {
    expect(await made(text)).toEqual(expected);
  });

  it('are written as CSV, too', async () => {
    expect(await made('$select=chipped, count(*)&$group=chipped&$order=chipped&$limit=2', 'csv')).toBe(
      '"chipped","count"\n"false","1"\n"true","1"\n',
    );
  });

  it('system fields come with $$exclude_system_fields=false', async () => {
    expect(Object.keys((await made('$$exclude_system_fields=false&$limit=1'))[0])).toContain(':id');
  });

  it('GeoJSON: the first point is the geometry', async () => {
    const { features } = JSON.parse(await made('$select=tag, place', 'geojson'));
    expect(features).toEqual([
      { type: 'Feature', geometry: { type: 'Point', coordinates: [-73.9, 40.5] }, properties: { tag: '3' } },
      { type: 'Feature', geometry: null, properties: { tag: '20' } },
      { type: 'Feature', geometry: null, properties: { tag: '100' } },
    ]);
  });

  it('XML: a row is an element, NULL is left out', async () => {
    const text = await made('$select=tag, name&$limit=2', 'xml');
    expect(text).toBe(
      '<response><rows><row _id="1" _position="0" _address="/resource/dogs-1234/1"><tag>3</tag><name>Rex "R"</name></row>' +
        '<row _id="2" _position="0" _address="/resource/dogs-1234/2"><tag>20</tag><name>Ada, II</name></row></rows></response>',
    );
  });
});

describe('errors', () => {
  it.each([
    [
      `${origin}/resource/none-0000.json`,
      404,
      { code: 'dataset.missing', error: true, message: 'Not found', data: { id: 'none-0000' } },
    ],
    [
      `${rows}.json?$select=weight`,
      400,
      { errorCode: 'query.soql.no-such-column', data: { column: 'weight', dataset: 'dogs-1234' } },
    ],
    [`${rows}.json?${query("$where=name = 'x' drop")}`, 400, { code: 'query.compiler.malformed' }],
    [`${rows}.json?${query("$where=name = 'x")}`, 400, { code: 'query.compiler.malformed' }],
    [`${rows}.json?${query('$where=name = 5')}`, 400, { errorCode: 'query.soql.type-mismatch' }],
    [`${rows}.json?${query("$where=tag > 'many'")}`, 400, { errorCode: 'query.soql.type-mismatch' }],
    [
      `${rows}.json?${query('$select=:id,*')}`,
      400,
      { message: expect.stringContaining('Star selections must come at the start') },
    ],
    [`${rows}.json?$limit=-1`, 400, { code: 'query.compiler.malformed' }],
    [`${rows}.json?$group=name`, 400, { errorCode: 'query.soql.column-not-in-group-bys' }],
    [`${rows}.json?$select=name&$group=name&$order=tag`, 400, { errorCode: 'query.soql.no-such-column' }],
    [`${rows}.json?${query('$select=count(*)&$having=weight > 1')}`, 400, { data: { column: 'weight' } }],
    [`${rows}.json?${query('$query=name from here')}`, 400, { code: 'query.compiler.malformed' }],
  ])('%s is %i', async (url, status, body) => {
    const portal = await portalOf(files);
    const answer = await ask(portal, url);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject(body);
  });

  it('a missing view is not_found, also in headers', async () => {
    const portal = await portalOf(files);
    const { status, headers, json } = await ask(portal, `${origin}/api/views/none-0000.json`);
    expect([status, headers['x-error-code'], json().code]).toEqual([404, 'not_found', 'not_found']);
  });

  it('an app token that the portal does not know is refused', async () => {
    const portal = await portalOf(files);
    const status = async (token: string) =>
      (await ask(portal, `${rows}.json`, { headers: { 'x-app-token': token } })).status;
    expect([await status('known'), await status('stolen')]).toEqual([200, 403]);
    expect((await ask(portal, `${rows}.json?$$app_token=known`)).status).toBe(200);
  });
});

it('metadata names columns, their types and the row identifier', async () => {
  const portal = await portalOf(files);
  const view = (await ask(portal, `${origin}/api/views/dogs-1234.json`)).json();
  expect(view).toMatchObject({
    id: 'dogs-1234',
    name: 'Dogs of the town',
    viewType: 'tabular',
    rowsUpdatedAt: 1745766729,
  });
  expect(view.columns[2]).toMatchObject({ fieldName: 'born', dataTypeName: 'calendar_date', position: 3 });
  expect(
    view.columns.find((column: { id: number }) => column.id === view.rowIdentifierColumnId).fieldName,
  ).toBe('tag');
});

it('the catalogue finds datasets by words and ids', async () => {
  const portal = await portalOf(files);
  const catalogue = async (clauses: string) =>
    (await ask(portal, `${origin}/api/catalog/v1?${clauses}`)).json();
  const found = await catalogue('domains=data.example.us&q=dogs');
  expect(found.resultSetSize).toBe(1);
  expect(found.results[0].resource).toMatchObject({
    id: 'dogs-1234',
    columns_field_name: expect.arrayContaining(['tag']),
  });
  expect((await catalogue('domains=other.example.us')).resultSetSize).toBe(0);
  expect((await catalogue('ids=capd-0001')).results[0].resource.id).toBe('capd-0001');
});

it('serves an export in the dialect of the API', async () => {
  const portal = await portalOf({
    'portal.yml': `
origins:
  ${origin}:
    type: socrata
    datasets:
      expo-0001:
        table: {dialect: export, files: [x.csv], columns: {crash_date: floating_timestamp, vehicle_type_code1: text}}
`,
    'x.csv': 'CRASH DATE,VEHICLE TYPE CODE 1\n03/31/2021,Sedan\n',
  });
  expect((await ask(portal, `${origin}/resource/expo-0001.json`)).json()).toEqual([
    { crash_date: '2021-03-31T00:00:00.000', vehicle_type_code1: 'Sedan' },
  ]);
});
