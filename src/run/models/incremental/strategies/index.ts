import type { IncrementalSpec } from '../../../../compile/types.js';
import { append } from './append.js';
import { merge } from './merge.js';
import { deleteInsert, insertOverwrite } from './replace.js';
import type { StrategyInput, StrategySql } from './strategy.js';

/** Strategy → its SQL. Microbatch is not here: its batches are gathered first, and then replace their time. */
export const STRATEGIES: Readonly<
  Record<Exclude<IncrementalSpec['strategy'], 'microbatch'>, (input: StrategyInput) => StrategySql>
> = { append, merge, 'delete+insert': deleteInsert, insert_overwrite: insertOverwrite };
