import type { Helper } from './helper.js';

export const raise: Helper = {
  name: 'raise',
  usage: "{{raise 'what is wrong'}}",
  arity: [1, 1],
  named: false,
  summary:
    "A mistake in the template's own words, for macros that check what they are given. Nothing is built then.",
  example:
    "{{#unless (in target.name (list 'dev' 'prod'))}}{{raise (concat 'no such target: ' target.name)}}{{/unless}}",
  call: ({ args: [message], fail }) => fail('LK2018', String(message), 'Change what the template is given'),
};
