/** Step one: the project's files as one typed, checked value. The YAML and schema libraries load on first use. */
import type { LoadedProject, LoadOptions } from './load-options.js';
import type { TestWords } from './schema/json-schemas.js';
import type { JsonSchema } from './validate/schema-files.js';

export type { LoadedProject, LoadOptions } from './load-options.js';
export type { JsonSchema } from './validate/schema-files.js';

/**
 * Loads the project in a folder: project.yml, profiles.yml, datasets/, models/, macros/ and tests/data/. Reads files
 * only, and never throws for what stands in them: every mistake is a diagnostic, those of all files together.
 */
export async function loadProject(root: string, options: LoadOptions = {}): Promise<LoadedProject> {
  const { load } = await import('./load-project.js');
  return load(root, options);
}

/**
 * The language's JSON Schemas (draft-07) by file name, `dataset.json` and so on, made from src/project/schema. They are
 * what schemas/ holds, which loadProject judges by and editors read. `tests`: the generic tests that editors offer.
 */
export async function jsonSchemas(
  tests: readonly TestWords[],
): Promise<Readonly<Record<string, JsonSchema>>> {
  const { buildJsonSchemas } = await import('./schema/json-schemas.js');
  return Object.fromEntries(
    Object.entries(buildJsonSchemas(tests)).map(([name, schema]) => [`${name}.json`, schema]),
  );
}

/** Markdown of every key of every YAML file, made from the schemas. */
export async function manifestReference(): Promise<string> {
  const [{ buildReference }, { buildJsonSchemas }] = await Promise.all([
    import('./reference.js'),
    import('./schema/json-schemas.js'),
  ]);
  return buildReference(buildJsonSchemas());
}
