/** Every format over a real socket into silver: what the file is called guesses, what the manifest says decides. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { quoteText } from '../../src/sql/quote.js';
import { zip } from '../engine/decode/support/zip.js';
import { type Built, type City, city } from './support/city.js';

const SOURCES = {
  'trees.tsv': '{url: /trees.tsv}',
  'trees.ndjson': '{url: /trees.ndjson}',
  'trees.geojson': '{url: /trees.geojson}',
  'trees.parquet': '{url: /trees.parquet}',
  'trees.csv.gz': '{url: /trees.csv.gz}',
  'one.zip': '{url: /one.zip}',
  'many.zip': `{url: /many.zip, read: {member: 'trees_{year}.csv', ragged: fill}}`,
  'lists.zip': `{url: /lists.zip, records: parks, explode: {path: trees, keep_empty: true}}`,
};
type File = keyof typeof SOURCES;
const nameOf = (file: string) => file.replaceAll('.', '_');
const CSV = 'id,name\n1,oak\n2,elm\n';

let here: City;
let built: Built;
beforeAll(async () => {
  const fields = {
    'many.zip': '  year: {from: _year, type: integer}\n',
    'lists.zip': '  tree: {from: trees.kind}\n',
  };
  const datasets = Object.entries(SOURCES).map(([file, source]) => [
    `datasets/${nameOf(file)}.yml`,
    `dataset: ${nameOf(file)}\nportal: files\nsource: ${source}\nkey: none\nfields:\n  id: integer\n  name: varchar\n${
      fields[file as keyof typeof fields] ?? ''
    }`,
  ]);
  const served = Object.fromEntries(Object.keys(SOURCES).map((file) => [file, 'to be written']));
  here = city(Object.fromEntries(datasets), { files: served });
  const place = (file: File) => join(here.root, 'portal/files', file);
  const write = (file: File, content: string | Buffer) => writeFileSync(place(file), content);
  write('trees.tsv', CSV.replaceAll(',', '\t').replace('oak', 'oak, red'));
  write('trees.ndjson', '{"id":1,"name":"oak"}\n{"id":2,"name":"elm"}\n');
  write(
    'trees.geojson',
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":1,"name":"oak"},"geometry":null}]}',
  );
  write('trees.csv.gz', gzipSync(CSV));
  write('one.zip', zip({ name: 'trees.csv', data: CSV }));
  write(
    'many.zip',
    zip(
      { name: 'readme.txt', data: 'about' },
      { name: 'd/trees_2019.csv', data: CSV },
      { name: 'd/trees_2020.csv', data: 'name,id\nash,3\nfir\n' },
    ),
  );
  write(
    'lists.zip',
    zip({
      name: 'parks.json',
      data: '{"parks":[{"id":1,"trees":[{"kind":"oak"},{"kind":"elm"}]},{"id":2,"trees":[]}]}',
    }),
  );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `copy (select 1 as id, 'oak' as name union all select 2, 'elm') to ${quoteText(place('trees.parquet'))} (format parquet)`,
  );
  connection.disconnectSync();
  built = await here.build();
}, 120_000);

const rows = (file: File, columns = 'id, name') =>
  here.query(`select ${columns} from silver.${nameOf(file)} order by all`);

describe('formats', () => {
  it.each(['trees.ndjson', 'trees.parquet', 'trees.csv.gz', 'one.zip'] as const)('%s', async (file) => {
    expect(await rows(file)).toEqual([
      [1, 'oak'],
      [2, 'elm'],
    ]);
  });

  it('a .tsv has tabs, whatever else is in its values', async () => {
    expect(await rows('trees.tsv')).toContainEqual([1, 'oak, red']);
  });

  it('B10: features without geometry are rows, and the run says how many there were', async () => {
    expect(await rows('trees.geojson')).toEqual([[1, 'oak']]);
    expect(built.node('bronze.trees_geojson').notes).toEqual([
      expect.stringMatching(/: 1 feature has no geometry; the rows are kept$/),
    ]);
  });

  it('members of an archive are one table, with what their names say as a column', async () => {
    expect(await rows('many.zip', 'year, id, name')).toEqual([
      [2019, 1, 'oak'],
      [2019, 2, 'elm'],
      [2020, 3, 'ash'],
      [2020, null, 'fir'],
    ]);
  });

  it('records and lists within an archive are opened as declared', async () => {
    expect(await rows('lists.zip', 'id, tree')).toEqual([
      [1, 'elm'],
      [1, 'oak'],
      [2, null],
    ]);
  });

  it('B17, B19: a damaged archive or Parquet file fails its own dataset; what was published stays', async () => {
    const broken = here.copy();
    const ruin = (file: File) => writeFileSync(join(broken.root, 'portal/files', file), 'PAR1 and no more');
    ruin('trees.parquet');
    writeFileSync(join(broken.root, 'portal/files/one.zip'), zip({ name: '../../x.csv', data: CSV }));
    const again = await broken.build({ exit: 1 });
    const failed = again.nodes.filter(({ status }) => status === 'error');
    expect(failed.map(({ id, error }) => [id, error?.code]).sort()).toEqual([
      ['bronze.one_zip', 'LK5018'],
      ['bronze.trees_parquet', 'LK5019'],
    ]);
    expect(await broken.query('select count(*)::int from silver.trees_parquet')).toEqual([[2]]);
    expect(again.statuses['bronze.trees_tsv']).toMatch(/^(?:unchanged|reused)$/);
  });
});
