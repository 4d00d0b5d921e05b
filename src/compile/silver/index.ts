/** The silver half of compile: a manifest's fields as bound columns and one SELECT. */
import type { Dataset } from '../../project/types.js';
import type { BoundColumn, OutputColumn } from '../types.js';
import { bindFields } from './binds.js';
import { generateSelect, generateUndeclared } from './generate.js';

export interface GeneratedSilver {
  /** Undefined when the manifest has no `fields`: every portal column is bound under its own name. */
  readonly binds: readonly BoundColumn[] | undefined;
  /** One SELECT over `"bronze"."<name>"`: the fields, the system columns, the judgement columns. */
  readonly sql: string;
  /** Columns of the published table; empty when only the load will tell. */
  readonly columns: readonly OutputColumn[];
}

/** The silver SELECT and bound columns of a dataset. Pure; needs neither network nor lake. */
export function generateSilver(dataset: Dataset): GeneratedSilver {
  if (dataset.fields === undefined) return { binds: undefined, ...generateUndeclared(dataset) };
  return { binds: bindFields(dataset, dataset.fields).binds, ...generateSelect(dataset, dataset.fields) };
}

export { deliveredField } from './generate.js';
