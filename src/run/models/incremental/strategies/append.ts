import { keptWhere } from './replace.js';
import { NEW_ROWS, newColumns, SOURCE, type StrategyInput, type StrategySql } from './strategy.js';

/** `append`: new rows are added, whatever is there. */
export function append(input: StrategyInput): StrategySql {
  return {
    inserts: `select ${newColumns(input)} from ${NEW_ROWS} ${SOURCE}`,
    kept: keptWhere(input, 'true'),
  };
}
