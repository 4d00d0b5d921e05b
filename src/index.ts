/**
 * The public TypeScript API, see docs/api.md. Importing it loads nothing but itself and the errors.
 *
 * ```ts
 * const lake = await openProject('.', { target: 'sample' });
 * await lake.build({ select: 'shootings+' });
 * for await (const batch of lake.query('from silver.shootings')) console.log(batch.numRows);
 * await lake.close();
 * ```
 */

export type { BuildOptions, TestOptions } from './api/build.js';
export { ProjectMistakes } from './api/load-and-compile.js';
export {
  type DatasetsOptions,
  type LakeProject,
  type OpenProjectOptions,
  openProject,
  type PlanOptions,
  type QueryOptions,
  type Selecting,
} from './api/project.js';
export type { LakeQuery, Row } from './api/query.js';
export type { PublishedTable } from './api/tables.js';
export type { Graph, GraphNode, NodeId } from './compile/types.js';
export type { Diagnostic, SourceSpan } from './errors/diagnostic.js';
export { type ErrorInfo, LakeError, ProjectError } from './errors/lake-error.js';
export type {
  FetchPolicyFunction,
  PolicyAnswer,
  PolicyPart,
  PolicyStored,
} from './observe/fetch-policy.js';
export type { BronzePlan, NodePlan, Plan, TablePlan } from './plan/types.js';
export type * from './run/events.js';
export type { DatasetFreshness } from './run/freshness.js';
export type { DeliveredRow, ItemFormat } from './run/items/item-file.js';
export type { FilterValue, ItemFilter, ItemState } from './run/items/item-filter.js';
export type { ItemFile, ItemMetadata, ItemVersion, StoredItem } from './run/items/stored-item.js';
