/** Which lake writes: read from package.json when first asked for, so that importing costs nothing. */
import { readFileSync } from 'node:fs';
import { packageFile } from '../package/package-file.js';

let version: string | undefined;

/** `0.1.0` */
export function lakeVersion(): string {
  version ??= String(JSON.parse(readFileSync(packageFile('package.json'), 'utf8')).version);
  return version;
}
