/** Which lake writes: read from package.json when first asked for, so that importing costs nothing. */
import { readFileSync } from 'node:fs';

let version: string | undefined;

/** `0.1.0`. The file lies two folders above this one, in `src/` and in `dist/` alike. */
export function lakeVersion(): string {
  version ??= String(
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  );
  return version;
}
