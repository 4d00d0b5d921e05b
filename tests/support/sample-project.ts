/** The repository's own project, as a test copies it to a place of its own. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What the project consists of; `bench/lake.mjs` copies the same. */
const PARTS: readonly string[] = JSON.parse(
  readFileSync(new URL('sample-project.json', import.meta.url), 'utf8'),
);

/** Everything but `profiles.yml`: each test has targets of its own. @param folder Absolute. */
export function copySampleProject(folder: string): void {
  for (const name of PARTS) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
}
