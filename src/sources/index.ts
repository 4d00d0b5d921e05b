import type { Portal } from '../project/types.js';
import { ckan } from './ckan.js';
import { github } from './github.js';
import { http } from './http.js';
import { socrata } from './socrata.js';
import type { Source } from './types.js';

export { writtenHosts } from './http.js';

const sources: Readonly<Record<Portal['type'], Source>> = { ckan, socrata, github, http };

/** The protocol of a portal. */
export function sourceFor(type: Portal['type']): Source {
  return sources[type];
}
