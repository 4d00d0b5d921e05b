/** The project's one namespace: what a name in `ref`, in a test or in a unit test stands for. */

import type { SourceSpan } from '../errors/diagnostic.js';
import { didYouMean } from '../errors/nearest.js';
import { quoteIdent } from '../sql/quote.js';
import type { NodeId } from './types.js';

export interface Names {
  /** `x` is a dataset's silver or a model; `bronze.x`, `silver.x`, `gold.x` are ids. Undefined when there is none. */
  resolve(name: string): NodeId | undefined;
  /** Nodes of a model's versions by version (`2`); undefined where it has none. `resolve` gives the latest. */
  versions(name: string): ReadonlyMap<string, NodeId> | undefined;
  /** What is switched off under a name, and where; undefined for others. */
  disabled(name: string): { readonly what: string; readonly at: SourceSpan } | undefined;
  /** `Did you mean "shootings"?`, or undefined. */
  suggest(name: string): string | undefined;
}

/** The nodes of one model's versions. */
export interface ModelVersions {
  readonly latest: NodeId;
  readonly byVersion: ReadonlyMap<string, NodeId>;
}

/** Of two that share a name the first keeps it; load has told of the other. */
export function indexNames(
  datasets: Iterable<string>,
  models: Iterable<NodeId>,
  versions: ReadonlyMap<string, ModelVersions> = new Map(),
  disabled: ReadonlyMap<string, { readonly what: string; readonly at: SourceSpan }> = new Map(),
): Names {
  const ids = new Map<string, NodeId>();
  const bare: string[] = [];
  const add = (name: string, id: NodeId): void => {
    if (!ids.has(name)) ids.set(name, id);
  };
  for (const name of datasets) {
    bare.push(name);
    for (const id of [`silver.${name}`, `bronze.${name}`]) {
      add(name, id);
      add(id, id);
    }
  }
  for (const id of models) {
    const name = id.slice(id.indexOf('.') + 1);
    bare.push(name);
    add(name, id);
    add(id, id);
  }
  for (const [name, { latest }] of versions) {
    bare.push(name);
    add(name, latest);
    add(`gold.${name}`, latest);
  }
  return {
    resolve: (name) => ids.get(name),
    versions: (name) => versions.get(name.replace(/^gold\./, ''))?.byVersion,
    disabled: (name) => disabled.get(name.slice(name.indexOf('.') + 1)),
    suggest: (name) => elsewhere(name, ids) ?? didYouMean(name, name.includes('.') ? ids.keys() : bare),
  };
}

/** The name is right and its layer is another: `silver.stations` of a model, which is gold. */
function elsewhere(name: string, ids: ReadonlyMap<string, NodeId>): string | undefined {
  const id = name.includes('.') ? ids.get(name.slice(name.indexOf('.') + 1)) : undefined;
  return id === undefined ? undefined : `Did you mean "${id}"?`;
}

/** A node's relation in SQL: `silver.x` → `"silver"."x"`. */
export function relationSql(id: NodeId): string {
  const dot = id.indexOf('.');
  return `${quoteIdent(id.slice(0, dot))}.${quoteIdent(id.slice(dot + 1))}`;
}

/** The node of a relation as `relationSql` writes it; undefined for any other text. */
export function relationId(sql: string): NodeId | undefined {
  const parts = /^"((?:[^"]|"")+)"\."((?:[^"]|"")+)"$/.exec(sql);
  return parts ? `${parts[1]!.replaceAll('""', '"')}.${parts[2]!.replaceAll('""', '"')}` : undefined;
}
