import { quoteIdent, quoteText } from '../../sql/quote.js';
import { relationId } from '../names.js';
import { defineMacro } from './macro.js';
import { mapping, names, optional, relations, text } from './parameters.js';

export const unionRelations = defineMacro({
  name: 'union_relations',
  summary:
    'The rows of several relations under each other, columns matched by name: what one of them lacks is NULL there. A first column, `_dbt_source_relation` by default, says which relation a row is from; `source_column_name=null` leaves it out. `include` or `exclude` choose columns, `column_override` gives some another type, `where` filters each relation.',
  example: "{{union_relations (list (ref 'events_2023') (ref 'events_2024')) exclude=(list 'note')}}",
  parameters: {
    relations,
    column_override: optional(mapping, new Map<string, string>(), '(dict)'),
    include: optional(names, [], '(list)'),
    exclude: optional(names, [], '(list)'),
    source_column_name: optional(text, '_dbt_source_relation'),
    where: optional(text, ''),
  },
  write({ relations, column_override, include, exclude, source_column_name, where }, { hash, hashAt, fail }) {
    if (include.length > 0 && exclude.length > 0) {
      const hint = 'Leave out include or exclude: each says the same of all columns';
      return fail('LK2011', 'union_relations takes include or exclude, not both', hint, hashAt('exclude'));
    }
    const source = hash['source_column_name'] === null ? '' : source_column_name;
    const branches = relations.map((relation) => {
      const from =
        source === '' ? '' : `${quoteText(relationId(relation) ?? relation)} as ${quoteIdent(source)}, `;
      return `select ${from}* from ${relation}${where === '' ? '' : ` where ${where}`}`;
    });
    const union = branches.join('\nunion all by name\n');
    const replace = [...column_override].map(
      ([name, type]) => `cast(${quoteIdent(name)} as ${type}) as ${quoteIdent(name)}`,
    );
    const cast = replace.length === 0 ? '' : ` replace (${replace.join(', ')})`;
    if (include.length > 0) {
      const wanted = [...(source === '' ? [] : [source]), ...include].map(quoteIdent).join(', ');
      const rows = cast === '' ? union : `select *${cast} from (\n${union}\n)`;
      return `select ${wanted} from (\n${rows}\n)`;
    }
    if (exclude.length === 0 && cast === '') return union;
    const less = exclude.length === 0 ? '' : ` exclude (${exclude.map(quoteIdent).join(', ')})`;
    return `select *${less}${cast} from (\n${union}\n)`;
  },
});
