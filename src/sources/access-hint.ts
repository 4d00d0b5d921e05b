import type { Portal } from '../project/types.js';

/** What to do where a portal keeps something closed, by whether it was sent a token. */
export function accessHint({ name, hasToken }: Portal): string {
  const token = `\`token:\` of the portal ${name} in project.yml`;
  return hasToken ? `It is closed to the ${token}: check it there` : `If you have access, set ${token}`;
}
