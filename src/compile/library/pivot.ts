import { quoteIdent, quoteText } from '../../sql/quote.js';
import { defineMacro } from './macro.js';
import { flag, optional, sql, text, values } from './parameters.js';
import { slugOf } from './slugify.js';

export const pivot = defineMacro({
  name: 'pivot',
  summary:
    "One column for each value, for a `select` with `group by`: `agg` over `then_value` where the column has the value, else over `else_value`. The values are given; where they are to be found in the data, DuckDB's own statement does it when the model runs: `pivot … on color using count(*)`. `quote_identifiers=false` makes plain names of values.",
  example: "select size, {{pivot 'color' (list 'red' 'blue')}} from {{ref 'shirts'}} group by size",
  parameters: {
    column: sql,
    values,
    alias: optional(flag, true),
    agg: optional(sql, 'sum'),
    cmp: optional(sql, '='),
    prefix: optional(text, ''),
    suffix: optional(text, ''),
    then_value: optional(sql, '1'),
    else_value: optional(sql, '0'),
    quote_identifiers: optional(flag, true),
    distinct: optional(flag, false),
  },
  write({ column, values, alias, agg, cmp, prefix, suffix, then_value, else_value, ...options }) {
    const lines = values.map((value) => {
      const is = `${column} ${cmp} ${quoteText(String(value))}`;
      const all = options.distinct ? 'distinct ' : '';
      const name = `${prefix}${value}${suffix}`;
      const as = alias ? ` as ${options.quote_identifiers ? quoteIdent(name) : slugOf(name)}` : '';
      return `${agg}(${all}case when ${is} then ${then_value} else ${else_value} end)${as}`;
    });
    return lines.join(',\n');
  },
});
