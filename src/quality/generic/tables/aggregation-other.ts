import { equalExpressionTest } from '../shapes/equal-expression-test.js';

export const test = equalExpressionTest('expect_table_aggregation_to_equal_other_table', true);
