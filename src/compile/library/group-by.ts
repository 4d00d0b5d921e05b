import { defineMacro } from './macro.js';
import { count } from './parameters.js';

export const groupBy = defineMacro({
  name: 'group_by',
  summary: '`group by` the first so many columns. DuckDB itself knows `group by all`.',
  example: "select a, b, count(*) from {{ref 'x'}} {{group_by 2}}",
  parameters: { n: count(1) },
  write: ({ n }) => `group by ${Array.from({ length: n }, (_, i) => i + 1).join(', ')}`,
});
