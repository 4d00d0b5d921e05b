/** What of a project's datasets a program asks for, in words of its own or of Ingestify: checked before anything is read. */
import type { BronzeNode, Graph } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';

/**
 * `complete`: all that the portal delivered is stored. `partial`: some stretch of it. `missing`: the portal was asked and has no such
 * file. `scheduled`: known, and left by a fetch policy. `gone`: it was stored once, and its rows count no more.
 */
export const ITEM_STATES = ['complete', 'partial', 'missing', 'scheduled', 'gone'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export type FilterValue = string | number | boolean;

/** Every key narrows; several values of one are alternatives. */
export interface ItemFilter {
  /** Name of a portal in project.yml; `portal` is the same. */
  readonly provider?: FilterValue | readonly FilterValue[];
  readonly portal?: FilterValue | readonly FilterValue[];
  /** Name of a dataset, or the `dataset_type` that the `meta:` of several gives them; `dataset` is the name alone. */
  readonly dataset_type?: FilterValue | readonly FilterValue[];
  readonly dataset?: FilterValue | readonly FilterValue[];
  /** All that are known now where it is left out; `gone` only where it is named. */
  readonly state?: ItemState | readonly ItemState[];
  /** A variable of the part, or a field of the dataset whose rows name it (`for_each`). 11 and '11' are the same. */
  readonly [variable: string]: FilterValue | readonly FilterValue[] | undefined;
}

export interface CheckedFilter {
  readonly datasets: readonly BronzeNode[];
  readonly states: ReadonlySet<ItemState>;
  /** Variable → texts, one of which it must be. */
  readonly variables: ReadonlyMap<string, ReadonlySet<string>>;
}

const RESERVED = ['provider', 'portal', 'dataset_type', 'dataset', 'state'];

/** The type that a dataset is of: what its manifest says in `meta: {dataset_type: …}`, else its name. */
export function typeOf({ dataset, name }: BronzeNode): string {
  const type = dataset.meta?.['dataset_type'];
  return typeof type === 'string' ? type : name;
}

/** @throws LakeError LK7051 for a provider, type or state that there is not. */
export function checkFilter(graph: Graph, filter: ItemFilter): CheckedFilter {
  const all = graph.nodes.filter((node) => node.kind === 'bronze');
  const wanted = (key: string): ReadonlySet<string> | undefined => {
    const value = filter[key];
    return value === undefined ? undefined : new Set([value].flat().map(String));
  };
  const narrowed = (key: string, words: (node: BronzeNode) => readonly string[], what: string) => {
    const values = wanted(key);
    if (values === undefined) return () => true;
    const known = [...new Set(all.flatMap(words))];
    for (const value of values) if (!known.includes(value)) throw noSuch(what, value, known);
    return (node: BronzeNode) => words(node).some((word) => values.has(word));
  };
  const tests = [
    narrowed('provider', (node) => [node.dataset.portal], 'no dataset is of a provider'),
    narrowed('portal', (node) => [node.dataset.portal], 'no dataset is of a portal'),
    narrowed('dataset_type', (node) => [typeOf(node), node.name], 'there is no dataset type'),
    narrowed('dataset', (node) => [node.name], 'there is no dataset'),
  ];
  const states = wanted('state') ?? new Set(ITEM_STATES.filter((state) => state !== 'gone'));
  for (const state of states)
    if (!ITEM_STATES.includes(state as ItemState)) throw noSuch('there is no state', state, ITEM_STATES);
  const variables = Object.keys(filter).flatMap((key): [string, ReadonlySet<string>][] => {
    const values = RESERVED.includes(key) ? undefined : wanted(key);
    return values ? [[key, values]] : [];
  });
  return {
    datasets: all.filter((node) => tests.every((test) => test(node))),
    states: states as ReadonlySet<ItemState>,
    variables: new Map(variables),
  };
}

/** @param known By dataset. @throws LakeError LK7051 for a key that none of the datasets has. */
export function checkVariables({ variables }: CheckedFilter, known: Iterable<ReadonlySet<string>>): void {
  const all = [...new Set([...known].flatMap((names) => [...names]))];
  for (const key of variables.keys())
    if (!all.includes(key)) throw noSuch('no chosen dataset has a variable', key, [...all, ...RESERVED]);
}

function noSuch(what: string, value: string, known: readonly string[]): LakeError {
  const some = known.filter((one) => !RESERVED.includes(one)).slice(0, 8);
  return new LakeError('LK7051', `${what} ${JSON.stringify(value)}`, {
    hint:
      didYouMean(value, known) ?? (some.length > 0 ? `There are ${some.join(', ')}` : 'There are none yet'),
  });
}
