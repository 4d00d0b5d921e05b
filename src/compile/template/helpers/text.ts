/** Texts and numbers, made while compiling. What is to be made of the rows' values is SQL's own. */
import type { Json } from '../../../project/types.js';
import { quoteIdent, quoteText } from '../../../sql/quote.js';
import type { Helper, HelperCall } from './helper.js';

interface TextHelper {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  readonly usage: string;
  /** Exactly as many arguments, or any number from one. */
  readonly count: number | 'many';
  readonly make: (...texts: string[]) => string;
}

/** A helper of texts; a number or a flag counts as its text. */
const ofTexts = ({ name, summary, example, usage, count, make }: TextHelper): Helper => ({
  name,
  usage,
  arity: count === 'many' ? [1, Number.POSITIVE_INFINITY] : [count, count],
  named: false,
  summary,
  example,
  call({ args, argAt, fail }) {
    const wrong = args.findIndex((arg) => typeof arg === 'object');
    if (wrong < 0) return make(...args.map(String));
    return fail(
      'LK2011',
      `${name} needs a text, not ${JSON.stringify(args[wrong])}`,
      `Write ${usage}`,
      argAt(wrong),
    );
  },
});

export const concat = ofTexts({
  name: 'concat',
  usage: "(concat 'count_' x)",
  count: 'many',
  summary: 'Its values as one text.',
  example: "{{concat 'count_' 'red'}}",
  make: (...texts) => texts.join(''),
});
export const upper = ofTexts({
  name: 'upper',
  usage: '(upper x)',
  count: 1,
  summary: 'The text in capital letters.',
  example: "{{upper 'bronx'}}",
  make: (text) => text.toUpperCase(),
});
export const lower = ofTexts({
  name: 'lower',
  usage: '(lower x)',
  count: 1,
  summary: 'The text in small letters.',
  example: "{{lower 'BRONX'}}",
  make: (text) => text.toLowerCase(),
});
export const trim = ofTexts({
  name: 'trim',
  usage: '(trim x)',
  count: 1,
  summary: 'The text without blanks at its ends.',
  example: "{{trim ' bronx '}}",
  make: (text) => text.trim(),
});
export const replace = ofTexts({
  name: 'replace',
  usage: "(replace x ' ' '_')",
  count: 3,
  summary: 'The text with every occurrence of the second text replaced by the third.',
  example: "{{replace 'staten island' ' ' '_'}}",
  make: (text, from, to) => (from === '' ? text : text.replaceAll(from!, () => to!)),
});
export const stringLiteral = ofTexts({
  name: 'string_literal',
  usage: '{{string_literal x}}',
  count: 1,
  summary: 'The text as a string of SQL, quotes and all.',
  example: '{{string_literal "Hell\'s Kitchen"}}',
  make: quoteText,
});
export const quote = ofTexts({
  name: 'quote',
  usage: '{{quote x}}',
  count: 1,
  summary: 'The text as the quoted name of a column.',
  example: "{{quote 'order no'}}",
  make: quoteIdent,
});

const ofNumbers = (name: string, sign: 1 | -1, summary: string): Helper => ({
  name,
  usage: `(${name} a b)`,
  arity: [2, 2],
  named: false,
  summary,
  example: `{{${name} 3 1}}`,
  call({ args, argAt, fail }: HelperCall): Json | undefined {
    const wrong = args.findIndex((arg) => typeof arg !== 'number');
    if (wrong < 0) return (args[0] as number) + sign * (args[1] as number);
    return fail(
      'LK2011',
      `${name} needs numbers, not ${JSON.stringify(args[wrong])}`,
      `Write (${name} @index 1)`,
      argAt(wrong),
    );
  },
});

export const add = ofNumbers('add', 1, 'The sum of two numbers.');
export const subtract = ofNumbers('subtract', -1, 'The first number less the second.');
