/**
 * dbt's selection grammar: words separated by blanks are added up, words joined by commas must all hold.
 * https://docs.getdbt.com/reference/node-selection/syntax
 */
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { Graph, NodeId } from '../types.js';
import { type Criterion, parseCriterion } from './criterion.js';
import { type Items, indexItems } from './items.js';
import { folderHint } from './of-dbt.js';

export interface SelectOptions {
  /** `--select`, each text one or more words; nothing selects everything. */
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface Selection {
  /** In the graph's order. */
  readonly nodes: readonly NodeId[];
  /** Data tests and unit tests by id: those of the chosen nodes, and those that were named themselves. */
  readonly tests: readonly string[];
  /** By id: `exposure.x`. */
  readonly exposures: readonly string[];
}

/**
 * What the selectors choose. Valid selectors may leave nothing: `a,b` of two nodes, or an exclusion of all.
 * @throws LakeError LK2060 where a word matches nothing, LK2061 and LK2062 where it cannot be read.
 */
export function select(graph: Graph, options: SelectOptions): Selection {
  const items = indexItems(graph);
  const wanted = words(options.select);
  const unwanted = words(options.exclude);
  const chosen = wanted.length > 0 ? union(wanted, items) : new Set(items.all.map((item) => item.id));
  for (const id of union(unwanted, items)) chosen.delete(id);
  const nodes: NodeId[] = [];
  const tests: string[] = [];
  const exposures: string[] = [];
  const lists = { node: nodes, test: tests, unit_test: tests, exposure: exposures };
  for (const item of items.all) if (chosen.has(item.id)) lists[item.type].push(item.id);
  return { nodes, tests, exposures };
}

/** The chosen nodes alone, see `select`. */
export function selectNodes(graph: Graph, options: SelectOptions): readonly NodeId[] {
  return select(graph, options).nodes;
}

function words(texts: readonly string[] | undefined): readonly string[] {
  return (texts ?? []).flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
}

function union(selectors: readonly string[], items: Items): Set<string> {
  const all = new Set<string>();
  for (const selector of selectors) for (const id of intersection(selector, items)) all.add(id);
  return all;
}

function intersection(selector: string, items: Items): ReadonlySet<string> {
  const sets = selector.split(',').map((word) => resolve(parseCriterion(word), items));
  const [first = new Set<string>(), ...others] = sets;
  return new Set([...first].filter((id) => others.every((set) => set.has(id))));
}

/** The items that one word stands for, with their neighbours, with the tests of all of these. */
function resolve(criterion: Criterion, items: Items): ReadonlySet<string> {
  const matches = criterion.method.matcher(criterion.value);
  const direct = items.all.filter(matches).map((item) => item.id);
  if (direct.length === 0) throw noMatch(criterion, items);
  const chosen = new Set(direct);
  if (criterion.closure) {
    const below = reach(direct, items.children, Number.POSITIVE_INFINITY);
    for (const id of reach([...direct, ...below], items.parents, Number.POSITIVE_INFINITY)) chosen.add(id);
    for (const id of below) chosen.add(id);
  }
  for (const id of reach(direct, items.parents, criterion.up)) chosen.add(id);
  for (const id of reach(direct, items.children, criterion.down)) chosen.add(id);
  for (const id of [...chosen]) for (const test of items.testsOf.get(id) ?? []) chosen.add(test);
  return chosen;
}

/** Everything within so many steps of the start. */
function reach(
  start: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
  steps: number,
): ReadonlySet<string> {
  const found = new Set<string>();
  let edge = start;
  for (let step = 0; step < steps && edge.length > 0; step += 1) {
    const next: string[] = [];
    for (const id of edge) {
      for (const neighbour of edges.get(id) ?? []) {
        if (found.has(neighbour)) continue;
        found.add(neighbour);
        next.push(neighbour);
      }
    }
    edge = next;
  }
  return found;
}

function noMatch({ method, value, text }: Criterion, items: Items): LakeError {
  const values = new Set(items.all.flatMap((item) => method.values(item)));
  const folder = method.name === 'name' ? folderHint(value, items) : undefined;
  const hint = folder ?? didYouMean(value, values) ?? 'Run `lake ls` to see what there is';
  return new LakeError('LK2060', `no node matches "${text}"`, { hint });
}
