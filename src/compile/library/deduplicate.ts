import { defineMacro } from './macro.js';
import { relation, sqlList } from './parameters.js';

export const deduplicate = defineMacro({
  name: 'deduplicate',
  summary: 'Of the rows that have equal values of `partition_by`, the first in the order of `order_by`.',
  example: "{{deduplicate (ref 'events') partition_by='user_id' order_by='loaded_at desc'}}",
  parameters: { relation, partition_by: sqlList, order_by: sqlList },
  write({ relation, partition_by, order_by }) {
    const over = `partition by ${partition_by.join(', ')} order by ${order_by.join(', ')}`;
    return `select * from ${relation}\nqualify row_number() over (${over}) = 1`;
  },
});
