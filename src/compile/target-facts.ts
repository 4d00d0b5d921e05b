import type { Json, Target } from '../project/types.js';

/** What `{{target.name}}` and its like print: facts that are no secrets, under dbt's names where it has them. */
export function targetFacts({ name, threads, lake }: Target): Readonly<Record<string, Json>> {
  return { name, type: 'duckdb', threads: threads ?? null, lake: lake.type };
}
