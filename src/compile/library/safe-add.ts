import { defineMacro } from './macro.js';
import { sqlList } from './parameters.js';

const zeroForNull = (field: string): string => `coalesce(${field}, 0)`;

export const safeAdd = defineMacro({
  name: 'safe_add',
  summary: 'A sum in which NULL counts as 0.',
  example: "select {{safe_add 'injured' 'killed'}} as victims from {{ref 'collisions'}}",
  parameters: { field_list: sqlList },
  spread: 'field_list',
  write: ({ field_list }) => field_list.map(zeroForNull).join(' + '),
});

export const safeSubtract = defineMacro({
  name: 'safe_subtract',
  summary: 'The first value less all others; NULL counts as 0.',
  example: "select {{safe_subtract 'opened' 'closed'}} as open from {{ref 'requests'}}",
  parameters: { field_list: sqlList },
  spread: 'field_list',
  write: ({ field_list }) => field_list.map(zeroForNull).join(' - '),
});
