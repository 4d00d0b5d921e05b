/** The repository's own project, as a test copies it to a place of its own. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Everything but `profiles.yml`: each test has targets of its own. @param folder Absolute. */
export function copySampleProject(folder: string): void {
  for (const name of [
    'project.yml',
    'datasets',
    'models',
    'macros',
    'seeds',
    'snapshots',
    'tests/data',
    'tests/generic',
  ])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
}
