/** A value against a JSON Schema. Of alternatives, the one that the author most likely meant is reported. */
import { SLUG } from '../language.js';
import { oneOf } from '../sentence.js';
import type { Path, YamlValue } from '../yaml/yaml-file.js';
import {
  badName,
  missingKey,
  notAllowed,
  type Problem,
  unknownKey,
  unquotedComma,
  wrongKind,
} from './problems.js';
import type { JsonSchema } from './schema-files.js';

type Mapping = { readonly [key: string]: YamlValue };

/** Every problem of the value; none when it is right. */
export function judge(root: JsonSchema, value: YamlValue): readonly Problem[] {
  return new Judge(root).value(root, value, []);
}

class Judge {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  value(written: JsonSchema, value: YamlValue, path: Path): readonly Problem[] {
    const schema = this.#resolve(written);
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) return this.#alternatives(schema, alternatives, value, path);
    const kinds = kindsOf(schema);
    if (kinds.length > 0 && !kinds.some((kind) => isKind(value, kind))) {
      return [
        wrongKind(path, value, {
          kind: kinds,
          expected: expectedOf(schema),
          asList: this.#fitsAsList([schema], value),
        }),
      ];
    }
    const allowed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
    if (allowed && !allowed.includes(value))
      return [notAllowed(path, value, expectedOf(schema), allowed.map(String))];
    if (typeof value === 'string') return textProblems(schema, value, path);
    if (typeof value === 'number') return numberProblems(schema, value, path);
    if (Array.isArray(value)) return this.#list(schema, value, path);
    if (typeof value === 'object' && value !== null) return this.#mapping(schema, value, path);
    return [];
  }

  #list(schema: JsonSchema, value: readonly YamlValue[], path: Path): readonly Problem[] {
    const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
    if (value.length < minItems || value.length > maxItems)
      return [notAllowed(path, [...value], expectedOf(schema))];
    if (items === undefined) return [];
    const itemAt = (i: number): JsonSchema =>
      Array.isArray(items) ? (items[i] as JsonSchema) : (items as JsonSchema);
    return value.flatMap((item, i) => this.value(itemAt(i), item, [...path, i]));
  }

  #mapping(schema: JsonSchema, value: Mapping, path: Path): readonly Problem[] {
    const { properties = {}, required = [], additionalProperties = true, propertyNames } = schema;
    const problems: Problem[] = [];
    const cut = cutAtComma(value);
    for (const [key, item] of Object.entries(value)) {
      const at = [...path, key];
      if (cut?.rest === key) continue;
      if (cut?.key === key) {
        problems.push(unquotedComma(at, cut.value, cut.rest));
        continue;
      }
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property) problems.push(...this.value(property, item, at));
      else if (additionalProperties === false) problems.push(unknownKey(key, at, Object.keys(properties)));
      else if (propertyNames && this.value(propertyNames, key, at).length > 0) {
        const isName = propertyNames.pattern === SLUG.source;
        problems.push(isName ? badName(key, at, 'key') : unknownKey(key, at, Object.keys(properties)));
      } else if (Object.hasOwn(properties, `+${key}`) && !isMapping(item)) {
        problems.push(unknownKey(key, at, Object.keys(properties)));
      } else if (typeof additionalProperties === 'object')
        problems.push(...this.value(additionalProperties, item, at));
    }
    const meant = problems.flatMap((problem) =>
      problem.path.length === path.length + 1 ? [problem.meant] : [],
    );
    for (const key of required) {
      if (Object.hasOwn(value, key) || meant.includes(key)) continue;
      const facts = this.#resolve(properties[key] ?? {});
      problems.push(missingKey([...path, key], expectedOf(facts), facts.description));
    }
    return problems;
  }

  #alternatives(
    schema: JsonSchema,
    alternatives: readonly JsonSchema[],
    value: YamlValue,
    path: Path,
  ): readonly Problem[] {
    const branches = alternatives.map((branch) => this.#resolve(branch));
    const types = typeNames(branches);
    if (types && isMapping(value)) return this.#byType(branches, types, value, path);
    const fitting: { readonly problems: readonly Problem[]; readonly lacking: boolean }[] = [];
    for (const branch of branches) {
      const problems = this.value(branch, value, path);
      if (problems.length === 0) return [];
      const kinds = kindsOf(branch);
      if (kinds.length === 0 || kinds.some((kind) => isKind(value, kind)))
        fitting.push({ problems, lacking: lacksAll(branch, value) });
    }
    const names = branches.flatMap(
      (branch) => branch.enum ?? (branch.const === undefined ? [] : [branch.const]),
    );
    const best = fitting.sort(
      (a, b) => Number(a.lacking) - Number(b.lacking) || a.problems.length - b.problems.length,
    )[0]?.problems;
    const about = best?.some((problem) => problem.path.length === path.length && problem.point === 'value');
    if (best && !about) return best;
    const expected = expectedOf(schema) ?? (best?.length === 1 ? best[0]!.expected : undefined);
    const kind = branches.flatMap(kindsOf);
    return [
      wrongKind(path, value, {
        kind,
        expected,
        names: names.map(String),
        asList: this.#fitsAsList(branches, value),
      }),
    ];
  }

  /** True when the value, put into a list, would be right. */
  #fitsAsList(schemas: readonly JsonSchema[], value: YamlValue): boolean {
    if (typeof value === 'object') return false;
    return schemas.some(
      (schema) => kindsOf(schema).includes('array') && this.value(schema, [value], []).length === 0,
    );
  }

  /** Mappings that are told apart by their key `type`. */
  #byType(
    branches: readonly JsonSchema[],
    types: readonly string[],
    value: Mapping,
    path: Path,
  ): readonly Problem[] {
    const at = [...path, 'type'];
    if (!Object.hasOwn(value, 'type')) return [missingKey(at, oneOf(types), undefined)];
    const branch = branches[types.indexOf(String(value['type']))];
    return branch ? this.value(branch, value, path) : [notAllowed(at, value['type']!, undefined, types)];
  }

  /** A schema with its references looked up; what stands beside a reference is kept. */
  #resolve(schema: JsonSchema): JsonSchema {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (ref === undefined) return schema;
    const { $ref: _, allOf: __, ...beside } = schema;
    return { ...this.#resolve(lookUp(this.#root, ref)), ...beside };
  }
}

