/**
 * Makes the JSON Schemas of schemas/ out of the schemas beside this file: draft-07, which yaml-language-server
 * understands best. `lake schema` and the docs call this; loading a project reads the files.
 */
import * as z from 'zod/mini';
import type { JsonSchema, SchemaName } from '../validate/schema-files.js';
import { dataset } from './dataset.js';
import { models, snapshots } from './models.js';
import { profiles } from './profiles.js';
import { project } from './project.js';
import { words } from './words.js';

/** A generic test, for editors to offer. */
export interface TestWords {
  readonly name: string;
  readonly meaning: string;
}

export function buildJsonSchemas(tests: readonly TestWords[] = []): Readonly<Record<SchemaName, JsonSchema>> {
  const schemas = {
    dataset: toJsonSchema(dataset()),
    models: toJsonSchema(models()),
    profiles: toJsonSchema(profiles()),
    project: toJsonSchema(project()),
    snapshots: toJsonSchema(snapshots()),
  };
  for (const schema of Object.values(schemas)) offerTests(schema, tests);
  return schemas;
}

/** A project's own tests stand beside these, so that none of them is required to be here. */
function offerTests({ definitions }: JsonSchema, tests: readonly TestWords[]): void {
  const mapping = definitions?.['test']?.anyOf?.find(
    (branch) => branch.type === 'object' && branch.required === undefined,
  ) as Record<string, unknown> | undefined;
  if (!mapping) return;
  const settings = mapping['additionalProperties'] as JsonSchema;
  mapping['properties'] = Object.fromEntries(
    tests.map(({ name, meaning }) => [name, { description: meaning, allOf: [settings] }]),
  );
}

function toJsonSchema(schema: z.ZodMiniType): JsonSchema {
  const { '~standard': _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-07',
    io: 'input',
    metadata: words,
    override: ({ jsonSchema }) => tidy(jsonSchema as Record<string, unknown>),
  }) as Record<string, unknown>;
  return json as JsonSchema;
}

/** Expectations become messages that editors show; what says nothing is left out. */
function tidy(json: Record<string, unknown>): void {
  if (json['expected'] !== undefined) json['errorMessage'] = `Expected ${String(json['expected'])}`;
  delete json['expected'];
  delete json['id'];
  if (json['maximum'] === Number.MAX_SAFE_INTEGER) delete json['maximum'];
  if (json['minimum'] === Number.MIN_SAFE_INTEGER) delete json['minimum'];
  const names = json['propertyNames'] as Record<string, unknown> | undefined;
  if (names && Object.keys(names).join() === 'type') delete json['propertyNames'];
}
