import { otherCountTest } from '../shapes/other-count-test.js';

export const test = otherCountTest('expect_table_row_count_to_equal_other_table_times_factor', true);
