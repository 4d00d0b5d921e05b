/** What every node of a run is executed with. Made once per run by `build`; holds no global state. */
import type { BronzeNode, Graph, NodeId, TestNode } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import type { Fetcher } from '../fetch/fetcher.js';
import type { Lake, TestRecord } from '../lakehouse/types.js';
import type { FetchPolicyFunction } from '../observe/fetch-policy.js';
import type { Backfill } from '../observe/types.js';
import type { Target } from '../project/types.js';
import type { Source } from '../sources/types.js';
import type { KeptFailures } from './audit/kept-failures.js';
import type { RunEvent } from './events.js';
import type { Pins } from './pins.js';

export interface RunFlags {
  readonly fullRefresh: boolean;
  /** False in `lake run`: publish without tests. */
  readonly audit: boolean;
  /** True in `lake test`: test what is published, build nothing. */
  readonly testOnly: boolean;
  /** `--since --until --by`: fetch this time of the datasets and build these batches, and nothing else of them. */
  readonly backfill?: Backfill;
  /** A program's rule which parts are asked about; the manifests' own where left out. */
  readonly fetchPolicy?: FetchPolicyFunction;
  /** `--limit`: about so many rows of each part, for a sample; no guard compares them with anything. */
  readonly limit?: number;
  /** `--empty`: every relation that a node reads has its columns and no rows. Of a bronze without declared fields these are given. */
  readonly empty?: { readonly columnsOf: ReadonlyMap<NodeId, readonly string[]> };
  /** `--fail-fast`: after the first failure nothing new begins. */
  readonly failFast?: boolean;
  /** Run these tests, by id, and no others; all where left out. */
  readonly tests?: ReadonlySet<string>;
  /** `--accept`, as it is typed: `shootings` lets every guard of a dataset pass, `shootings:row_drop` one. */
  readonly accept: readonly string[];
}

export interface RunContext {
  readonly run: string;
  readonly startedAt: Date;
  /** Absolute project root. */
  readonly root: string;
  readonly graph: Graph;
  readonly target: Target;
  readonly nodes: ReadonlyMap<NodeId, Graph['nodes'][number]>;
  readonly lake: Lake;
  readonly pins: Pins;
  readonly engine: Engine;
  readonly fetcher: Pick<Fetcher, 'client' | 'fetchPart' | 'leave'>;
  /** Datasets that a node's rows are made from. */
  readonly datasetsAbove: (id: NodeId) => ReadonlySet<BronzeNode>;
  readonly sourceOf: (node: BronzeNode) => Source;
  readonly flags: RunFlags;
  /** Data tests by the node that they audit. */
  readonly testsOf: ReadonlyMap<NodeId, readonly TestNode[]>;
  /** Failing rows that were kept as files. */
  readonly failures: KeptFailures;
  /** Tests that read what waits for their owner: they run when all nodes have ended and cannot block. */
  readonly deferredTests: ReadonlySet<string>;
  /** Why this run has not built the node although it was to: `gold.x failed`. Undefined for all others. */
  readonly notBuilt: (id: NodeId) => string | undefined;
  /** The result of a test under exactly this hash, if it did not fail then: it need not run again. */
  readonly passedBefore: (test: Pick<TestNode, 'id' | 'owner'>, hash: string) => TestRecord | undefined;
  /** In `lake test`: the node's tests that are known to have no failing row, by their ids, for many were asked at once. */
  readonly askAhead?: (node: NodeId) => Promise<ReadonlyMap<string, { readonly seconds: number }>>;
  /** Keeps results for the set that the run publishes at its end. */
  readonly keepRecords: (records: readonly TestRecord[]) => void;
  readonly emit: (event: RunEvent) => void;
  /** Aborted by the first SIGINT, or the first failure of `failFast`: what has begun ends, nothing new begins. Its reason is a text. */
  readonly signal: AbortSignal;
}
