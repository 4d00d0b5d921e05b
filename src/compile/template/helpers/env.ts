import type { Helper } from './helper.js';

export const env: Helper = {
  name: 'env',
  usage: "{{env 'LAKE_X'}}",
  arity: [1, 2],
  named: false,
  summary:
    'An environment variable; the second argument stands in where it is not set. SQL sees `LAKE_*` only, so that no secret ends in a compiled file.',
  example: "{{env 'LAKE_CITY' 'Toronto'}}",
  call({ args: [name, fallback], rendition, argAt, fail }) {
    if (typeof name !== 'string')
      return fail('LK2011', 'env needs a name in quotes', "Write {{env 'LAKE_X'}}", argAt(0));
    if (!name.startsWith('LAKE_')) {
      return fail(
        'LK2005',
        `SQL may not read the environment variable "${name}"`,
        `Only variables that start with LAKE_ may be read in SQL: call it LAKE_${name.replace(/^DBT_/, '')}, there and here`,
        argAt(0),
      );
    }
    const value = rendition.env[name] ?? fallback;
    if (value !== undefined) return value;
    return fail(
      'LK2005',
      `the environment variable "${name}" is not set`,
      `Set it, or write {{env '${name}' 'a default'}}`,
      argAt(0),
    );
  },
};
