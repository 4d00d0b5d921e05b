import type { Dataset, Portal } from '../project/types.js';
import { ckan } from './ckan.js';
import { github } from './github.js';
import { http, urlTemplates } from './http.js';
import { socrata } from './socrata.js';
import type { Source } from './types.js';

const sources: Readonly<Record<Portal['type'], Source>> = { ckan, socrata, github, http };

/** The protocol of a portal. */
export function sourceFor(type: Portal['type']): Source {
  return sources[type];
}

/** Hosts (`host` or `host:port`) that stand in a manifest's `url` and `urls`: the user wrote them, so they may be private. */
export function writtenHosts(dataset: Dataset): readonly string[] {
  return urlTemplates(dataset).flatMap((template) => {
    const origin = /^https?:\/\/[^/?#]+/i.exec(template)?.[0];
    return origin !== undefined && !/[{}@]/.test(origin) && URL.canParse(origin)
      ? [new URL(origin).host]
      : [];
  });
}
