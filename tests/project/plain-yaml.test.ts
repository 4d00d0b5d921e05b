import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/project/yaml/parse-yaml.js';
import { parsePlainYaml } from '../../src/project/yaml/plain-yaml.js';
import type { Path, YamlFile, YamlValue } from '../../src/project/yaml/yaml-file.js';

describe('parsePlainYaml', () => {
  it('reads what people mostly write', () => {
    const text = `# About
models:
  - name: customers
    description: Everybody who ever ordered, by id # not this
    columns: # none but
      - {name: id, data_tests: [not_null, unique]}
`;
    expect(parsePlainYaml('x.yml', text)!.value).toEqual({
      models: [
        {
          name: 'customers',
          description: 'Everybody who ever ordered, by id',
          columns: [{ name: 'id', data_tests: ['not_null', 'unique'] }],
        },
      ],
    });
  });

  it.each([
    'a:',
    'a: |\n  b',
    'a: b\n  c',
    'a: &x b',
    'a: *x',
    'a: {{b}}',
    'a: b: c',
    'a: 1\na: 2',
    'a: [b: c]',
    'a: "b\\n"',
    "a: 'b''c'",
    '- a',
    'a: @b',
    'a:\tb',
    '<<: {a: 1}',
    '__proto__: {a: 1}',
    'a: 0x1F',
    'a: b\n---\nc: d',
    'a: [b,',
    '',
    'a: b # c',
    'a:\n  - b: 1\n  # c\n  - d: 2',
  ])('leaves %j to the library', (text) => {
    expect(parsePlainYaml('x.yml', text)).toBeUndefined();
  });

  it('gives the values and places that the library gives, for every file of this repository', () => {
    const files = ['examples', 'tests', 'datasets', 'models']
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
      )
      .filter((name) => /\.ya?ml$/.test(name));
    expect(files.length).toBeGreaterThan(20);
    const read = files.filter((file) => sameAsTheLibrary(readFileSync(file, 'utf8')));
    expect(read.length).toBeGreaterThan(5);
  });

  it('gives the values and places that the library gives, whatever is put together', () => {
    const scalar = fc.constantFrom(
      ...['a', 'b c', '1', '-1', '1.10', '-.5', '1e3', '+7', '12345678901234567890', '2016-10-01', '1_000'],
      ...['no', 'null', 'Null', '~', 'true', 'False', "'x'", '"y: z"', "''", '"#"', 'a#b', 'http://x/y', 'é'],
      ...['[a, 1, "c"]', '[]', '{}', '{a: 1, b: [c, {d: e}]}', '[ a , b ]', '{a: b c }', 'a, b', '$x/(y)'],
      ...['select 1', 'x: y', 'a:', '- a', 'b # c', '&a', '? x', '0x1', '.inf', '.5.', "it's", 'a"b', 'x{y}'],
    );
    const name = fc.constantFrom('a', 'b', 'name', 'data_tests', '+tags', 'x-y', 'null', 'c.d');
    const comment = fc.constantFrom('', '', '', '', '\n', '# note\n', '    # note\n');
    const block = fc.letrec<{ node: Shape }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        scalar.map((text): Shape => ({ text })),
        fc
          .array(fc.tuple(name, comment, tie('node')), { minLength: 1, maxLength: 3 })
          .map((map) => ({ map })),
        fc
          .tuple(fc.boolean(), fc.array(fc.tuple(comment, tie('node')), { minLength: 1, maxLength: 3 }))
          .map(([left, list]) => ({ left, list })),
      ),
    })).node;
    const root = fc.array(fc.tuple(name, comment, block), { minLength: 1, maxLength: 4 });
    let read = 0;
    fc.assert(
      fc.property(root, comment, (map, last) => {
        if (sameAsTheLibrary(`${print({ map }, 0, false)}${last}`)) read += 1;
      }),
      { numRuns: 1500, seed: 11 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('never reads what the library refuses', () => {
    const piece = fc.constantFrom(
      ...[
        'a: b\n',
        '- c\n',
        '  ',
        'd:\n',
        '"',
        "'",
        ' #',
        '\n',
        'x',
        '[',
        ']',
        '{',
        '}',
        ', ',
        ': ',
        '&',
        '-',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        sameAsTheLibrary(pieces.join(''));
      }),
      { numRuns: 4000, seed: 5 },
    );
  });
});

type Shape =
  | { readonly text: string }
  | { readonly map: readonly (readonly [string, string, Shape])[] }
  | { readonly left: boolean; readonly list: readonly (readonly [string, Shape])[] };

/** YAML of a shape; `inline`: its first line goes on behind a dash. */
function print(shape: Shape, indent: number, inline: boolean): string {
  if ('text' in shape) return `${shape.text}\n`;
  const pad = ' '.repeat(indent);
  if ('map' in shape) {
    const lines = shape.map.map(([key, comment, value], i) => {
      const lead = i === 0 && inline ? '' : `${comment}${pad}`;
      if ('text' in value) return `${lead}${key}: ${value.text}\n`;
      const deeper = 'left' in value && value.left ? indent : indent + 2;
      return `${lead}${key}:\n${print(value, deeper, false)}`;
    });
    return lines.join('');
  }
  return shape.list.map(([comment, value]) => `${comment}${pad}- ${print(value, indent + 2, true)}`).join('');
}

/** False where only the library reads it. */
function sameAsTheLibrary(text: string): boolean {
  const plain = parsePlainYaml('x.yml', text);
  if (!plain) return false;
  const { doc, diagnostics } = parseYaml('x.yml', text);
  expect(diagnostics, text).toEqual([]);
  expect(plain.value, text).toEqual(doc!.value);
  expect(places(plain), text).toEqual(places(doc!));
  return true;
}

/** Every path with what can be asked about it. */
function places(doc: YamlFile): readonly unknown[] {
  const all: unknown[] = [];
  const look = (value: YamlValue, path: Path): void => {
    const { children } = doc.place(path);
    all.push([path, doc.at(path), doc.atKey(path), doc.written(path), children && [...children.keys()]]);
    if (typeof value !== 'object' || value === null) {
      const { start, end } = doc.place(path);
      all.push([start, end]);
      return;
    }
    for (const [key, item] of Object.entries(value))
      look(item, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  look(doc.value, []);
  return all;
}
