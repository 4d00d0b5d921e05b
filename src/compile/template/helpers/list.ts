import type { Helper } from './helper.js';

/** `(list 'a' 'b')`: a list, for `{{#each}}` and `config`. */
export const list: Helper = {
  name: 'list',
  usage: "(list 'a' 'b')",
  arity: [0, Number.POSITIVE_INFINITY],
  named: false,
  call: ({ args }) => args,
};
