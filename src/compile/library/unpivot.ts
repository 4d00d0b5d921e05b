import { quoteIdent } from '../../sql/quote.js';
import { defineMacro } from './macro.js';
import { names, optional, relation, sql, text } from './parameters.js';

export const unpivot = defineMacro({
  name: 'unpivot',
  summary:
    'One row for each row and column: the columns in `exclude` stay, those in `remove` go, of every other `field_name` has its name and `value_name` its value, cast to `cast_to`. NULLs are kept.',
  example:
    "{{unpivot (ref 'budget') exclude=(list 'year') field_name='department' value_name='dollars' cast_to='double'}}",
  parameters: {
    relation,
    cast_to: optional(sql, 'varchar'),
    exclude: optional(names, [], '(list)'),
    remove: optional(names, [], '(list)'),
    field_name: optional(text, 'field_name'),
    value_name: optional(text, 'value'),
  },
  write({ relation, cast_to, exclude, remove, field_name, value_name }) {
    const quoted = (list: readonly string[]) => list.map(quoteIdent).join(', ');
    const others = (gone: readonly string[]) =>
      `* ${gone.length === 0 ? '' : `exclude (${quoted(gone)})`}`.trim();
    const kept = exclude.length === 0 ? '' : `${quoted(exclude)}, `;
    const cast = `cast(columns(${others([...exclude, ...remove])}) as ${cast_to})`;
    const pairs = `${quoteIdent(value_name)} for ${quoteIdent(field_name)} in (columns(${others(exclude)}))`;
    return `select * from (select ${kept}${cast} from ${relation}) unpivot include nulls (${pairs})`;
  },
});
