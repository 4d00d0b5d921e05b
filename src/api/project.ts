/** A project that a program has opened: what the command line does with it, as functions. */
import type { Graph, NodeId } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import type { Diagnostic } from '../errors/diagnostic.js';
import { LakeError } from '../errors/lake-error.js';
import type { FetchPolicyFunction } from '../observe/fetch-policy.js';
import type { Plan } from '../plan/types.js';
import type { Json } from '../project/types.js';
import type { RunResult } from '../run/events.js';
import type { DatasetFreshness } from '../run/freshness.js';
import type { ItemFilter } from '../run/items/item-filter.js';
import type { StoredItem } from '../run/items/stored-item.js';
import { type BuildOptions, buildNodes, type TestOptions, testNodes } from './build.js';
import { type CompiledProject, loadAndCompile } from './load-and-compile.js';
import { LakeQuery } from './query.js';
import { listTables, type PublishedTable } from './tables.js';

export interface OpenProjectOptions {
  /** Output of `profiles.yml`; left out: the profile's own `target`. */
  readonly target?: string;
  /** Values of `{{var 'x'}}`, as `--vars`. */
  readonly vars?: Readonly<Record<string, Json>>;
  /** What `{{env 'X'}}` reads; the process's environment by default. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Selecting {
  /** Words of the selection grammar, `tag:toronto`, `shootings+`; left out: everything. */
  readonly select?: string | readonly string[];
  readonly exclude?: string | readonly string[];
}

export interface PlanOptions extends Selecting {
  /** As if everything were asked for again. */
  readonly fullRefresh?: boolean;
  readonly vars?: Readonly<Record<string, Json>>;
  /** A rule in place of the manifests' `fetch:`; see docs/api.md. */
  readonly fetchPolicy?: FetchPolicyFunction;
  /** Day of a target's local portal. */
  readonly day?: number;
}

export interface QueryOptions {
  /** The lake as it was: a time, the number of a set, `silver.trees=7`. */
  readonly at?: string;
  /** Every table at its newest commit, whoever wrote it, instead of at the versions that belong together. */
  readonly heads?: boolean;
  /** Aborted to end the question; its iterator throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface DatasetsOptions {
  /** Items that are prepared at once; 1,000 by default. */
  readonly pageSize?: number;
  /** The lake as it was, as `QueryOptions.at`. */
  readonly at?: string;
}

/**
 * Opens a project: its files are read and compiled, nothing else is done yet.
 *
 * ```ts
 * const lake = await openProject('.', { target: 'sample' });
 * const result = await lake.build({ select: 'shootings+' });
 * for await (const row of lake.query('from silver.shootings limit 5').rows()) console.log(row);
 * await lake.close();
 * ```
 * @param root The folder that holds `project.yml`.
 * @throws ProjectError with every mistake of every file. LakeError LK7001 when the folder is no project.
 */
export async function openProject(root = '.', options: OpenProjectOptions = {}): Promise<LakeProject> {
  const { env = process.env, ...given } = options;
  return new LakeProject({ ...given, env }, await loadAndCompile(root, { ...given, env }));
}

/** See `openProject`. To be closed: `await lake.close()`, or `await using lake = await openProject()`. */
export class LakeProject implements AsyncDisposable {
  readonly #options: OpenProjectOptions;
  #compiled: CompiledProject;
  #engine: Engine | undefined;
  #isClosed = false;

  /** @internal */
  constructor(options: OpenProjectOptions, compiled: CompiledProject) {
    this.#options = options;
    this.#compiled = compiled;
  }

  /** Absolute. */
  get root(): string {
    return this.#compiled.root;
  }

  /** Name of the target. */
  get target(): string {
    return this.#compiled.project.target.name;
  }

  /** Every node with its SQL, and the edges between them, as the files were last read. */
  get graph(): Graph {
    return this.#compiled.graph;
  }

  /** What is doubtful in the files; mistakes are thrown. */
  get warnings(): readonly Diagnostic[] {
    return this.#compiled.warnings;
  }

  /**
   * Ids of the chosen nodes, in build order.
   * @throws LakeError LK2060 to LK2062 for words that match nothing or cannot be read.
   */
  async select(selecting: Selecting = {}): Promise<readonly NodeId[]> {
    return chosen(this.graph, selecting);
  }

