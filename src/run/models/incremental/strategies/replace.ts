/** Strategies that take known rows out and put all new ones in: by key, by partition, by time. */
import {
  DECIDING_ROWS,
  DEST,
  KNOWN_ROWS,
  knownColumns,
  NEW_ROWS,
  newColumns,
  SOURCE,
  type StrategyInput,
  type StrategySql,
  sameIn,
} from './strategy.js';

/** `delete+insert`: known rows with a key of the new ones go, all new rows come. */
export function deleteInsert(input: StrategyInput): StrategySql {
  const same = sameIn(input.spec.uniqueKey);
  const conditions = input.spec.predicates.map((predicate) => ` and (${predicate}\n)`).join('');
  return replace(input, (news) => `exists (select 1 from ${news} ${SOURCE} where ${same})${conditions}`);
}

/** `insert_overwrite`: the partitions that new rows fall into are theirs alone. A NULL is a partition like any other. */
export function insertOverwrite(input: StrategyInput): StrategySql {
  const same = sameIn(input.spec.overwrites, true);
  return replace(input, (news) => `exists (select 1 from ${news} ${SOURCE} where ${same})`);
}

/** `microbatch`: the rows of a time are the new rows of that time. `isWithin`: condition on a known row. */
export function replaceTime(input: StrategyInput, isWithin: string): StrategySql {
  return replace(input, () => `(${isWithin})`);
}

/** @param goes Condition on a known row, given the name of the relation with the new ones. */
function replace(input: StrategyInput, goes: (news: string) => string): StrategySql {
  return {
    touched: `select distinct "$file" from ${KNOWN_ROWS} ${DEST} where ${goes(NEW_ROWS)}`,
    inserts: `select ${newColumns(input)} from ${NEW_ROWS} ${SOURCE}`,
    kept: keptWhere(input, `(${goes(DECIDING_ROWS)}) is not true`),
  };
}

/** Known rows that stay as they are. */
export function keptWhere(input: StrategyInput, stays: string): string {
  return `select ${knownColumns(input)} from ${KNOWN_ROWS} ${DEST} where ${stays}`;
}
