import type { NodeResult } from '../events.js';

/** What became of a model, whatever its materialization. */
export type ModelResult = Omit<NodeResult, 'id' | 'kind' | 'seconds'>;
