import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/compile/template/parse.js';
import { parseSimple } from '../../../src/compile/template/parse-simple.js';

const parse = await loadParser();

describe('parseSimple', () => {
  it('makes the tree that Handlebars makes', () => {
    const text = `{{config materialized='table' reuse=true}}\nselect *\nfrom {{ref 'x'}} as x\njoin {{ ref "y" 'z' }}\n`;
    expect(parseSimple(text)).toEqual(known(parse(text)));
  });

  it.each([
    '{{#if a}}b{{/if}}',
    '{{> a}}',
    '{{a.b}}',
    '{{a b}}',
    '{{~a}}',
    '{{{a}}}',
    '{{a}}}',
    '\\{{a}}',
    '{{a',
    '{{else}}',
    '{{! a }}',
    "{{a b='c' 'd'}}",
    "{{a 'b\\'c'}}",
    "{{a (b 'c')}}",
    'a\r\n{{b}}',
    "{{ref\n'x'}}",
    '',
  ])('leaves %j to Handlebars', (text) => {
    expect(parseSimple(text)).toBeUndefined();
  });

  it('makes the tree that Handlebars makes, whatever is put together, and never reads what it refuses', () => {
    const piece = fc.constantFrom(
      ...["{{ref 'x'}}", '{{ref "y"}}', '{{ config ', "a='b'", ' b=true', " 'c'", '}}', '}', '{', '{{'],
      ...['select', '\n', ' ', '\\', "'", '"', 'x', 'true', '{{true}}', '~', '=', '{{x}}', '|', 'as', 'é'],
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const text = pieces.join('');
        const simple = parseSimple(text);
        if (!simple) return;
        read += 1;
        expect(simple).toEqual(known(parse(text)));
      }),
      { numRuns: 5000, seed: 3 },
    );
    expect(read).toBeGreaterThan(1000);
  });
});

/** The tree with what lake reads of it. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  const { escaped: _, strip: __, ...node } = value as Record<string, unknown>;
  const isLiteral = typeof node['type'] === 'string' && node['type'].endsWith('Literal');
  if (isLiteral) delete node['original'];
  if (node['type'] === 'Hash') return { pairs: known(node['pairs']) };
  if (node['type'] === 'HashPair') delete node['type'];
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, known(item)]));
}
