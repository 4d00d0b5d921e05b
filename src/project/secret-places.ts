/** Which values of which files are secrets: they go to `Secrets`, and no message shows them. */
import type { Path } from './yaml/yaml-file.js';

export type IsSecret = (path: Path) => boolean;

const SECRET_KEYS = new Set<PropertyKey>(['token', 'auth', 'dsn', 'headers']);
const HOLD_SECRETS = [...SECRET_KEYS, 'webhook'];

/** False for the text of most files: then no value of it needs a look. */
export function mayHoldSecrets(text: string): boolean {
  return HOLD_SECRETS.some((key) => text.includes(String(key)));
}

/** `portals.<name>.token` and its like; the addresses that results are sent to, which often hold a key. */
export const projectSecrets: IsSecret = (path) =>
  (path[0] === 'portals' && SECRET_KEYS.has(path[2]!) && !isScheme(path)) || path.at(-1) === 'webhook';

/** `<profile>.outputs.<target>.publish.<name>.dsn` and its like. */
export const profileSecrets: IsSecret = (path) => path[3] === 'publish' && SECRET_KEYS.has(path[5]!);

/** `source.auth`, `source.headers`. */
export const manifestSecrets: IsSecret = (path) =>
  path[0] === 'source' && SECRET_KEYS.has(path[1]!) && !isScheme(path);

/** `auth.type` says how a secret is sent. */
const isScheme = (path: Path): boolean => path.at(-2) === 'auth' && path.at(-1) === 'type';
