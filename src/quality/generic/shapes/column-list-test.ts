/** Tests that compare the names of a table's columns with a list. */
import type { GenericTest } from '../generic-test.js';
import { columnsOf, compared, listed, transform } from './described.js';

export interface ColumnListTest extends Pick<GenericTest, 'name' | 'meaning'> {
  /**
   * The failing names. `here` and `wanted` stand after FROM under these aliases, each with `position` and `name`; `same` is
   * the condition that two of them are one name.
   */
  failures(here: string, wanted: string, same: string): string;
}

export function columnListTest({ name, meaning, failures }: ColumnListTest): GenericTest {
  return {
    name,
    from: 'dbt_expectations',
    meaning,
    on: 'table',
    arguments: {
      column_list: { kind: 'texts', required: true, meaning: 'Names of columns.' },
      transform,
    },
    sql: ({ subject }, { column_list, transform: how }) =>
      failures(
        `${columnsOf(subject)} as here`,
        `${listed(column_list)} as wanted(position, name)`,
        `${compared('here.name', how)} = ${compared('wanted.name', how)}`,
      ),
  };
}
