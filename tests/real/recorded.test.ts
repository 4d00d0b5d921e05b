/** Answers that the real portals gave, played back as they came: what lake makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type RunningPortal, startPortal } from '../../src/portal/index.js';
import type { LakeRun } from '../support/run-lake.js';
import { DATA, type RealProject, realProject } from './real-project.js';

let project: RealProject;
let portal: RunningPortal;
let run: LakeRun;
const query = async (sql: string) => project.query(sql);

beforeAll(async () => {
  project = realProject();
  run = await project.build(['--select', 'path:datasets/real'], 1);
  portal = await startPortal({ folder: join(project.root, 'tests/real') });
});
afterAll(async () => {
  await portal.close();
  project.remove();
});

describe('Toronto', () => {
  const ckan = 'https://ckan0.cf.opendata.inter.prod-toronto.ca';

  test('a package as the real portal tells it: of one datastore resource and three cache copies the first is read', async () => {
    expect(
      await query(`select count(*) as rows, sum(death_licenses)::int as licences,
        count(distinct civic_centre) as centres, min(_source_part) as part
        from silver.death_registry join (select any_value(_source_part) as _source_part from bronze.death_registry) on true`),
    ).toEqual([{ rows: 100, licences: 21434, centres: 4, part: 'Death Registry Statistics Data' }]);
    const answer = await fetch(
      `${portal.origins[ckan]}/api/3/action/datastore_search?id=b00e485a-8214-43cb-aaf9-55b9dc64b747`,
    );
    const { success, result } = (await answer.json()) as { success: boolean; result: object };
    const bytes = readFileSync(
      join(DATA, 'toronto-ckan-recorded/death-registry-statistics-datastore.json'),
      'utf8',
    );
    expect({ success, result }).toEqual({ success: true, result: JSON.parse(bytes) });
    expect(result).toMatchObject({ limit: 100, total: 865, total_was_estimated: false });
  });

  test('a package of 2020: GeoJSON in the datastore, its geometry as text', async () => {
    expect(
      await query('select id, ward, lng, round(lat, 6) as lat from silver.transit_shelters order by id'),
    ).toEqual([
      { id: 'SH-00234', ward: 25, lng: -79.138802715, lat: 43.78521 },
      { id: 'SH-01227', ward: 25, lng: -79.200436208, lat: 43.801976 },
      { id: 'SH-03390', ward: 23, lng: -79.275767196, lat: 43.786138 },
    ]);
  });

  test('a package whose upload is gone: the address that failed is the public one, not the internal host of the answer', () => {
    expect(run.stdout).toContain(
      `LK3126 target real serves only what is recorded in tests/real, and ttc_routes is not in it: ${ckan}/dataset/7795b45e-e65a-4465-81fc-c36b9dfff169/resource/cfb6b2b8-6191-41e3-bda1-b175c51148cb/download/opendata_ttc_schedules.zip does not exist (HTTP 404`,
    );
  });

  test('lists of packages: resources that are exploded, and a tidied copy that agrees', async () => {
    expect(
      await query(`select p.name, p.num_resources = t.num_resources as agree
        from silver.packages p join silver.package_list t using (title) order by 1`),
    ).toEqual([
      { name: 'bodysafe', agree: true },
      { name: 'street-furniture-transit-shelter', agree: true },
    ]);
    expect(
      await query(
        'select package, format, count(*) as resources, min(name) as first from silver.bus_delay_resources group by all',
      ),
    ).toEqual([
      { package: 'ttc-bus-delay-data', format: 'XLSX', resources: 7, first: 'ttc-bus-delay-data-2014' },
    ]);
  });

  test('a workbook of two rows', async () => {
    expect(await query('select col1, col2 from silver.sample_workbook')).toEqual([
      { col1: '1', col2: '3' },
      { col1: '2', col2: '4' },
    ]);
  });

  test('neighbourhood crime rates: 158 neighbourhoods, 185 columns, no homicide is NULL', async () => {
    expect(
      await query(`select count(*) as rows, sum(population_2023)::int as people, sum(assault_2023)::int as assaults,
        sum(homicide_2023)::int as homicides, count(*) filter (homicide_2023 is null) as none
        from silver.neighbourhood_crime_rates`),
    ).toEqual([{ rows: 158, people: 3012308, assaults: 24376, homicides: 72, none: 110 }]);
    // All but _id, which the datastore makes itself.
    expect(
      await query(`select count(*) as columns from information_schema.columns
        where table_schema = 'bronze' and table_name = 'neighbourhood_crime_rates' and column_name not like '\\_%' escape '\\'`),
    ).toEqual([{ columns: 184 }]);
  });

  test('one sheet of the wellbeing workbook as CSV: 140 neighbourhoods, of which one is the first', async () => {
    expect(
      await query(`select count(*) as rows, max(neighbourhood_id) as last, any_value(assaults) filter (neighbourhood_id = 1) as assaults,
        any_value(vehicle_thefts) filter (neighbourhood_id = 1) as thefts from silver.wellbeing_2011`),
    ).toEqual([{ rows: 140, last: 140, assaults: 390, thefts: 288 }]);
  });
});

describe('New York', () => {
  const nyc = 'https://data.cityofnewyork.us';

  test('every recorded exchange with New York is played back byte for byte, its validators with it', async () => {
    let exchanges = 0;
    for (const name of CASSETTES) {
      const text = readFileSync(join(DATA, `socrata-vcr-sodapy/test_${name}.yaml`), 'utf8');
      for (const { request, response } of parse(text, { customTags: ['binary'] }).interactions) {
        const answer = await fetch(portal.origins[nyc] + request.uri.slice(nyc.length));
        const body = Buffer.from(await answer.arrayBuffer());
        exchanges++;
        expect(body.equals(Buffer.from(response.body.string)), request.uri).toBe(true);
        expect(answer.status).toBe(response.status.code);
        for (const header of ['ETag', 'Last-Modified', 'X-SODA2-Fields']) {
          expect(answer.headers.get(header), header).toBe(response.headers[header]?.[0] ?? null);
        }
      }
    }
    expect(exchanges).toBe(900);
  });

  test('bicycle counts behind recorded metadata: 1,001 rows of two pages; the next day one request finds nothing new', async () => {
    expect(
      await query(
        'select count(*) as rows, sum(counts)::int as counts, count(distinct id) as counters from silver.bike_counts',
      ),
    ).toEqual([{ rows: 1001, counts: 33152, counters: 1 }]);
    const again = await project.build(['--select', 'bike_counts']);
    expect(again.stdout).toMatch(/1 request .*no engine was started/);
    // What the metadata calls rowsUpdatedAt is what a page of rows calls Last-Modified.
    const view = await (await fetch(`${portal.origins[nyc]}/api/views/uczf-rk3c.json`)).json();
    const page = await fetch(`${portal.origins[nyc]}/resource/uczf-rk3c.json`);
    expect((view as { rowsUpdatedAt: number }).rowsUpdatedAt * 1000).toBe(
      Date.parse(page.headers.get('last-modified') ?? ''),
    );
  });

  test('the 1,000 rows that the portal gave without a $limit look like one, as CSV and as JSON; accepted, both are the same', async () => {
    for (const name of ['bike_counts_csv', 'bike_counts_json']) {
      expect(run.stdout).toMatch(
        new RegExp(`LK4003 ${name} .*exactly 1,000 rows came, which is Socrata’s default \\$limit`),
      );
    }
    await project.build([
      '--select',
      'bike_counts_csv',
      'bike_counts_json',
      '--accept',
      'bike_counts_csv:cap',
      '--accept',
      'bike_counts_json:cap',
    ]);
    expect(
      await query(`select count(*) as rows, count(*) filter (c.date = j.date and c.counts = j.counts) as same
        from silver.bike_counts_csv c join silver.bike_counts_json j using (countid)`),
    ).toEqual([{ rows: 1000, same: 1000 }]);
  });

  test('six rows whose columns are years', async () => {
    expect(
      await query(
        'select borough, population_1950, population_2040 from silver.population order by 2 desc limit 2',
      ),
    ).toEqual([
      { borough: 'NYC Total', population_1950: 7891957, population_2040: 9025145 },
      { borough: 'Brooklyn', population_1950: 2738175, population_2040: 2840525 },
    ]);
  });

  test('a dataset that is not public: said in words', () => {
    expect(run.stdout).toContain(
      'LK3002 Dataset priv-0001 at data.cityofnewyork.us is not public (HTTP 403)',
    );
  });

  test('a profile of the crashes: 29 columns, 31 % without a borough', async () => {
    expect(
      await query(`select (select count(*) from silver.crash_columns) as columns, name, round(missing_values_ratio, 2) as missing
        from silver.crash_columns where name in ('BOROUGH', 'LATITUDE', 'OFF STREET NAME') order by 2`),
    ).toEqual([
      { columns: 29, name: 'BOROUGH', missing: 0.31 },
      { columns: 29, name: 'LATITUDE', missing: 0.11 },
      { columns: 29, name: 'OFF STREET NAME', missing: 0.83 },
    ]);
  });
});

/** In the order of portal.yml. */
const CASSETTES = [
  'get',
  'get_all',
  'get_all_hit_limit',
  'get_csv',
  'get_datasets',
  'get_metadata_and_attachments',
  'get_metadata_and_attachments_missing',
  'get_missing',
  'get_xml',
];
