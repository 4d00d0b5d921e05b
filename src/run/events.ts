/** Everything that happens in a run, as one typed stream: the terminal, logs and artifacts are listeners. */
import type { NodeId } from '../compile/types.js';
import type { SourceSpan } from '../errors/diagnostic.js';
import type { ErrorInfo } from '../errors/lake-error.js';
import type { FetchNotice, FetchProgress } from '../fetch/types.js';
import type { Accounting } from '../lakehouse/types.js';

export type NodeStatus =
  | 'success'
  /** Fetched and compared: nothing to commit. */
  | 'unchanged'
  | 'reused'
  | 'error'
  | 'skipped'
  /** SIGINT came first. */
  | 'cancelled';

export interface TestOutcome {
  readonly id: string;
  readonly owner: NodeId;
  /** `error`: it could not run. `skipped`: something that it reads beside its owner is not there, see `message`. */
  readonly status: 'pass' | 'fail' | 'warn' | 'error' | 'reused' | 'skipped';
  /** A warning of an earlier run that still holds: it was not asked again. What passed then is `reused`. */
  readonly stillHolds?: true;
  readonly failures: number;
  readonly seconds: number;
  /** First failing rows, at most five. */
  readonly sample?: { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] };
  /** Failing rows in a file, to be asked as `failures.<name>`; `path` is relative to the project root. */
  readonly kept?: {
    readonly name: string;
    readonly path: string;
    readonly rows: number;
    /** False where there are more. */
    readonly all: boolean;
  };
  /** A unit test that failed: how the rows differ from the expected ones, in lines. */
  readonly difference?: string;
  /** Of a unit test that could not run. */
  readonly code?: string;
  /** Why it could not run, or was skipped. */
  readonly message?: string;
  /** Skipped because a node of this run failed or was skipped: a retry asks it. */
  readonly afterFailure?: true;
  /** What to do about a test that could not run. */
  readonly hint?: string;
  /** Compiled SQL, relative to the project root. */
  readonly compiledPath?: string;
  readonly at?: SourceSpan;
}

export interface NodeResult {
  readonly id: NodeId;
  /** `publication`: what went to a publish target; its `id` is that of the publication, `warehouse/requests`. */
  readonly kind: 'bronze' | 'silver' | 'model' | 'test' | 'publication';
  /** Of a publication: the node whose table it is. */
  readonly of?: NodeId;
  readonly status: NodeStatus;
  readonly reason: string;
  readonly seconds: number;
  readonly rows?: number;
  readonly bytes?: number;
  readonly requests?: number;
  /** Against the version before: by key where there is one, else undefined. */
  readonly added?: number;
  readonly changed?: number;
  readonly removed?: number;
  readonly accounting?: Accounting;
  readonly version?: number;
  readonly error?: ErrorInfo;
  /** Bronze: bodies that an earlier run had left in the spool and that were used again, of all that were needed. */
  readonly resumed?: { readonly saved: number; readonly bodies: number };
  /** Bronze: rows came that no count of the portal confirms to be all there are. */
  readonly uncounted?: true;
  /** It is stored nowhere: neither built nor reused, whatever its tests say. */
  readonly ephemeral?: true;
  /** Sentences that a person should read although the node is fine. */
  readonly notes?: readonly string[];
  readonly tests: readonly TestOutcome[];
}

/** Another run that holds the lake. */
export interface RunHolder {
  readonly run: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

export type RunEvent =
  /** Nothing begins before that run ends. */
  | { readonly type: 'run_waiting'; readonly holder: RunHolder }
  | {
      readonly type: 'run_started';
      readonly run: string;
      readonly command: string;
      readonly target: string;
      readonly nodes: number;
      readonly at: string;
    }
  | { readonly type: 'node_started'; readonly id: NodeId }
  | { readonly type: 'fetch_progress'; readonly progress: FetchProgress }
  | { readonly type: 'fetch_waiting'; readonly notice: FetchNotice }
  | { readonly type: 'node_finished'; readonly result: NodeResult }
  | { readonly type: 'run_finished'; readonly result: RunResult };

export interface RunResult {
  readonly run: string;
  readonly command: string;
  readonly target: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly nodes: readonly NodeResult[];
  readonly engineStarted: boolean;
  readonly requests: number;
  readonly set?: number;
  /** Sentences about the lake that a person should read although the run is fine: what its end could not do. */
  readonly notes?: readonly string[];
  /** What the nodes read and the run left out although the project has it otherwise than it is published. */
  readonly changedAbove?: readonly NodeId[];
  /** Tables and views of that set that no node of the project makes any more. Left out where there are none. */
  readonly leftOver?: readonly string[];
  /** A rehearsal: what the local portal did to the requests, fault name → how often. */
  readonly faults?: Readonly<Record<string, number>>;
  /** The run that held the lake when this one gave way: no node was looked at. */
  readonly heldBy?: RunHolder;
  /** `on_run_start` and `on_run_end` that failed: LK4063, each with its place. Then the exit code is not 0. */
  readonly hookFailures?: readonly ErrorInfo[];
  /** What went wrong beside the nodes: a listener that failed, a promise that nobody waited for. Then the exit code is not 0. */
  readonly problems?: readonly ErrorInfo[];
  /** 0, 1, 2, 75, 130 or 143. */
  readonly exitCode: number;
}

export type RunListener = (event: RunEvent) => void;

/** Whether the node's failure took loads of its bronze back: only a run that asks the portal again can mend it. */
export function tookLoadsBack({ kind, error }: Pick<NodeResult, 'kind' | 'error'>): boolean {
  return kind === 'silver' && Array.isArray(error?.details?.['loads']);
}
