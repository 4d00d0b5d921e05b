import { didYouMean } from '../../../errors/nearest.js';
import type { Helper } from './helper.js';

export const variable: Helper = {
  name: 'var',
  usage: "{{var 'x'}}",
  arity: [1, 2],
  named: false,
  summary: 'A variable of project.yml or `--vars`; the second argument stands in where it is not set.',
  example: "{{var 'h3_resolution' 8}}",
  call({ args: [name, fallback], rendition: { vars }, argAt, fail }) {
    if (typeof name !== 'string')
      return fail('LK2011', 'var needs a name in quotes', "Write {{var 'x'}}", argAt(0));
    if (Object.hasOwn(vars, name)) return vars[name];
    if (fallback !== undefined) return fallback;
    const hint =
      didYouMean(name, Object.keys(vars)) ??
      `Add it under vars: in project.yml, or write {{var '${name}' 'a default'}}`;
    return fail('LK2004', `no variable "${name}"`, hint, argAt(0));
  },
};
