import type { OriginSpec } from './types.js';

/**
 * The day on which a portal folder plays: the newest date that it gives of any of its tables, ISO 8601 UTC. A local portal has no
 * clock, and what it serves is no older because time has passed. Undefined when it serves nothing but files.
 */
export function asOf(origins: readonly OriginSpec[]): string | undefined {
  const dates = origins.flatMap((spec) => {
    if (spec.type === 'ckan')
      return spec.packages.flatMap(({ resources }) => resources.map(({ updatedAt }) => updatedAt));
    return spec.type === 'socrata' ? spec.datasets.map(({ table }) => table.updatedAt) : [];
  });
  return dates.length === 0 ? undefined : dates.reduce((a, b) => (a > b ? a : b));
}
