import type { Helper } from './helper.js';

export const isIncremental: Helper = {
  name: 'is_incremental',
  usage: '{{#if (is_incremental)}}',
  arity: [0, 0],
  named: false,
  summary:
    'Whether the model adds to rows that it already has. Both answers are compiled, and refs of both are edges.',
  example: '{{#if (is_incremental)}}where id > (select max(id) from {{self}}){{/if}}',
  call({ rendition, fail }) {
    if (rendition.of !== 'model') {
      return fail('LK2013', 'only a model can be incremental', 'Remove the condition');
    }
    rendition.asked.incremental = true;
    return rendition.incremental;
  },
};
