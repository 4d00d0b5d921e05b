/** The bronze node of a dataset: what is requested, and of whose rows. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { SourceTexts } from '../../errors/source-texts.js';
import type { Dataset, Portal, SourceSpec } from '../../project/types.js';
import { hashOf } from '../hash.js';
import { pointAt } from '../point-at.js';
import { checkExpression } from '../sql/statement.js';
import type { BoundColumn, BronzeNode } from '../types.js';

export interface BronzeOptions {
  readonly dataset: Dataset;
  readonly portal: Portal | undefined;
  readonly binds: readonly BoundColumn[] | undefined;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly sources: SourceTexts;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** The node of a dataset's deliveries, `bronze.<name>`. A `where:` of `for_each` that is no expression is reported. */
export function bronzeNode(options: BronzeOptions): BronzeNode {
  const { dataset, portal, binds } = options;
  const parent = parentOf(options);
  return {
    id: `bronze.${dataset.name}`,
    kind: 'bronze',
    name: dataset.name,
    layer: 'bronze',
    path: dataset.path,
    description: dataset.description,
    tags: dataset.tags,
    dependsOn: parent ? [parent.node] : [],
    dataset,
    binds,
    parent,
    sourceHash: sourceHash(dataset, portal),
  };
}

/** `for_each`: the parent's silver, and the fields of it that the addresses name. */
function parentOf({ dataset, datasets, sources, report }: BronzeOptions): BronzeNode['parent'] {
  const { forEach } = dataset.source;
  if (!forEach) return undefined;
  const parent = datasets.get(forEach.dataset);
  // A parent that does not exist is load's to tell.
  if (!parent) return undefined;
  const { family } = dataset.source;
  // Of a family every member has its variable and its id; all other names are fields of the parent.
  const own = family ? [family.variable, 'id'] : [];
  const fields = templateVariables(addresses(dataset.source)).filter((name) => !own.includes(name));
  const where = forEach.where === undefined ? undefined : checkExpression(forEach.where);
  if (where && !where.ok) {
    const { code, message, hint } = where.problem;
    const at = pointAt(forEach.where!, forEach.at, sources);
    report({ code, severity: 'error', message: `where of for_each ${message}`, at, hint });
  }
  return { node: `silver.${parent.name}`, fields, where: forEach.where };
}

function addresses(source: SourceSpec): readonly string[] {
  return [
    ...(source.files ?? []),
    ...(source.urls ?? []),
    source.url ?? '',
    source.id ?? '',
    source.package ?? '',
  ];
}

/** Names in braces, in order of first use: `{competition_id}/{season_id}.json`. */
function templateVariables(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\{([A-Za-z_]\w*)\}/g)].map((m) => m[1]!)))];
}

/**
 * Hash of what decides the bytes of a part and how they become rows. Which parts there are is discovery's to say
 * (a year more in a family, another file), and parts that are already known stay valid then. So the list of members and
 * addresses is left out, and the names of the variables, which become columns, are in.
 */
function sourceHash(dataset: Dataset, portal: Portal | undefined): string {
  const { source, load } = dataset;
  return hashOf({
    portal: portal && { type: portal.type, url: portal.url, repo: portal.repo, ref: portal.ref },
    mode: load.mode,
    cursor: load.cursor,
    records: source.records,
    pages: source.pages,
    read: source.read,
    explode: source.explode,
    parent: source.forEach?.dataset,
    variables: [
      source.family?.variable,
      ...templateVariables([
        ...addresses(source),
        source.resource?.name ?? '',
        source.read?.sheet ?? '',
        source.read?.member ?? '',
      ]),
    ],
  });
}
