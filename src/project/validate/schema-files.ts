/**
 * The JSON Schemas of schemas/: one language for the editor and for lake. They are made from src/project/schema, whose
 * library would take longer to load than a project does.
 */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../package/package-file.js';

/** Keywords of draft-07 that the schemas use; `judge` knows all of them. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  /** Editors show it; its text after `Expected ` is what a diagnostic names as expected. */
  readonly errorMessage?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly additionalItems?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

export type SchemaName = 'dataset' | 'models' | 'profiles' | 'project' | 'snapshots';

const loaded = new Map<SchemaName, JsonSchema>();

/** One schema out of schemas/, read once. */
export function schemaOf(name: SchemaName): JsonSchema {
  let schema = loaded.get(name);
  if (!schema) {
    schema = JSON.parse(readFileSync(packageFile(`schemas/${name}.json`), 'utf8')) as JsonSchema;
    loaded.set(name, schema);
  }
  return schema;
}
