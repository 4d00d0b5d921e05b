import { defineMacro } from './macro.js';
import { optional, text } from './parameters.js';

/** Small letters, digits and `_`, not beginning with a digit: `!Hell0 world-hi` → `hell0_world_hi`. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[ -]+/g, '_')
    .replace(/[^a-z0-9_]+/g, '');
  return /^[0-9]/.test(slug) ? `_${slug}` : slug;
}

export const slugify = defineMacro({
  name: 'slugify',
  summary:
    'A text as a plain column name, made while compiling: small letters, digits and `_`, not beginning with a digit.',
  example:
    "{{#each (list 'Staten Island' '5 Boroughs')}}count({{slugify this}}){{#unless @last}}, {{/unless}}{{/each}}",
  parameters: { string: optional(text, '') },
  write: ({ string }) => slugOf(string),
});
