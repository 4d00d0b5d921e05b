import { defineMacro } from './macro.js';
import { sqlList } from './parameters.js';

/** dbt-utils' own text: keys made there and here are the same. */
const NULL_TEXT = '_dbt_utils_surrogate_key_null_';

const named = (name: string) =>
  defineMacro({
    name,
    summary:
      'One key made of several columns: an MD5 of their texts, the same as dbt-utils makes. NULL and the empty text give different keys, unless the variable `surrogate_key_treat_nulls_as_empty_strings` is true.',
    example: `select {{${name} 'order_id' 'line_no'}} as line_key from {{ref 'lines'}}`,
    parameters: { field_list: sqlList },
    spread: 'field_list',
    write({ field_list }, { rendition }) {
      const asEmpty = rendition.vars['surrogate_key_treat_nulls_as_empty_strings'] === true;
      const missing = asEmpty ? "''" : `'${NULL_TEXT}'`;
      const parts = field_list.map((field) => `coalesce(cast(${field} as varchar), ${missing})`);
      return `md5(${parts.join(" || '-' || ")})`;
    },
  });

export const generateSurrogateKey = named('generate_surrogate_key');

/** The shorter name. */
export const surrogateKey = named('surrogate_key');
