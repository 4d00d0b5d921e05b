import type { Helper } from './helper.js';

export const config: Helper = {
  name: 'config',
  usage: "{{config materialized='table'}}",
  arity: [0, 0],
  named: true,
  summary: 'Configuration next to the SQL; it wins over YAML. Prints nothing.',
  example: "{{config materialized='table' tags=(list 'daily')}}",
  call({ hash, hashAt, rendition, fail }) {
    if (rendition.of === 'macro')
      return fail('LK2013', 'only a model or a test has a configuration', 'Remove the tag');
    for (const [key, value] of Object.entries(hash))
      rendition.asked.config.set(key, { value, at: hashAt(key) });
    return '';
  },
};
