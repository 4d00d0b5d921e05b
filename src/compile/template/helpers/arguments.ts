import type { Helper } from './helper.js';

/**
 * `{{arguments 'least' unit='day'}}`: what a generic test of the project takes beside its table and column; without a
 * default it must be given. Read before the file is rendered, see `compile/tests/custom-test.ts`. Prints nothing.
 */
export const argumentsOfTest: Helper = {
  name: 'arguments',
  usage: "{{arguments 'needed' other='default'}}",
  summary:
    'In tests/generic: what the test takes beside its table and column, with defaults; it prints nothing.',
  example: "{{arguments 'least' unit='day'}}",
  arity: [0, Number.POSITIVE_INFINITY],
  named: true,
  call({ rendition, fail }) {
    if (rendition.of === 'test') return '';
    return fail('LK2013', 'only a test in tests/generic has arguments', 'Remove the tag');
  },
};