  /**
   * What a build would do, why, and at what cost. Asks the portals, writes nothing. The files are read anew.
   * @throws ProjectError, LakeError when files, selection, lake or local portal do not allow it; a portal's failure is its node's.
   */
  async plan(options: PlanOptions = {}): Promise<Plan> {
    const compiled = await this.#compile(options.vars);
    const [selected, { planRun }] = await Promise.all([
      chosen(compiled.graph, options),
      import('../run/plan-run.js'),
    ]);
    const { fullRefresh = false, day, fetchPolicy } = options;
    return planRun({ ...compiled, target: compiled.project.target, selected, fullRefresh, day, fetchPolicy });
  }

  /**
   * Fetches, builds, tests and publishes. The files are read anew. What fails is told by the result, node by node, never thrown.
   * @throws ProjectError, LakeError when the run cannot begin: mistakes in files or selection, a lake that another run holds.
   */
  async build(options: BuildOptions = {}): Promise<RunResult> {
    const compiled = await this.#compile(options.vars);
    return buildNodes(compiled, await chosen(compiled.graph, options), options);
  }

  /**
   * The tests of these nodes, on what is published. Those that passed for the same rows are not run again.
   * @throws ProjectError, LakeError LK4010 where nothing was built yet.
   */
  async test(options: TestOptions = {}): Promise<RunResult> {
    const compiled = await this.#compile(options.vars);
    return testNodes(compiled, await chosen(compiled.graph, options), options);
  }

  /** How old the data of these datasets is, by the date that each manifest names. @throws ProjectError, LakeError */
  async freshness(selecting: Selecting = {}): Promise<readonly DatasetFreshness[]> {
    const compiled = await this.#compile(undefined);
    const [selected, { judgeAll }] = await Promise.all([
      chosen(compiled.graph, selecting),
      import('../run/freshness.js'),
    ]);
    return judgeAll({ ...compiled, target: compiled.project.target, selected });
  }

  /**
   * One SELECT on the published tables and views, `meta.*` and `failures.*`, as `lake query` asks it. Nothing happens before its
   * rows are read. All questions share one engine, which starts with the first.
   */
  query(sql: string, options: QueryOptions = {}): LakeQuery {
    const engine = () => this.#sharedEngine();
    const compiled = () => this.#compiled;
    return new LakeQuery(async function* (as) {
      const { streamLake } = await import('../run/query.js');
      const { root, graph, project } = compiled();
      yield* streamLake({ root, graph, target: project.target, sql, as, engine: await engine(), ...options });
    });
  }

  /**
   * The stored parts of the datasets that the filter leaves, page by page; no portal is asked. In Ingestify's words too.
   *
   * ```ts
   * const season = { provider: 'statsbomb', dataset_type: 'match', competition_id: 11, season_id: 90, state: 'complete' } as const;
   * for await (const item of lake.datasets(season, { pageSize: 1000 })) console.log(item.identifier, await item.files[0]?.json());
   * ```
   * @throws LakeError LK7051 for what nothing can have: a provider, type or state that is not there, a key that is no variable, a page of no items.
   */
  async *datasets(
    filter: ItemFilter = {},
    { pageSize = 1000, at }: DatasetsOptions = {},
  ): AsyncGenerator<StoredItem, void, undefined> {
    const { storedItems } = await import('../run/items/stored-items.js');
    const { root, graph, project } = this.#compiled;
    const engine = await this.#sharedEngine();
    yield* storedItems({ root, graph, target: project.target, engine, filter, pageSize, at });
  }

  /** The tables and views of the newest set, in the order of their names. @throws LakeError LK602x when a file of the lake is damaged. */
  tables(): Promise<readonly PublishedTable[]> {
    return listTables(this.#compiled);
  }

  /** Ends the engine. What is being read fails; what is built goes on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#engine?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #compile(vars: PlanOptions['vars']): Promise<CompiledProject> {
    const { root } = this.#compiled;
    this.#compiled = await loadAndCompile(root, {
      ...this.#options,
      vars: { ...this.#options.vars, ...vars },
    });
    return this.#compiled;
  }

  async #sharedEngine(): Promise<Engine> {
    const { engineOf } = await import('../run/engine-of.js');
    if (this.#isClosed)
      throw new LakeError('LK7050', `the project ${this.root} was closed`, {
        hint: 'read all rows before `close()`, or open it again with `openProject()`',
      });
    const { root, project } = this.#compiled;
    this.#engine ??= engineOf(root, project.target);
    return this.#engine;
  }
}

async function chosen(graph: Graph, { select, exclude }: Selecting): Promise<readonly NodeId[]> {
  const { selectNodes } = await import('../compile/select/index.js');
  return selectNodes(graph, { select: words(select), exclude: words(exclude) });
}

function words(given: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof given === 'string' ? [given] : given;
}
