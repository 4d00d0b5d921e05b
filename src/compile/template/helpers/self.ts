import { relationSql } from '../../names.js';
import type { Helper } from './helper.js';

export const self: Helper = {
  name: 'self',
  usage: '{{self}}',
  arity: [0, 0],
  named: false,
  summary:
    "The model's own relation, for incremental models: dbt's `this`. No edge: nothing depends on itself.",
  example: 'select max(id) from {{self}}',
  call({ rendition, fail }) {
    if (rendition.self !== undefined) return relationSql(rendition.self);
    return fail(
      'LK2013',
      'only a model has a relation of its own',
      "Write {{ref 'x'}} with the model's name",
    );
  },
};
