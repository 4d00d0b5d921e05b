import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseYaml } from '../../src/project/yaml/parse-yaml.js';

describe('parseYaml', () => {
  it('knows the place of every key and value', () => {
    const { doc } = parseYaml('x.yml', 'a: 1\nfields:\n  b: {from: [c, dd]}\n');
    expect(doc!.at(['fields', 'b', 'from', 1])).toEqual({ file: 'x.yml', line: 3, col: 17, endCol: 19 });
    expect(doc!.atKey(['fields', 'b', 'from'])).toEqual({ file: 'x.yml', line: 3, col: 7, endCol: 11 });
    expect(doc!.at(['fields', 'b', 'nothing'])).toEqual(doc!.at(['fields', 'b']));
    expect(doc!.has(['fields', 'b', 'nothing'])).toBe(false);
  });

  it('keeps what a number, a flag and a key looked like', () => {
    const { doc } = parseYaml(
      'x.yml',
      'version: 1.10\n2016: a\ntrue: b\n0x1F: c\nid: 12345678901234567890\n',
    );
    expect(doc!.value).toEqual({
      version: 1.1,
      2016: 'a',
      true: 'b',
      '0x1F': 'c',
      id: '12345678901234567890',
    });
    expect(doc!.written(['version'])).toBe('1.10');
  });

  it('expands aliases, and points to where the alias stands', () => {
    const { doc } = parseYaml('x.yml', 'a: &a {k: 1}\nb: *a\n');
    expect(doc!.value).toEqual({ a: { k: 1 }, b: { k: 1 } });
    expect(doc!.at(['b'])).toEqual({ file: 'x.yml', line: 2, col: 4, endCol: 6 });
    expect(doc!.at(['b', 'k'])).toEqual({ file: 'x.yml', line: 1, col: 11, endCol: 12 });
  });

  it('reads what the library reads, or says what is wrong: never both, never a throw', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b: ',
        ': ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '\n',
        '\n  ',
        '\t',
        '#',
        '&x ',
        '*x',
        '!t ',
        '|',
        '>',
        '? ',
        '---',
        '%',
        '{{',
        '}}',
        '1',
        '~',
        '<<: ',
        '__proto__: ',
        'é',
        '\u0000',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        const { doc, diagnostics } = parseYaml('x.yml', text);
        expect(doc !== undefined || diagnostics.length > 0).toBe(true);
        for (const { at, message } of diagnostics) {
          expect(message).not.toMatch(/undefined|\[object|Error|token|node|implicit|scalar|flow/);
          expect(at!.line).toBeGreaterThan(0);
          expect(at!.col).toBeGreaterThan(0);
        }
        if (diagnostics.length === 0)
          expect(doc!.value).toEqual(withTextKeys(parse(text, { stringKeys: false })));
      }),
      { numRuns: 1500, seed: 7 },
    );
  });
});

/** The library's keys may be numbers; ours are always text. */
function withTextKeys(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
