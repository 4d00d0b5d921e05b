import { defineMacro } from './macro.js';
import { sql } from './parameters.js';

export const widthBucket = defineMacro({
  name: 'width_bucket',
  summary:
    'The number of the bucket that a value falls into, of `num_buckets` of equal width between `min_value` and `max_value`; 0 below the first, one more than there are from `max_value` on.',
  example: "select {{width_bucket 'amount' 0 1000 4}} as quarter from {{ref 'permits'}}",
  parameters: { expr: sql, min_value: sql, max_value: sql, num_buckets: sql },
  write({ expr, min_value, max_value, num_buckets }) {
    const step = `((${expr}) - (${min_value})) * (${num_buckets}) / ((${max_value}) - (${min_value}))`;
    return [
      `case when (${expr}) < (${min_value}) then 0`,
      `when (${expr}) >= (${max_value}) then (${num_buckets}) + 1`,
      `else cast(floor(${step}) as integer) + 1 end`,
    ].join(' ');
  },
});
