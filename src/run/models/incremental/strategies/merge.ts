import { quoteIdent } from '../../../../sql/quote.js';
import {
  DECIDING_ROWS,
  DEST,
  KNOWN_ROWS,
  NEW_ROWS,
  newColumns,
  SOURCE,
  type StrategyInput,
  type StrategySql,
  sameIn,
} from './strategy.js';

/**
 * `merge`: a known row with the key of a new one takes its values, in all columns or in those that `merge_update_columns` and
 * `merge_exclude_columns` leave; new keys are added. Where nothing would change a file stays.
 */
export function merge(input: StrategyInput): StrategySql {
  const { alignment } = input;
  // A line break after each, for a condition may end in a comment.
  const on = [sameIn(input.spec.uniqueKey), ...input.spec.predicates.map((one) => `(${one}\n)`)].join(
    ' and ',
  );
  const updated = new Set(updatedColumns(input).map((name) => name.toLowerCase()));
  const isUpdated = ({ name }: { readonly name: string }) => updated.has(name.toLowerCase());
  const differs = alignment.columns
    .filter(isUpdated)
    .map(
      (column) => `${alignment.known(DEST, column)} is distinct from ${SOURCE}.${quoteIdent(column.name)}`,
    );
  const merged = alignment.columns.map((column) => {
    const name = quoteIdent(column.name);
    const known = alignment.known(DEST, column);
    return isUpdated(column)
      ? `case when ${SOURCE}."$hit" then ${SOURCE}.${name} else ${known} end as ${name}`
      : `${known} as ${name}`;
  });
  return {
    touched: `select distinct "$file" from ${KNOWN_ROWS} ${DEST} join ${NEW_ROWS} ${SOURCE} on ${on} where ${differs.join(' or ') || 'false'}`,
    inserts: `select ${newColumns(input)} from ${NEW_ROWS} ${SOURCE} where not exists (select 1 from ${KNOWN_ROWS} ${DEST} where ${on})`,
    updates: `select ${newColumns(input)} from ${NEW_ROWS} ${SOURCE} where exists (select 1 from ${KNOWN_ROWS} ${DEST} where ${on})`,
    kept: `select ${merged.join(', ')} from ${KNOWN_ROWS} ${DEST} left join (select *, true as "$hit" from ${DECIDING_ROWS}) ${SOURCE} on ${on}`,
  };
}

function updatedColumns({ spec, alignment }: StrategyInput): readonly string[] {
  const names = alignment.columns.map(({ name }) => name);
  if (spec.mergeUpdateColumns) return spec.mergeUpdateColumns;
  const excluded = new Set(spec.mergeExcludeColumns?.map((name) => name.toLowerCase()));
  return names.filter((name) => !excluded.has(name.toLowerCase()));
}
