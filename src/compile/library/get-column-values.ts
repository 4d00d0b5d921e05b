import type { Json } from '../../project/types.js';
import { relationId } from '../names.js';
import { defineMacro } from './macro.js';
import { optional, relation, text, values } from './parameters.js';

const HINT =
  "Write the values, (list 'a' 'b'), declare them under values: of the field, or let the engine find them: pivot … on column";

export const getColumnValues = defineMacro({
  name: 'get_column_values',
  summary:
    "The values that a column may have, as far as they are declared: by `values:` of a dataset's field, or by an `accepted_values` test. Templates are compiled without data, so values that only the rows know cannot be asked for: write them as a list, or let DuckDB's `pivot` find them when the model runs. `default` stands in where none are declared.",
  example:
    "{{#each (get_column_values (ref 'shootings') 'division')}}{{string_literal this}}{{#unless @last}}, {{/unless}}{{/each}}",
  parameters: { table: relation, column: text, default: optional(values, [], '(list)') },
  write({ table, column, default: fallback }, { args, hash, rendition, fail }): Json | undefined {
    const id = relationId(table) ?? rendition.names.resolve(table);
    const declared = id === undefined ? [] : rendition.columnsOf(id);
    const found = declared.find(({ name }) => name.toLowerCase() === column.toLowerCase())?.values;
    if (found) return found;
    if (args.length > 2 || hash['default'] !== undefined) return fallback;
    return fail('LK2015', `${id ?? table} declares no values of "${column}"`, HINT);
  },
});
