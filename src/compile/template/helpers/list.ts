import type { Helper } from './helper.js';

export const list: Helper = {
  name: 'list',
  usage: "(list 'a' 'b')",
  arity: [0, Number.POSITIVE_INFINITY],
  named: false,
  summary: 'A list, for `{{#each}}`, `config` and whatever takes several values.',
  example: "{{#each (list 'bronx' 'queens')}}'{{this}}'{{#unless @last}}, {{/unless}}{{/each}}",
  call: ({ args }) => args,
};

export const dict: Helper = {
  name: 'dict',
  usage: "(dict a='x' b='y')",
  arity: [0, 0],
  named: true,
  summary: 'A mapping of names to values.',
  example: "{{#each (dict open='o' closed='c')}}when '{{this}}' then '{{@key}}' {{/each}}",
  call: ({ hash }) => hash,
};

/** More would be a mistake, and would fill the memory before anybody saw it. */
const LONGEST_RANGE = 100_000;

export const range: Helper = {
  name: 'range',
  usage: '(range 1 13)',
  arity: [1, 3],
  named: false,
  summary:
    'Whole numbers from the first argument up to the second, which is left out, in steps of the third; with one argument from 0.',
  example: '{{#each (range 1 4)}}m{{this}}{{#unless @last}}, {{/unless}}{{/each}}',
  call({ args, argAt, fail }) {
    const numbers = args.filter((arg): arg is number => Number.isInteger(arg));
    if (numbers.length < args.length) {
      const wrong = args.findIndex((arg) => !Number.isInteger(arg));
      return fail('LK2011', 'range needs whole numbers', 'Write (range 1 13)', argAt(wrong));
    }
    const [start, stop] = numbers.length === 1 ? [0, numbers[0]!] : [numbers[0]!, numbers[1]!];
    const step = numbers[2] ?? 1;
    if (step === 0) return fail('LK2011', 'range cannot go in steps of 0', 'Write (range 0 10 2)', argAt(2));
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (length > LONGEST_RANGE) {
      return fail(
        'LK2011',
        `range would make ${length} numbers, and a template may make ${LONGEST_RANGE}`,
        'Let the engine count: select * from range(1, 1000000)',
      );
    }
    return Array.from({ length }, (_, i) => start + i * step);
  },
};

export const length: Helper = {
  name: 'length',
  usage: '(length x)',
  arity: [1, 1],
  named: false,
  summary: 'How many items a list or mapping has, or how many characters a text.',
  example: "{{length (list 'a' 'b')}}",
  call({ args: [value], argAt, fail }) {
    if (typeof value === 'string') return value.length;
    if (Array.isArray(value)) return value.length;
    if (typeof value === 'object' && value !== null) return Object.keys(value).length;
    return fail('LK2011', `length needs a list or a text, not ${JSON.stringify(value)}`, undefined, argAt(0));
  },
};

export const lookupKey: Helper = {
  name: 'lookup',
  usage: "(lookup x 'key')",
  arity: [2, 2],
  named: false,
  summary:
    'The value under a key of a mapping, or at a place of a list, counting from 0; null where there is none.',
  example: "{{lookup (dict nyc='Manhattan' la='Downtown') 'la'}}",
  call({ args: [value, key], argAt, fail }) {
    if (typeof value !== 'object' || value === null) {
      return fail(
        'LK2011',
        `lookup needs a list or a mapping, not ${JSON.stringify(value)}`,
        undefined,
        argAt(0),
      );
    }
    const step = String(key);
    return Object.hasOwn(value, step) ? (value as Readonly<Record<string, never>>)[step] : null;
  },
};

export const join: Helper = {
  name: 'join',
  usage: "(join x ', ')",
  arity: [1, 2],
  named: false,
  summary: "A list's items as one text, with the second argument between them (`, ` by default).",
  example: "{{join (list 'a' 'b' 'c') ' || '}}",
  call({ args: [value, between = ', '], argAt, fail }) {
    if (!Array.isArray(value)) {
      return fail(
        'LK2011',
        `join needs a list, not ${JSON.stringify(value)}`,
        "Write (join (list 'a' 'b') ', ')",
        argAt(0),
      );
    }
    const wrong = value.find((item) => typeof item === 'object');
    if (wrong !== undefined) {
      return fail(
        'LK2011',
        `join needs texts and numbers, not ${JSON.stringify(wrong)}`,
        'Write the items with {{#each}}',
        argAt(0),
      );
    }
    return value.join(String(between));
  },
};
