import { expect, test } from 'vitest';
import { keyHint } from '../../../../src/run/models/incremental/check-new-rows.js';

test.each([
  [
    "id || '-' || grp",
    'Write its columns as a list: [id, grp]; what is none of them is a column of the SELECT',
  ],
  [
    'date_trunc(\'day\', "at")',
    'Write its columns as a list: [at]; what is none of them is a column of the SELECT',
  ],
  [
    'md5(x)',
    'A key is a column or a list of columns: make what is none a column of the SELECT, and name that',
  ],
  ['grpp', 'Did you mean "grp"?'],
  ['thisisnotacolumn', 'Its columns are id, grp, at, grpid'],
])('a unique_key %s that is no column', (key, hint) => {
  expect(keyHint(key, ['id', 'grp', 'at', 'grpid'])).toBe(hint);
});