/** `#/definitions/test` → that part of the schema. */
function lookUp(root: JsonSchema, ref: string): JsonSchema {
  const steps = ref.slice(1).split('/').filter(Boolean);
  return steps.reduce((schema, step) => (schema as Record<string, JsonSchema>)[step]!, root);
}

function textProblems(schema: JsonSchema, value: string, path: Path): readonly Problem[] {
  if (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value)) return [];
  return [
    schema.pattern === SLUG.source
      ? badName(value, path, 'value')
      : notAllowed(path, value, expectedOf(schema)),
  ];
}

function numberProblems(
  { minimum, exclusiveMinimum, ...schema }: JsonSchema,
  value: number,
  path: Path,
): readonly Problem[] {
  const low =
    (minimum !== undefined && value < minimum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum);
  return low ? [notAllowed(path, value, expectedOf(schema))] : [];
}

function expectedOf(schema: JsonSchema): string | undefined {
  return schema.errorMessage?.replace(/^Expected /, '');
}

function kindsOf({ type }: JsonSchema): readonly string[] {
  if (type === undefined) return [];
  return typeof type === 'string' ? [type] : type;
}

function isKind(value: YamlValue, kind: string): boolean {
  switch (kind) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMapping(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === kind;
  }
}

function isMapping(value: YamlValue): value is { [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping without any of the keys that one needs was hardly meant to be one. */
function lacksAll({ required = [] }: JsonSchema, value: YamlValue): boolean {
  return required.length > 0 && isMapping(value) && !required.some((key) => Object.hasOwn(value, key));
}

/** The `type` of each branch, where every branch has one of its own. */
function typeNames(branches: readonly JsonSchema[]): readonly string[] | undefined {
  const types = branches.map((branch) => branch.properties?.['type']?.const);
  return types.every((type) => typeof type === 'string') ? types : undefined;
}

/** `{amount: decimal(10,2)}`: to YAML the comma begins another key, `2)`, which has no value. */
function cutAtComma(
  value: Mapping,
): { readonly key: string; readonly value: string; readonly rest: string } | undefined {
  const entries = Object.entries(value);
  const i = entries.findIndex(([rest, nothing]) => nothing === null && /^[^(]*\)$/.test(rest));
  const rest = entries[i]?.[0];
  // Keys that are numbers come first, whatever the file says; `2)` is none.
  const [key, first] = entries[i - 1] ?? [];
  if (rest === undefined || key === undefined || typeof first !== 'string' || !/\([^)]*$/.test(first))
    return undefined;
  return { key, value: first, rest };
}
