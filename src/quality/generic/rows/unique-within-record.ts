import { rowCondition } from '../shapes/aggregate-test.js';
import { columnList } from '../shapes/columns.js';
import { ignoredRows, ignoreRowIf } from '../shapes/ignored-rows.js';
import { rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'expect_select_column_values_to_be_unique_within_record',
  from: 'dbt_expectations',
  meaning: 'Within each row the values of the columns differ from each other.',
  on: 'table',
  arguments: {
    column_list: { kind: 'columns', required: true, meaning: 'The columns.' },
    quote_columns: { kind: 'flag', meaning: 'true: the names are put into quotes as they are.' },
    ignore_row_if: ignoreRowIf,
    row_condition: rowCondition,
  },
  fails(_, { column_list, quote_columns, ignore_row_if }) {
    const columns = columnList(column_list, quote_columns);
    const values = columns.map((column) => `${column}::varchar`).join(', ');
    return `not (${ignoredRows(columns, ignore_row_if)}) and len(list_distinct([${values}])) < ${columns.length}`;
  },
});
