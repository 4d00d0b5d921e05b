/** `publish:` of an output: its targets, and apart from them what is secret. */
import type { ProfilesFile } from '../schema/profiles.js';
import type { PublishTarget, Secrets } from '../types.js';
import { defined } from './defined.js';
import { toLocation } from './location.js';

type Written = NonNullable<ProfilesFile[string]['outputs'][string]['publish']>[string];

/** Without `dsn`, `token` and `headers`, which are secrets. */
export function toPublishTarget(written: Written): PublishTarget {
  switch (written.type) {
    case 'postgres':
      return defined({ type: written.type, schema: written.schema });
    case 'files':
      return defined({ type: written.type, path: written.path, format: written.format });
    case 'gcs':
    case 's3':
      return defined({ type: written.type, location: toLocation(written), format: written.format });
    case 'duckdb':
    case 'sqlite':
      return { type: written.type, path: written.path };
    case 'openlineage':
      return { type: written.type, url: written.url };
  }
}

/** Target → its secrets; those that hold none are left out. */
export function publishSecrets(written: Readonly<Record<string, Written>>): NonNullable<Secrets['publish']> {
  const secrets: Record<string, Readonly<Record<string, string>>> = {};
  for (const [name, one] of Object.entries(written)) {
    if (one.type === 'postgres') secrets[name] = { dsn: one.dsn };
  }
  return secrets;
}
