/** The value that `plan` hands on: for every selected node what will happen, why, and what it costs. */
import type { NodeId } from '../compile/types.js';
import type { ErrorInfo } from '../errors/lake-error.js';
import type { FetchPlan } from '../fetch/types.js';

export type Action =
  /** Rows will be asked for, or SQL will run. */
  | 'run'
  /** Nothing to do. */
  | 'reuse'
  /** Decided when what stands above it is known. */
  | 'depends'
  | 'error';

export interface BronzePlan {
  readonly id: NodeId;
  readonly kind: 'bronze';
  readonly action: Action;
  readonly reason: string;
  /** Requests that bring rows, and rows as the portal counts them; undefined where it does not. */
  readonly requests: number;
  /** Further pages follow, which only the answers name, and nothing tells how many. */
  readonly open?: true;
  readonly rows?: number;
  /** Estimated by what the last load weighed; undefined where it does not tell. */
  readonly bytes?: number;
  readonly fetch?: FetchPlan;
  /** Parts that no longer exist at the portal. */
  readonly goneParts: readonly string[];
  /** Sentences that a person should read although nothing failed. */
  readonly notes?: readonly string[];
  readonly error?: ErrorInfo;
}

export interface TablePlan {
  readonly id: NodeId;
  readonly kind: 'silver' | 'model';
  readonly action: Action;
  readonly reason: string;
}

export type NodePlan = BronzePlan | TablePlan;

export interface Plan {
  readonly target: string;
  readonly nodes: readonly NodePlan[];
  /** Requests already spent on looking. */
  readonly observed: number;
  /** Tables and views of the lake that the project has no longer: no build changes them. */
  readonly leftOver?: readonly string[];
}
