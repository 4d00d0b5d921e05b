import { relationSql } from '../../names.js';
import type { Helper } from './helper.js';

/** `{{self}}`: the model's own relation, for incremental models. No edge: nothing depends on itself. */
export const self: Helper = {
  name: 'self',
  usage: '{{self}}',
  arity: [0, 0],
  named: false,
  call({ rendition, fail }) {
    if (rendition.self !== undefined) return relationSql(rendition.self);
    return fail(
      'LK2013',
      'only a model has a relation of its own',
      "Write {{ref 'x'}} with the model's name",
    );
  },
};
