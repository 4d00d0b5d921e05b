import { relationSql } from '../../names.js';
import type { Helper } from './helper.js';

/** `{{ref 'x'}}`: another node's relation, and an edge of the graph. */
export const ref: Helper = {
  name: 'ref',
  usage: "{{ref 'x'}}",
  arity: [1, 1],
  named: false,
  call({ args: [name], rendition, argAt, fail }) {
    if (typeof name !== 'string')
      return fail('LK2011', 'ref needs a name in quotes', "Write {{ref 'x'}}", argAt(0));
    if (rendition.of === 'macro') {
      return fail(
        'LK2013',
        'a macro in macros/*.sql cannot ref a table',
        'Give the macro the values as parameters',
      );
    }
    const id = rendition.names.resolve(name);
    if (id === undefined) {
      return fail('LK2001', `no dataset or model "${name}"`, rendition.names.suggest(name), argAt(0));
    }
    rendition.asked.refs.push({ id, at: argAt(0) });
    return relationSql(id);
  },
};
