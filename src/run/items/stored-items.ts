/** The parts that a lake holds, one by one: what a program loops over instead of files in folders. */
import type { BronzeNode, Graph } from '../../compile/types.js';
import type { Engine } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { openLake } from '../../lakehouse/open-lake.js';
import { readPagesOf } from '../../lakehouse/runs/pages.js';
import { setAsked } from '../../lakehouse/sets/set-asked.js';
import type { Lake, PartState, RunSet, TableHead } from '../../lakehouse/types.js';
import type { Target } from '../../project/types.js';
import { engineOn } from '../engine-on.js';
import { Deliveries } from './deliveries.js';
import type { ItemSource } from './item-file.js';
import {
  type CheckedFilter,
  checkFilter,
  checkVariables,
  type ItemFilter,
  type ItemState,
} from './item-filter.js';
import { ItemHistory } from './item-history.js';
import { namedByParent, parentFields } from './parent-filter.js';
import { StoredItem, type StoredPart } from './stored-item.js';

export interface ItemsOptions {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  /** An engine of the target, which the caller closes. It starts when rows are read, or a parent's field is asked for. */
  readonly engine: Engine;
  readonly filter: ItemFilter;
  /** Items that are prepared at once. */
  readonly pageSize: number;
  /** As `Question.at`. */
  readonly at?: string;
}

interface Asked {
  readonly source: ItemSource;
  readonly graph: Graph;
  readonly set: RunSet | undefined;
  readonly filter: CheckedFilter;
  readonly pageSize: number;
}

/**
 * The parts of the newest set that the filter leaves, dataset by dataset, in the order of their discovery. No portal is asked.
 * @throws LakeError LK7051 for what nothing can have, LK6027 for a state that never was, LK6020 to LK6023 for a damaged lake.
 */
export async function* storedItems(options: ItemsOptions): AsyncGenerator<StoredItem, void, undefined> {
  const { root, graph, target, pageSize, at } = options;
  if (!Number.isInteger(pageSize) || pageSize < 1)
    throw new LakeError('LK7051', `a page of ${String(pageSize)} items cannot be read`, {
      hint: '`pageSize` is a whole number of at least 1',
    });
  const filter = checkFilter(graph, options.filter);
  const lake = await openLake(target.lake, root);
  const set = await setAsked(lake, { at, sql: '' });
  const source = { lake, engine: engineOn(lake, options.engine), root };
  const asked: Asked = { source, graph, set, filter, pageSize };
  const own = await variablesOf(lake, set, filter);
  checkVariables(
    filter,
    filter.datasets.map((node) => new Set([...own.get(node)!, ...parentFields(graph, node)])),
  );
  for (const node of filter.datasets) yield* itemsOf(asked, node, own.get(node)!);
}

/** Names that the parts of each dataset are told apart by; none where nobody asks by one. A state of many parts is read and let go. */
async function variablesOf(
  lake: Lake,
  set: RunSet | undefined,
  { datasets, variables: asked }: CheckedFilter,
): Promise<ReadonlyMap<BronzeNode, ReadonlySet<string>>> {
  const found = new Map<BronzeNode, ReadonlySet<string>>();
  for (const node of datasets) {
    const { family } = node.dataset.source;
    const names = new Set([...(node.parent?.fields ?? []), ...(family ? [family.variable] : [])]);
    const parts = asked.size === 0 ? {} : ((await headOf(lake, set, node))?.state.parts ?? {});
    for (const { variables } of Object.values(parts))
      for (const name of Object.keys(variables)) names.add(name);
    found.set(node, names);
  }
  return found;
}

async function headOf(
  lake: Lake,
  set: RunSet | undefined,
  { id }: BronzeNode,
): Promise<TableHead | undefined> {
  const version = set?.tables[id];
  return version === undefined ? undefined : lake.at(id, version);
}

async function* itemsOf(
  asked: Asked,
  node: BronzeNode,
  own: ReadonlySet<string>,
): AsyncGenerator<StoredItem, void, undefined> {
  const { source, graph, filter } = asked;
  const { variables, states } = filter;
  const ofParent = new Map([...variables].filter(([key]) => !own.has(key)));
  const fields = new Set(parentFields(graph, node));
  if ([...ofParent.keys()].some((key) => !fields.has(key))) return;
  const head = await headOf(source.lake, asked.set, node);
  if (!head) return;
  const isNamed =
    ofParent.size === 0 ? () => true : await namedByParent({ ...asked, ...source }, node, ofParent);
  const isWanted = (part: PartState): boolean =>
    [...variables].every(([key, values]) => !own.has(key) || values.has(part.variables[key] ?? '\0')) &&
    isNamed(part.variables);
  const history = new ItemHistory(source.lake, node.id, head.version);
  const deliveries = new Deliveries((run) => readPagesOf(source.lake.store, run, node.id));
  const place = { source, node, history, deliveries };

  let page: StoredPart[] = [];
  for await (const one of partsOf(head, states, history)) {
    if (!states.has(one.state) || !isWanted(one.part)) continue;
    page.push(one);
    if (page.length < asked.pageSize) continue;
    yield* StoredItem.page(place, page);
    page = [];
  }
  yield* StoredItem.page(place, page);
}

async function* partsOf(
  { state: table }: TableHead,
  states: ReadonlySet<ItemState>,
  history: ItemHistory,
): AsyncGenerator<StoredPart, void, undefined> {
  const parts = table.parts ?? {};
  for (const id in parts) yield { id, part: parts[id]!, state: stateOf(parts[id]!), table };
  if (!states.has('gone')) return;
  const gone = [...(await history.everLoaded())].filter((id) => (parts[id]?.loads.length ?? 0) === 0);
  for (const id of gone) {
    const last = (await history.versionsOf(new Set([id]))).get(id)?.at(-1);
    if (last) yield { id, part: last.part, state: 'gone', table: last.state };
  }
}

function stateOf({ loads, partial, cursor, scheduled }: PartState): ItemState {
  if (loads.length === 0) return scheduled ? 'scheduled' : 'missing';
  // Of a part with a cursor the newest load is a stretch, and all loads together are everything.
  return partial && cursor === undefined ? 'partial' : 'complete';
}
