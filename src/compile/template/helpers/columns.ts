import { declaredColumns } from './declared-columns.js';
import type { Helper } from './helper.js';

export const columns: Helper = {
  name: 'columns',
  usage: "(columns (ref 'x'))",
  arity: [1, 1],
  named: false,
  summary:
    "The columns that a dataset's manifest or a model's YAML declares, in their order: each has `name`, `type` and `description`. Nothing is asked of the data. `(columns 'x')` makes no edge to `x`.",
  example:
    "{{#each (columns (ref 'shootings'))}}count({{quote name}}) as {{quote name}}{{#unless @last}}, {{/unless}}{{/each}}",
  call: (call) =>
    declaredColumns(call, 0)?.map(({ name, type, description }) => ({ name, type, description })),
};
