/** `portals:` of project.yml. */
import type { Findings } from '../findings.js';
import type { PortalObject } from '../schema/project.js';
import type { Credentials, Portal } from '../types.js';
import type { YamlFile } from '../yaml/yaml-file.js';
import { toCredentials } from './credentials.js';
import { defined } from './defined.js';
import { checkTimeZone } from './field.js';
import { toDuration } from './quantities.js';

const GITHUB_RAW = 'https://raw.githubusercontent.com';
const CONCURRENCY = 4;

/** The portal of manifests that name none but have absolute addresses. */
export const IMPLICIT_HTTP: Portal = {
  name: 'http',
  type: 'http',
  url: '',
  timezone: 'UTC',
  concurrency: CONCURRENCY,
  hasToken: false,
  at: { file: '', line: 1, col: 1 },
};

export interface Portals {
  readonly portals: Readonly<Record<string, Portal>>;
  /** Portal name → token, where there is one. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Portal name → what `auth` and `headers` send along. */
  readonly credentials: Readonly<Record<string, Credentials>>;
}

/** Portals with defaults; their tokens apart. Reports unknown time zones. */
export function toPortals(
  written: Readonly<Record<string, PortalObject>> | undefined,
  doc: YamlFile,
  findings: Findings,
): Portals {
  const portals: Record<string, Portal> = {};
  const tokens: Record<string, string> = {};
  const credentials: Record<string, Credentials> = {};
  for (const [name, portal] of Object.entries(written ?? {})) {
    const path = ['portals', name];
    checkTimeZone(portal.timezone, [...path, 'timezone'], { doc, findings });
    if (name === IMPLICIT_HTTP.name && portal.type !== 'http') {
      findings.add('LK1011', doc.atKey(path), `the name "http" is for a portal of type http`, {
        hint: 'Give the portal another name',
      });
    }
    if (portal.token) tokens[name] = portal.token;
    const sent = toCredentials(portal, { path, doc, findings, addresses: [portal.url ?? GITHUB_RAW] });
    if (sent) credentials[name] = sent;
    portals[name] = defined({
      name,
      type: portal.type,
      url: (portal.url ?? GITHUB_RAW).replace(/\/+$/, ''),
      repo: portal.type === 'github' ? portal.repo : undefined,
      ref: portal.type === 'github' ? portal.ref : undefined,
      timezone: portal.timezone ?? 'UTC',
      concurrency: portal.concurrency ?? CONCURRENCY,
      rate: portal.rate,
      timeout: portal.timeout === undefined ? undefined : toDuration(portal.timeout),
      maxBytes: portal.max_bytes,
      refreshBatch: portal.type === 'ckan' ? portal.refresh_batch : undefined,
      hasToken: Boolean(portal.token),
      at: doc.atKey(path),
    });
  }
  return { portals, tokens, credentials };
}
