/**
 * The public TypeScript API: everything that the command line does, callable. A project is opened (load, compile),
 * planned (observe, plan), built (execute) and queried.
 *
 * ```ts
 * const opened = await openProject('.', { target: 'sample' });
 * const selected = selectNodes(opened.graph, { select: ['shootings+'] });
 * const result = await build({ ...opened, target: opened.project.target, selected, command: 'build', flags, emit, signal });
 * ```
 */

export { type SelectOptions, selectNodes } from './compile/select/index.js';
export type * from './compile/types.js';
export type { Diagnostic, SourceSpan } from './errors/diagnostic.js';
export { type ErrorInfo, LakeError, ProjectError } from './errors/lake-error.js';
export type * from './lakehouse/types.js';
export { type OpenProject, type OpenProjectOptions, openProject, ProjectMistakes } from './open-project.js';
export type * from './plan/types.js';
export type * from './project/types.js';
export { type BuildOptions, build } from './run/build.js';
export { columnHistory } from './run/compare/column-history.js';
export { type DatasetDiff, type DiffOptions, diffDataset } from './run/compare/diff.js';
export { diffTable, type TableDiff } from './run/compare/diff-table.js';
export { acceptDrift, type DriftOptions, type DriftReport, findDatasetDrift } from './run/compare/drift.js';
export type { RunFlags } from './run/context.js';
export type * from './run/events.js';
export { type DatasetFreshness, type FreshnessOptions, judgeAll } from './run/freshness.js';
export { type PlanOptions, planRun } from './run/plan-run.js';
export { type QueryOptions, queryLake } from './run/query.js';
