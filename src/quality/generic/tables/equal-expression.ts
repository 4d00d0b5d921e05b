import { equalExpressionTest } from '../shapes/equal-expression-test.js';

export const test = equalExpressionTest('equal_expression', false);
