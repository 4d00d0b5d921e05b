// A portal folder with one Socrata table of any length, shaped like New York's collisions: made by DuckDB, seeded by the row.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const int = (name) => ({ name, type: 'INTEGER' });
const text = (name) => ({ name, type: 'VARCHAR' });

/** Columns as the portal serves them beside `:id` and `:updated_at`, with the types that silver and the floor cast to. */
export const sourceColumns = [
  { name: 'crash_date', type: 'TIMESTAMP' },
  text('crash_time'),
  text('borough'),
  text('zip_code'),
  { name: 'latitude', type: 'DOUBLE' },
  { name: 'longitude', type: 'DOUBLE' },
  text('location'),
  text('on_street_name'),
  text('cross_street_name'),
  text('off_street_name'),
  int('number_of_persons_injured'),
  int('number_of_persons_killed'),
  int('number_of_pedestrians_injured'),
  int('number_of_pedestrians_killed'),
  int('number_of_cyclist_injured'),
  int('number_of_cyclist_killed'),
  int('number_of_motorist_injured'),
  int('number_of_motorist_killed'),
  text('contributing_factor_vehicle_1'),
  text('contributing_factor_vehicle_2'),
  text('vehicle_type_code1'),
  text('vehicle_type_code2'),
  { name: 'collision_id', type: 'BIGINT' },
];

const expressions = {
  crash_date: `strftime(timestamp '2013-01-01' + to_days((i % 4000)::int), '%Y-%m-%dT00:00:00.000')`,
  crash_time: `(i % 24) || ':' || lpad((i * 7 % 60)::varchar, 2, '0')`,
  borough: `case when i % 3 <> 0 then ['BROOKLYN', 'QUEENS', 'BRONX', 'MANHATTAN', 'STATEN ISLAND'][1 + i % 5] end`,
  zip_code: `case when i % 3 <> 0 then (11200 + i % 230)::varchar end`,
  latitude: `case when i % 9 <> 0 then (40.5 + (hash(i) % 400000) / 1e6)::varchar end`,
  longitude: `case when i % 9 <> 0 then (-74.2 + (hash(i + 1) % 500000) / 1e6)::varchar end`,
  location: `case when i % 9 <> 0 then 'POINT (' || (-74.2 + (hash(i + 1) % 500000) / 1e6) || ' ' || (40.5 + (hash(i) % 400000) / 1e6) || ')' end`,
  on_street_name: `case when i % 4 <> 0 then rpad('STREET ' || hash(i + 2) % 4000, 32, ' ') end`,
  cross_street_name: `case when i % 2 = 0 then 'AVENUE ' || hash(i + 3) % 900 end`,
  off_street_name: `case when i % 6 = 0 then (i % 3000) || ' PARKWAY' end`,
  contributing_factor_vehicle_1: `['Unspecified', 'Driver Inattention/Distraction', 'Failure to Yield Right-of-Way', 'Following Too Closely'][1 + i % 4]`,
  contributing_factor_vehicle_2: `case when i % 5 <> 0 then 'Unspecified' end`,
  vehicle_type_code1: `['Sedan', 'Station Wagon/Sport Utility Vehicle', 'Taxi', 'Bus', 'BUS'][1 + i % 5]`,
  vehicle_type_code2: `case when i % 4 <> 0 then 'Sedan' end`,
  collision_id: '(4000000 + i)::varchar',
};

/** Writes `table.csv` and `portal.yml`; the table is served by Socrata's API or, with `http`, as a file. */
export async function writePortal(dir, rows, type = 'socrata') {
  mkdirSync(dir, { recursive: true });
  const select = sourceColumns
    .map(({ name }) => `${expressions[name] ?? '(i % 3)::varchar'} as "${name}"`)
    .join(', ');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const file = join(dir, 'table.csv');
  await connection.run(`copy (
    select 'row-' || lpad(to_base(i, 36), 4, '0') || '.' || substr(md5(i::varchar), 1, 4) || '-' || substr(md5(i::varchar), 5, 4) as ":id",
      strftime(timestamp '2026-01-01' + to_seconds(i), '%Y-%m-%dT%H:%M:%S.000Z') as ":updated_at", ${select}
    from range(${rows}) t(i)) to '${file}' (header, force_quote *)`);
  if (type === 'http') {
    writeFileSync(
      join(dir, 'portal.yml'),
      'origins:\n  https://data.example.org:\n    type: http\n    files: {table.csv: table.csv}\n',
    );
    return;
  }
  const types = { INTEGER: 'number', BIGINT: 'number', DOUBLE: 'number', TIMESTAMP: 'floating_timestamp' };
  const columns = sourceColumns
    .map(({ name, type }) => `            ${name}: ${types[type] ?? 'text'}`)
    .join('\n');
  writeFileSync(
    join(dir, 'portal.yml'),
    `origins:
  https://data.example.org:
    type: socrata
    gzip: false
    datasets:
      abcd-1234:
        name: Collisions
        row_identifier: collision_id
        table:
          files: [table.csv]
          counted: {rows: ${rows}, bytes: ${statSync(file).size}}
          updated_at: 2026-11-01T10:00:00Z
          columns:
${columns}
`,
  );
}
