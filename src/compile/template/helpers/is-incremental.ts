import type { Helper } from './helper.js';

/** `{{#if (is_incremental)}}`: whether the model adds to rows that it already has. Both answers are compiled. */
export const isIncremental: Helper = {
  name: 'is_incremental',
  usage: '{{#if (is_incremental)}}',
  arity: [0, 0],
  named: false,
  call({ rendition, fail }) {
    if (rendition.of !== 'model') {
      return fail('LK2013', 'only a model can be incremental', 'Remove the condition');
    }
    rendition.asked.incremental = true;
    return rendition.incremental;
  },
};
