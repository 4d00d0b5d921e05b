import { rowTest } from '../shapes/row-test.js';

export const test = rowTest({
  name: 'not_empty_string',
  from: 'dbt_utils',
  meaning: 'No value is an empty text.',
  on: 'column',
  arguments: {
    trim_whitespace: { kind: 'flag', meaning: 'false: a text of blanks is not taken as empty.' },
  },
  fails: ({ column }, { trim_whitespace }) =>
    trim_whitespace === false ? `${column} = ''` : `trim(${column}) = ''`,
});
