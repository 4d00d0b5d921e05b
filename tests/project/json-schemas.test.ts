import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../src/project/index.js';
import { allGenericTests } from '../../src/quality/generic/index.js';

/** Keywords that `judge` and `reference` know; another one would be shown by editors and ignored by lake. */
const KEYWORDS = [
  '$schema',
  '$ref',
  'definitions',
  'title',
  'description',
  'examples',
  'errorMessage',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'items',
  'additionalItems',
  'minItems',
  'maxItems',
  'anyOf',
  'oneOf',
  'allOf',
  'enum',
  'const',
  'pattern',
  'minimum',
  'exclusiveMinimum',
];

const built = await jsonSchemas(await allGenericTests());

describe('schemas/*.json', () => {
  for (const [name, schema] of Object.entries(built)) {
    // To change the language, edit src/project/schema and run `npm run docs`.
    it(`${name} is what src/project/schema says`, async () => {
      await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../../schemas/${name}`);
    });

    it(`${name} uses only keywords that lake itself judges by`, () => {
      expect([...keywordsOf({ ...schema })].filter((keyword) => !KEYWORDS.includes(keyword))).toEqual([]);
    });

    it(`${name} describes every key`, () => {
      expect(undescribed({ ...schema }, '')).toEqual([]);
    });
  }
});

type Any = { readonly [keyword: string]: unknown };

/** The schemas inside a schema, each with the path that leads to it. */
function inner(schema: Any): readonly (readonly [path: string, schema: Any])[] {
  const one = ['additionalProperties', 'propertyNames', 'items'].map((k) => [k, schema[k]] as const);
  const lists = ['anyOf', 'oneOf', 'allOf', 'items'].flatMap((k) => {
    const list = schema[k];
    return Array.isArray(list) ? list.map((item, i) => [`${k}.${i}`, item] as const) : [];
  });
  const maps = ['properties', 'definitions'].flatMap((k) =>
    Object.entries((schema[k] ?? {}) as Any).map(([name, item]) => [name, item] as const),
  );
  return [...one, ...lists, ...maps].filter(
    (entry): entry is [string, Any] =>
      typeof entry[1] === 'object' && entry[1] !== null && !Array.isArray(entry[1]),
  );
}

function keywordsOf(schema: Any): Set<string> {
  return new Set([...Object.keys(schema), ...inner(schema).flatMap(([, part]) => [...keywordsOf(part)])]);
}

function undescribed(schema: Any, path: string): readonly string[] {
  const keys = Object.entries((schema['properties'] ?? {}) as Any)
    .filter(([, property]) => !('description' in (property as Any)))
    .map(([key]) => `${path}.${key}`);
  return [...keys, ...inner(schema).flatMap(([step, part]) => undescribed(part, `${path}.${step}`))];
}
