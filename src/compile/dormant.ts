/** Language that is checked and kept but has no effect yet; a plan names each once, so that nobody relies on it. */
import type { Project } from '../project/types.js';
import type { Dormant } from './types.js';

/** Empty where everything that the project says has its effect. */
export function dormantLanguage({ target }: Pick<Project, 'target'>): readonly Dormant[] {
  const count = Object.values(target.publish).filter(({ type }) => type === 'openlineage').length;
  if (count === 0) return [];
  // Targets keep no places of their own.
  return [{ what: 'openlineage of a target', count, example: { file: 'profiles.yml', line: 1, col: 1 } }];
}
