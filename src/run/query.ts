/** `lake query`: one SELECT on the newest set and on the system tables; its first rows at once, or all of them piece by piece. */
import { locate } from '../compile/locate.js';
import type { Graph } from '../compile/types.js';
import type { Engine, Relation, ResultSet, StreamPiece, StreamTask } from '../engine/types.js';
import { LakeError } from '../errors/lake-error.js';
import { didYouMean } from '../errors/nearest.js';
import { metaRelations } from '../lakehouse/meta/index.js';
import { openLake } from '../lakehouse/open-lake.js';
import { setAsked } from '../lakehouse/sets/set-asked.js';
import type { Lake, RunSet } from '../lakehouse/types.js';
import type { Target } from '../project/types.js';
import { failureRelations, failuresFolder } from './audit/kept-failures.js';
import { engineOf } from './engine-of.js';
import { engineOn } from './engine-on.js';
import { setReading, setRelations } from './set-relations.js';
import { isStillWritten } from './tables/still-written.js';

export interface Question {
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  readonly sql: string;
  /** The lake as it was: a time, the number of a set, `silver.trees=7`; now, where left out. */
  readonly at?: string;
  /** Every table at its newest version, whoever published it, instead of at that of the newest set. */
  readonly heads?: boolean;
}

export interface QueryOptions extends Question {
  /** Most rows that come back. */
  readonly limit: number;
}

export interface StreamOptions extends Question {
  readonly as: StreamTask['as'];
  /** An engine of the target, which the caller closes. */
  readonly engine: Engine;
  /** Aborted to end it; the iterator throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * All tables at the versions of the newest set, never a mix of runs, and the failing rows that tests kept, as `failures.<test>`.
 * @throws LakeError LK7010 when it is no question; LK6027 when the lake never was as it is asked for; LK50xx with the engine's sentence when the SQL is wrong.
 */
export async function queryLake(options: QueryOptions): Promise<ResultSet> {
  const { root, graph, target, sql, limit } = options;
  const lake = await openLake(target.lake, root);
  const asked = await relationsOf(lake, options);
  const engine = engineOn(lake, engineOf(root, target));
  try {
    const [result] = await engine.sql({
      label: 'query',
      macros: graph.sqlMacros,
      relations: asked.relations,
      statements: [{ sql, collect: 'rows', question: true, limit }],
    });
    return result!;
  } catch (error) {
    throw await inOwnWords(lake, options, asked, error);
  } finally {
    await engine.close();
  }
}

/**
 * The same, all rows, as they are computed: however many there are, memory holds two pieces of them.
 * @throws LakeError as `queryLake`; LK5020 for a column that Arrow batches cannot hold.
 */
export async function* streamLake(options: StreamOptions): AsyncGenerator<StreamPiece, void, undefined> {
  const { root, graph, target, sql, as, signal } = options;
  const lake = await openLake(target.lake, root);
  const asked = await relationsOf(lake, options);
  const engine = engineOn(lake, options.engine);
  const { relations } = asked;
  try {
    yield* engine.stream({ label: 'query', macros: graph.sqlMacros, relations, sql, as }, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw await inOwnWords(lake, options, asked, error);
  }
}

interface Asked {
  readonly set: RunSet | undefined;
  /** Of the project's tables and views. */
  readonly published: readonly Relation[];
  /** All that a question may name. */
  readonly relations: readonly Relation[];
}

async function relationsOf(lake: Lake, question: Question): Promise<Asked> {
  const { root, graph, target, sql } = question;
  const set = await setAsked(lake, question);
  const published = await setRelations(lake, graph, set, sql);
  return {
    set,
    published,
    relations: [
      ...published,
      ...(await metaRelations(lake)),
      ...(await failureRelations(failuresFolder(root, target.name))),
    ],
  };
}

/** What the engine says of a question, with what to do about it in a lake. */
async function inOwnWords(
  lake: Lake,
  { graph, sql }: Question,
  { set, published }: Asked,
  error: unknown,
): Promise<unknown> {
  return ofTemplate(graph, sql, error) ?? noTable(published, error) ?? ofView(lake, graph, set, error);
}

/** A question is SQL: where it holds a template, its mistake is told with the table's own name. */
function ofTemplate(graph: Graph, sql: string, error: unknown): LakeError | undefined {
  const [tag, name] = /\{\{\s*(?:ref[\s(]+['"]([^'"]+)['"])?/.exec(sql) ?? [];
  if (tag === undefined || !(error instanceof LakeError)) return undefined;
  const node = graph.nodes.findLast((one) => one.name === name || one.id === name);
  return new LakeError(error.code, error.message, {
    hint: `A question names tables as they are published: ${node?.id ?? 'gold.customers'}. Templates are for \`lake show --inline\`, which compiles them`,
    details: error.details,
  });
}

/** Of a table that is not there the engine knows other tables, and not how to see all of them. */
function noTable(relations: readonly Relation[], error: unknown): LakeError | undefined {
  if (!(error instanceof LakeError) || error.hint?.startsWith('Did you mean')) return undefined;
  const [, name] = /Table with name "?([\w.]+)"? does not exist/.exec(error.message) ?? [];
  if (name === undefined) return undefined;
  const names = relations.map((relation) => relation.name);
  return new LakeError(error.code, error.message, {
    hint:
      didYouMean(name, names) ??
      'See what there is with `lake ls`; tables are named with their layer, `gold.customers`',
    details: error.details,
  });
}

/** A mistake in the SQL of a view that the question reads: where it stands, and that it may be mended there. */
async function ofView(lake: Lake, graph: Graph, set: RunSet | undefined, error: unknown): Promise<unknown> {
  if (!(error instanceof LakeError)) return error;
  const view = error.details?.['view'] as { name: string; line: number; col: number } | undefined;
  if (!view) return error;
  const isCurrent = isStillWritten(await setReading(lake, graph, set), view.name);
  const at = isCurrent ? locate(graph, view.name, view.line, view.col) : undefined;
  const place = at ? ` It stands in ${at.file}:${at.line}:${at.col}.` : '';
  return new LakeError(error.code, error.message, {
    hint: `The view ${view.name} was published as it is, and does not fit what it reads now.${place} Build it again: \`lake build --select ${view.name}\`.`,
    details: { ...error.details, ...(at && { at }) },
  });
}
