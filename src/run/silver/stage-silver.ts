/** Writes a silver table's files into staging, in the cheapest way that fits, and tells what was found on the way. */
import { rm } from 'node:fs/promises';
import type { SilverNode } from '../../compile/types.js';
import type { Relation, ResultSet, Statement } from '../../engine/types.js';
import type { PartState } from '../../lakehouse/types.js';
import type { RunContext } from '../context.js';
import { nodeRelations, stagedRelation } from '../tables/relations.js';
import { stagedFiles } from '../tables/staged-files.js';
import {
  canWriteAtOnce,
  foundAtOnce,
  lookStatements,
  mayKeepBreaches,
  writeStatements,
  written,
} from './at-once.js';
import {
  type Columns,
  type SilverFindings,
  type SilverOutput,
  silverColumns,
  silverFindings,
  silverResults,
  silverStatements,
} from './silver-statements.js';

export interface SilverTask {
  readonly node: SilverNode;
  /** All columns that the node's SQL yields. */
  readonly yielded: Columns;
  /** Parts of the bronze table. */
  readonly parts: readonly PartState[];
  /** The version before, bound as `"previous"."table"`, where its columns are the same. */
  readonly previous?: Relation;
  /** Further statements, which may read `final`, the rows that silver keeps. */
  readonly more: readonly Statement[];
}

export interface StagedRows {
  readonly found: SilverFindings;
  /** Results of `more`. */
  readonly more: readonly ResultSet[];
  /** Id of the quarantine table. */
  readonly quarantine: string;
}

/** @throws LakeError LK500x for SQL that fails. */
export async function stageSilver(context: RunContext, task: SilverTask): Promise<StagedRows> {
  const { node } = task;
  const atOnce = canWriteAtOnce(node, task.parts) ? await writeAtOnce(context, task) : undefined;
  return { ...(atOnce ?? (await judgeFirst(context, task))), quarantine: quarantineOf(node) };
}

const quarantineOf = ({ id }: SilverNode): string => `${id}__quarantine`;

async function newOutput({ lake, run }: RunContext, node: SilverNode): Promise<SilverOutput> {
  const quarantine = quarantineOf(node);
  return {
    valid: await (node.partitionBy.length === 0 ? lake.stageFile(node.id, run) : lake.stage(node.id, run)),
    quarantine: await lake.stageFile(quarantine, run),
    checked: await lake.stageFile(quarantine, run),
  };
}

type Found = Pick<StagedRows, 'found' | 'more'>;

async function judgeFirst(context: RunContext, task: SilverTask): Promise<Found> {
  const { node, yielded, parts, previous, more } = task;
  const output = await newOutput(context, node);
  const statements = silverStatements(node, yielded, output, previous !== undefined, parts);
  const results = await context.engine.sql({
    label: node.id,
    macros: context.graph.sqlMacros,
    relations: [...nodeRelations(context, node.dependsOn), ...(previous ? [previous] : [])],
    statements: [...statements, ...more],
  });
  const own = statements.filter(({ collect }) => collect === 'rows').length;
  return { found: silverFindings(silverResults(results)), more: results.slice(own) };
}

/** Undefined where it turned out that rows have to be compared first; nothing is written then. */
async function writeAtOnce(context: RunContext, task: SilverTask): Promise<Found | undefined> {
  const { node, yielded, parts, previous } = task;
  const output = await newOutput(context, node);
  const relations = nodeRelations(context, node.dependsOn);
  const common = { label: node.id, macros: context.graph.sqlMacros };
  const first = written(
    await context.engine.sql({
      ...common,
      relations,
      statements: writeStatements(node, yielded, output, parts),
    }),
  );
  const files = stagedFiles(first.valid);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const left = first.bronze - first.superseded - first.overlap - first.withdrawn - rows;
  const staged = stagedRelation(node.id, silverColumns(node, yielded), files);
  const results = await context.engine.sql({
    ...common,
    relations: [
      ...relations,
      { ...staged, schema: 'staged', name: 'table' },
      ...(previous ? [previous] : []),
    ],
    statements: lookStatements(node, yielded, output, parts, {
      rows,
      previous: previous !== undefined,
      judge: left !== 0 || mayKeepBreaches(node),
      more: task.more,
    }),
  });
  const at = foundAtOnce(first, results);
  const found = at ? silverFindings(at.by) : undefined;
  // SQL that reads the clock may judge a row otherwise the second time.
  if (at && found?.accounting.quarantined === left) return { found, more: at.more };
  for (const path of [output.valid, output.quarantine]) await rm(path, { recursive: true, force: true });
  return undefined;
}
