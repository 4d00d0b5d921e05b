// The forms in which the same rows come from a portal: how each is asked for, read by the floor, and declared to lake.
import { sourceColumns } from './ingest-portal.mjs';

const PAGE = 50_000;
const SYSTEM = [':id', ':updated_at'];
const names = [...SYSTEM, ...sourceColumns.map(({ name }) => name)];

const pages = (origin, rows, ending) =>
  Array.from(
    { length: Math.ceil(rows / PAGE) },
    (_, n) =>
      `${origin}/resource/abcd-1234.${ending}?$select=*,:id,:updated_at&$order=:id&$limit=${PAGE}&$offset=${n * PAGE}`,
  );
const readCsv = (list) => `read_csv(${list}, all_varchar=true, header=true)`;

export const forms = {
  'csv-pages': {
    type: 'socrata',
    urls: (origin, rows) => pages(origin, rows, 'csv'),
    read: readCsv,
    portal: (origin) => `{type: socrata, url: '${origin}', timezone: America/New_York}`,
    source: () => `{id: abcd-1234}\nload: {mode: upsert, cursor: ':updated_at'}`,
  },
  'json-pages': {
    type: 'socrata',
    urls: (origin, rows) => pages(origin, rows, 'json'),
    read: (list) =>
      `read_json(${list}, format='array', columns={${names.map((name) => `'${name}': 'VARCHAR'`).join(', ')}})`,
    portal: (origin) => `{type: http, url: '${origin}', timezone: America/New_York}`,
    source: (_origin, rows) =>
      `{urls: [${pages('', rows, 'json')
        .map((url) => `'${url}'`)
        .join(', ')}]}`,
  },
  'csv-file': {
    type: 'http',
    urls: (origin) => [`${origin}/table.csv`],
    read: readCsv,
    portal: (origin) => `{type: http, url: '${origin}', timezone: America/New_York}`,
    source: () => '{url: /table.csv}',
  },
};
