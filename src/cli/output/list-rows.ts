/** What `lake ls` prints: a row for each node, exposure and test that was chosen. */
import type { Selection } from '../../compile/select/index.js';
import type { ExposureNode, Graph, GraphNode, TestNode, UnitTestNode } from '../../compile/types.js';
import type { Rows } from './print-rows.js';

/** dbt's words, and lake's for what dbt has not. `dataset`: bronze and silver. */
export const LISTED_TYPES = [
  'bronze',
  'silver',
  'dataset',
  'model',
  'seed',
  'snapshot',
  'exposure',
  'test',
  'unit_test',
  'all',
] as const;

export type ListedType = (typeof LISTED_TYPES)[number];

export interface ListOptions {
  readonly resourceType?: readonly ListedType[];
  readonly excludeResourceType?: readonly ListedType[];
}

type Row = readonly [
  node: string,
  kind: string,
  materialized: string,
  dependsOn: unknown,
  tests: number,
  tags: unknown,
  file: string,
];

interface Listed {
  readonly types: readonly string[];
  readonly row: Row;
}

/**
 * Without `resourceType` nodes and exposures, and tests where nothing else was chosen. Columns and order are the same for all.
 * @param lists True: names in lists stay a list; else they are one text.
 */
export function listRows(
  graph: Graph,
  chosen: Selection,
  { resourceType, excludeResourceType = [] }: ListOptions,
  lists: boolean,
): Rows & { readonly rows: readonly Row[] } {
  const ids = new Set<string>([...chosen.nodes, ...chosen.tests, ...chosen.exposures]);
  const list = (names: readonly string[]): unknown => (lists ? names : names.join(' '));
  const onlyTests = chosen.nodes.length + chosen.exposures.length === 0;
  const wanted: readonly string[] = resourceType ?? (onlyTests ? ['all'] : NODES);
  const counts = new Map<string, number>();
  for (const test of graph.tests) counts.set(test.owner, (counts.get(test.owner) ?? 0) + 1);

  const isOf = (types: readonly string[], named: readonly string[]): boolean =>
    named.includes('all') || types.some((type) => named.includes(type));
  const all = [
    ...graph.nodes.map((node) => ofNode(node, counts.get(node.id) ?? 0, list)),
    ...(graph.exposures ?? []).map((exposure) => ofExposure(exposure, list)),
    ...graph.tests.map((test) => ofTest(test, list)),
    ...graph.unitTests.map((test) => ofUnitTest(test, list)),
  ];
  const rows = all.flatMap(({ types, row }) =>
    ids.has(row[0]) && isOf(types, wanted) && !isOf(types, excludeResourceType) ? [row] : [],
  );
  return {
    columns: ['node', 'kind', 'materialized', 'depends_on', 'tests', 'tags', 'file'],
    rows,
    names: 'node',
  };
}

const NODES: readonly string[] = ['dataset', 'model', 'seed', 'snapshot', 'exposure'];

type List = (names: readonly string[]) => unknown;

function ofNode(node: GraphNode, tests: number, list: List): Listed {
  const { id, kind, dependsOn, tags, path } = node;
  const materialized = kind === 'model' ? node.materialized : 'table';
  const ofModel = materialized === 'seed' || materialized === 'snapshot' ? materialized : 'model';
  return {
    types: kind === 'model' ? [ofModel] : [kind, 'dataset'],
    row: [id, kind === 'model' ? ofModel : kind, materialized, list(dependsOn), tests, list(tags), path],
  };
}

function ofExposure({ id, type, dependsOn, tags, path }: ExposureNode, list: List): Listed {
  return { types: ['exposure'], row: [id, 'exposure', type, list(dependsOn), 0, list(tags), path] };
}

/** In place of a materialization stands what kind of test it is. */
function ofTest({ id, kind, dependsOn, tags, at }: TestNode, list: List): Listed {
  return { types: ['test'], row: [id, 'test', kind, list(dependsOn), 0, list(tags), at.file] };
}

function ofUnitTest({ id, node, tags, at }: UnitTestNode, list: List): Listed {
  return { types: ['unit_test'], row: [id, 'unit_test', 'unit', list([node]), 0, list(tags), at.file] };
}
