/** The tests that a project's YAML may name: lake's, and those of `tests/generic`, which come first. */

import type { Project } from '../../project/types.js';
import type { GenericTest } from '../../quality/generic/generic-test.js';
import { genericTestNames, loadGenericTest } from '../../quality/generic/index.js';
import type { RenderSetting } from '../render-setting.js';
import type { Templates } from '../templates.js';
import { type CustomTest, readCustomTest } from './custom-test.js';

export type KnownTest =
  | { readonly kind: 'own'; readonly test: CustomTest }
  | { readonly kind: 'lake'; readonly test: GenericTest };

export interface KnownTests {
  find(written: string): KnownTest | undefined;
  /** Whether its own file has a mistake, which was told: nothing follows from that. */
  broken(written: string): boolean;
  /** For `Did you mean`. */
  readonly names: readonly string[];
}

/** `named`: every name that the project's YAML writes; only their tests are read. */
export async function knownTests(
  named: Iterable<string>,
  project: Project,
  templates: Templates,
  report: RenderSetting['report'],
): Promise<KnownTests> {
  const known = new Map<string, KnownTest>();
  const own = new Map<string, KnownTest>();
  const broken = new Set<string>();
  for (const file of project.genericTests ?? []) {
    const template = templates.byPath.get(file.path);
    const test = template && readCustomTest(file, template, report);
    if (test) own.set(file.name, { kind: 'own', test });
    else broken.add(file.name);
  }
  for (const written of new Set(named)) {
    if (broken.has(written)) continue;
    const mine = own.get(written);
    const lakes = mine ? undefined : await loadGenericTest(written);
    if (mine) known.set(written, mine);
    else if (lakes) known.set(written, { kind: 'lake', test: lakes });
  }
  return {
    find: (written) => known.get(written),
    broken: (written) => broken.has(written),
    names: [...new Set([...(project.genericTests ?? []).map(({ name }) => name), ...genericTestNames])],
  };
}
