/** What a run was asked to do, kept with its results so that `lake retry` can ask for the rest of it. */
import type { NodeId } from '../compile/types.js';
import type { Backfill } from '../observe/types.js';

export interface Invocation {
  readonly command: 'build' | 'run' | 'fetch' | 'test' | 'seed' | 'snapshot' | 'publish';
  /** Output of `profiles.yml`. */
  readonly target: string;
  /** `--target` named it; left out where it is the default, which what is typed next means as well. */
  readonly targetNamed?: true;
  /** Nodes that were selected, in build order. */
  readonly selected: readonly NodeId[];
  readonly fullRefresh: boolean;
  /** `--no-publish`. */
  readonly unpublished?: true;
  /** `publish --to`. */
  readonly to?: readonly string[];
  /** `--since --until --by`. */
  readonly backfill?: Backfill;
  /** As typed: `shootings:row_drop`. */
  readonly accept: readonly string[];
  readonly day?: number;
  /** It was a sample of so many rows; 0 with `--empty`. */
  readonly limit?: number;
  /** Text of `--vars`; left out where it held a secret. */
  readonly vars?: string;
  readonly varsWithheld?: true;
}

/** Folders below `target/` of what runs leave that touch no lake of the target's. */
export const SCRATCH = { sample: 'samples', empty: 'empty' } as const;
