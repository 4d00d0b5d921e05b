import { quoteIdent } from '../../sql/quote.js';
import { defineMacro } from './macro.js';
import { mapping, names, optional, relation, text } from './parameters.js';

/** In a star's alias `\0` is the name of the column. */
const COLUMN = '\\0';

export const star = defineMacro({
  name: 'star',
  summary:
    "All columns, less some, renamed or under a prefix or suffix: DuckDB's own `*`, which knows the columns when the model runs, so that no list grows old. It stands for every column after `from`: in a join, name the table's alias with `relation_alias`. Where dbt repeats it after `group by`, write `group by all`. A name in `except` that the relation does not have is an error.",
  example: "select {{star (ref 'orders') except=(list 'note') prefix='order_'}} from {{ref 'orders'}}",
  parameters: {
    from: relation,
    relation_alias: optional(text, ''),
    except: optional(names, [], '(list)'),
    prefix: optional(text, ''),
    suffix: optional(text, ''),
    rename: optional(mapping, new Map<string, string>(), '(dict)'),
  },
  write({ relation_alias, except, prefix, suffix, rename }) {
    const table = relation_alias === '' ? '' : `${relation_alias}.`;
    const decorated = prefix !== '' || suffix !== '';
    // A column that is renamed gets neither prefix nor suffix.
    const left = decorated ? [...except, ...rename.keys()] : except;
    const exclude = left.length === 0 ? '' : ` exclude (${left.map(quoteIdent).join(', ')})`;
    const renames = [...rename].map(([from, to]) => `${quoteIdent(from)} as ${quoteIdent(to)}`);
    if (!decorated) {
      return `${table}*${exclude}${renames.length === 0 ? '' : ` rename (${renames.join(', ')})`}`;
    }
    const all = `columns(${table}*${exclude}) as ${quoteIdent(`${prefix}${COLUMN}${suffix}`)}`;
    return [...renames.map((rename) => `${table}${rename}`), all].join(', ');
  },
});
