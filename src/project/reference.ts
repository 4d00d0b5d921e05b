/** A page about every key of every YAML file, made from the JSON Schemas. */
import { kindInWords } from './sentence.js';
import type { JsonSchema, SchemaName } from './validate/schema-files.js';

interface Section {
  readonly name: SchemaName;
  readonly title: string;
  /** Parts that have a section of their own, and its title. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

const TESTS = { test: 'Tests', test_settings: 'Tests' };

const SECTIONS: readonly Section[] = [
  { name: 'dataset', title: 'datasets/**/*.yml', elsewhere: TESTS },
  { name: 'project', title: 'project.yml', elsewhere: TESTS },
  { name: 'profiles', title: 'profiles.yml', elsewhere: TESTS },
  { name: 'models', title: 'models/**/*.yml', elsewhere: { ...TESTS, snapshot: 'snapshots/**/*.yml' } },
  { name: 'snapshots', title: 'snapshots/**/*.yml', elsewhere: TESTS },
];

const HEAD = [
  '# Manifests',
  '',
  '<!-- Made from src/project/schema by `npm run docs`; do not edit. -->',
  '',
  'Every key of every YAML file. An editor with the YAML language server shows the same, because the first line of each',
  'file names its schema. `<name>` stands for a name of your own, `[]` for each entry of a list.',
  '',
];

/** Markdown; a section a file, a table of keys each, nested keys as `source.package`. */
export function buildReference(schemas: Readonly<Record<SchemaName, JsonSchema>>): string {
  const files = SECTIONS.flatMap(({ name, title, elsewhere }) => {
    const schema = schemas[name];
    const rows = new Rows(schema, elsewhere).of(schema, '');
    return [`## ${title}`, '', `${schema.description ?? ''}`, '', ...table(rows), ''];
  });
  return [...HEAD, ...files, ...testSection(schemas.dataset)].join('\n');
}

/** Settings that all tests share; what each test takes stands on a page of its own. */
function testSection(dataset: JsonSchema): readonly string[] {
  const rows = new Rows(dataset, {}).of(dataset.definitions!['test_settings']!, '');
  return [
    '## Tests',
    '',
    'An entry of `tests` is the name of a test, or a mapping of one name to its arguments and settings. Every test and its',
    'arguments: [reference/tests.md](reference/tests.md). All tests have these settings, which may stand beside the arguments',
    'or under `config`:',
    '',
    ...table(rows.filter(({ key }) => !key.startsWith('config.'))),
    '',
  ];
}

interface Row {
  readonly key: string;
  readonly required: boolean;
  readonly value: string;
  readonly description: string;
}

function table(rows: readonly Row[]): readonly string[] {
  const lines = rows.map(({ key, required, value, description }) => {
    return `| \`${key}\`${required ? ' **required**' : ''} | ${cell(value)} | ${cell(description)} |`;
  });
  return ['| Key | Value | Meaning |', '|---|---|---|', ...lines];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** The keys of one file's schema, in its own order, depth first. */
class Rows {
  readonly #root: JsonSchema;
  readonly #elsewhere: Section['elsewhere'];

  constructor(root: JsonSchema, elsewhere: Section['elsewhere']) {
    this.#root = root;
    this.#elsewhere = elsewhere;
  }

  of(written: JsonSchema, prefix: string, around: readonly JsonSchema[] = []): readonly Row[] {
    const schema = this.#target(written);
    if (around.includes(schema) || this.#section(written)) return [];
    const inner = [...around, schema];
    const branches = schema.anyOf ?? schema.oneOf;
    if (branches) return merge(branches.map((branch) => this.of(branch, prefix, inner)));
    const item = itemOf(schema);
    if (item) return this.of(item, `${prefix}[]`, inner);
    const dot = prefix === '' ? '' : `${prefix}.`;
    const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
      {
        key: `${dot}${key}`,
        required: schema.required?.includes(key) ?? false,
        value: this.#value(property),
        description: property.description ?? this.#target(property).description ?? '',
      },
      ...this.of(property, `${dot}${key}`, inner),
    ]);
    const { additionalProperties } = schema;
    return typeof additionalProperties === 'object'
      ? [...own, ...this.of(additionalProperties, `${dot}<name>`, inner)]
      : own;
  }

  #value(written: JsonSchema): string {
    const section = this.#section(written);
    if (section !== undefined) return `see ${section}`;
    const schema = { ...this.#target(written), ...written };
    if (schema.errorMessage) return schema.errorMessage.replace(/^Expected /, '');
    if (schema.const !== undefined) return String(schema.const);
    const item = itemOf(schema);
    if (item) return `a list: ${this.#value(item)}`;
    if (schema.properties) return 'a mapping';
    return schema.type === undefined ? 'any value' : [schema.type].flat().map(kindInWords).join(' or ');
  }

  #section(schema: JsonSchema): string | undefined {
    const name = (refOf(schema) ?? refOf(itemOf(schema) ?? {}))?.replace('#/definitions/', '');
    return name === undefined ? undefined : this.#elsewhere[name];
  }

  #target(schema: JsonSchema): JsonSchema {
    const ref = refOf(schema);
    if (ref === undefined) return schema;
    const steps = ref.slice(1).split('/').filter(Boolean);
    return steps.reduce((part, step) => (part as Record<string, JsonSchema>)[step]!, this.#root);
  }
}

function itemOf({ items }: JsonSchema): JsonSchema | undefined {
  return items && !Array.isArray(items) ? (items as JsonSchema) : undefined;
}

function refOf(schema: JsonSchema): string | undefined {
  return schema.$ref ?? schema.allOf?.[0]?.$ref;
}

/** Branches of one mapping repeat their keys; what all say is said once, and is required where all require it. */
function merge(branches: readonly (readonly Row[])[]): readonly Row[] {
  const mappings = branches.filter((rows) => rows.length > 0);
  const merged = new Map<string, Row>();
  for (const row of mappings.flat()) {
    const first = merged.get(row.key) ?? row;
    const values = first.value.split(', ');
    merged.set(row.key, {
      ...first,
      value:
        values.includes(row.value) || first.value === row.value
          ? first.value
          : [...values, row.value].join(', '),
      required: mappings.every((rows) => rows.some(({ key, required }) => key === row.key && required)),
    });
  }
  return [...merged.values()];
}
