/** A project that has a bit of everything that can be cut in the middle: pages, a dump, files, files named by rows. */

import { CITY, type PortalContent, type Row } from '../../run/support/portal.js';
import type { Files } from '../../support/small-city.js';

export const TABLES = [
  ...['trees', 'parks', 'routes', 'stops'].flatMap((name) => [`bronze.${name}`, `silver.${name}`]),
  'silver.trees__quarantine',
  'gold.trees_by_park',
];

export const FILES: Files = {
  'datasets/trees.yml': `dataset: trees
portal: soda
source: {id: tree-0001}
load: {mode: upsert, cursor: changed}
key: [tree_id]
fields:
  tree_id: integer
  park: {required: true}
  changed: timestamp
`,
  'datasets/parks.yml': `dataset: parks
portal: ckan
source: {package: parks}
key: [park]
fields: {park: varchar}
`,
  'datasets/routes.yml': `dataset: routes
portal: files
source: {url: routes.csv}
key: [route]
fields: {route: varchar, park: varchar}
`,
  'datasets/stops.yml': `dataset: stops
portal: files
source: {for_each: {dataset: routes}, url: 'stops/{route}.csv'}
key: [stop]
fields: {stop: integer, route: {from: _route}}
`,
  'models/gold/trees_by_park.sql': `select park, count(*) as trees, count(distinct stop) as stops
from {{ref 'trees'}} join {{ref 'parks'}} using (park) left join {{ref 'routes'}} using (park) left join {{ref 'stops'}} using (route)
group by park\n`,
};

/** The project's settings with the portals at other addresses. */
export function settings(origins: Readonly<Record<string, string>>): Files {
  let project = CITY['project.yml']!;
  for (const [real, local] of Object.entries(origins)) project = project.replace(real, local);
  return {
    'project.yml': project,
    'profiles.yml': 'city: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
  };
}

const PARKS = ['High Park', 'Riverdale', 'Bluffs'];

/** What the portals serve; on the second day trees and parks were added, a tree moved, and one route is another. */
export function content(day: 1 | 2): PortalContent {
  const trees: Row[] = Array.from({ length: day === 1 ? 48 : 60 }, (_, i) => ({
    ':id': `row-${i}`,
    tree_id: i,
    // One tree in twenty stands nowhere: quarantined.
    park: i % 20 === 19 ? null : PARKS[(day === 2 && i === 7 ? i + 1 : i) % 3]!,
    changed: `2026-10-0${(day === 2 && i === 7) || i >= 48 ? 2 : 1}T10:00:00.000`,
  }));
  const parks = (day === 1 ? PARKS.slice(0, 2) : PARKS).map((PARK) => ({ PARK }));
  const at = `2026-10-0${day}T12:00:00Z`;
  const routes = day === 1 ? ['a', 'b', 'c'] : ['a', 'b', 'd'];
  const stops = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((route, i) => [`stops/${route}.csv`, `stop\n${i * 10}\n${i * 10 + day}\n`]),
  );
  const columns = { tree_id: 'number', park: 'text', changed: 'floating_timestamp' };
  return {
    socrata: { 'tree-0001': { columns, rows: trees, cap: 10, at } },
    ckan: { parks: { columns: { PARK: 'text' }, rows: parks, at } },
    files: {
      'routes.csv': `route,park\n${routes.map((route, i) => `${route},${PARKS[i]}\n`).join('')}`,
      ...stops,
    },
  };
}
