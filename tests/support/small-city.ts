/** A small project with a portal of its own, written into a temporary folder: two datasets, one model. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string>>;

export const SMALL_CITY: Files = {
  'project.yml': `name: small_city
version: 1
profile: city
portals:
  trees: {type: socrata, url: 'https://data.trees.example', timezone: America/Toronto}
  parks: {type: ckan, url: 'https://ckan.parks.example', timezone: America/Toronto}
`,
  'profiles.yml': `city:
  target: dev
  outputs:
    dev: {type: duckdb, portal: portal, lake: {type: local, path: lake}}
`,
  'datasets/trees.yml': `dataset: trees
portal: trees
source: {id: tree-0001}
load: {mode: upsert, cursor: ':updated_at'}
key: [tree_id]
fields:
  tree_id: integer
  species: {required: true}
  park: varchar
  height: {type: double, range: [0, 100]}
`,
  'datasets/parks.yml': `dataset: parks
portal: parks
source: {package: city-parks}
key: [park]
fields:
  park: varchar
  hectares: {type: double, range: [0, null]}
`,
  'models/gold/trees_by_park.sql': `select
    parks.park,
    count(trees.tree_id) as trees,
    round(max(trees.height), 1) as tallest
from {{ref 'parks'}} as parks
left join {{ref 'trees'}} as trees on trees.park = parks.park
group by parks.park
`,
  'models/gold/gold.yml': `version: 2
models:
  - name: trees_by_park
    description: Trees of each park.
    columns:
      - {name: park, tests: [not_null, unique]}
`,
  'portal/portal.yml': `origins:
  https://data.trees.example:
    type: socrata
    datasets:
      tree-0001:
        row_identifier: tree_id
        table:
          files: [trees.csv]
          updated_at: 2026-10-01T10:00:00Z
          columns: {tree_id: number, species: text, park: text, height: number}
  https://ckan.parks.example:
    type: ckan
    packages:
      city-parks:
        resources:
          - name: Parks
            format: CSV
            updated_at: 2026-10-01T10:00:00Z
            table: {files: [parks.csv], columns: {PARK: text, HECTARES: float8}}
`,
  'portal/trees.csv': `tree_id,species,park,height
1,Oak,High Park,21.5
2,Maple,High Park,18
3,Birch,Riverdale,12
4,Oak,Riverdale,-3
5,Elm,,9
`,
  'portal/parks.csv': `PARK,HECTARES
High Park,161
Riverdale,18.5
`,
};

export interface TempProject {
  readonly root: string;
  /** Writes or replaces files. */
  write(files: Files): void;
  remove(): void;
}

/** The small city with changes; a file that is '' is left out. */
export function smallCity(changes: Files = {}): TempProject {
  return tempProject({ ...SMALL_CITY, ...changes });
}

/** A temporary folder with these files and no others. */
export function tempProject(files: Files): TempProject {
  const root = mkdtempSync(join(tmpdir(), 'lake-test-'));
  const write = (changes: Files): void => {
    for (const [path, text] of Object.entries(changes)) {
      const file = join(root, path);
      if (text === '') {
        rmSync(file, { force: true });
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  write(files);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}
