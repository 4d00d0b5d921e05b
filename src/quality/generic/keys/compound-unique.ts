import type { GenericTest } from '../generic-test.js';
import { rowCondition } from '../shapes/aggregate-test.js';
import { columnList } from '../shapes/columns.js';
import { ignoredRows, ignoreRowIf } from '../shapes/ignored-rows.js';

export const test: GenericTest = {
  name: 'expect_compound_columns_to_be_unique',
  from: 'dbt_expectations',
  meaning: 'No combination of the values of these columns occurs twice.',
  on: 'table',
  arguments: {
    column_list: { kind: 'columns', required: true, meaning: 'The columns.' },
    quote_columns: { kind: 'flag', meaning: 'true: the names are put into quotes as they are.' },
    ignore_row_if: ignoreRowIf,
    row_condition: rowCondition,
  },
  sql({ subject }, { column_list, quote_columns, ignore_row_if }) {
    const columns = columnList(column_list, quote_columns);
    return `select ${columns.join(', ')}, count(*) as "_rows"\nfrom ${subject}\nwhere not (${ignoredRows(columns, ignore_row_if)})\ngroup by ${columns.join(', ')}\nhaving count(*) > 1\norder by "_rows" desc`;
  },
  scan(_, { column_list, quote_columns, ignore_row_if }) {
    const columns = columnList(column_list, quote_columns);
    const judged = `filter (where not (${ignoredRows(columns, ignore_row_if)}))`;
    return `count(*) ${judged} - count(distinct row(${columns.join(', ')})) ${judged}`;
  },
};
