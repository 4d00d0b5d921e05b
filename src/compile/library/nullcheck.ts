import type { Json } from '../../project/types.js';
import { quoteIdent } from '../../sql/quote.js';
import { defineMacro } from './macro.js';
import { type Parameter, relation } from './parameters.js';

interface Column {
  readonly name: string;
  /** Empty where it is not known. */
  readonly type: string;
}

const columns: Parameter<readonly Column[]> = {
  expected: "a list of columns: (columns (ref 'x')) or (list 'a' 'b')",
  read(value) {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const read = (value as readonly Json[]).map(columnOf);
    return read.includes(undefined) ? undefined : (read as readonly Column[]);
  },
};

function columnOf(value: Json): Column | undefined {
  if (typeof value === 'string') return { name: value, type: '' };
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, type } = value as Readonly<Record<string, Json>>;
  return typeof name === 'string' ? { name, type: typeof type === 'string' ? type : '' } : undefined;
}

const isText = (type: string): boolean => /^(|varchar.*|text|string|char.*|json|uuid|time)$/i.test(type);

export const nullcheck = defineMacro({
  name: 'nullcheck',
  summary:
    "The columns of a list, with NULL for the empty text. Columns that are declared as something else than text stay as they are. Silver does the same with `null_if: ['']`.",
  example: "select {{nullcheck (list 'name' 'note')}} from {{ref 'x'}}",
  parameters: { cols: columns },
  write: ({ cols }) =>
    cols
      .map(({ name, type }) => {
        const column = quoteIdent(name);
        return isText(type) ? `nullif(${column}, '') as ${column}` : column;
      })
      .join(', '),
});

export const nullcheckTable = defineMacro({
  name: 'nullcheck_table',
  summary: 'A relation with NULL for the empty text, in every column that holds text.',
  example: "{{nullcheck_table (ref 'x')}}",
  parameters: { relation },
  write: ({ relation }) =>
    `select if(cast(columns(*) as varchar) = '', null, columns(*)) as "\\0" from ${relation}`,
});
