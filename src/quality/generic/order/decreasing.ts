import { monotoneTest } from '../shapes/monotone-test.js';

export const test = monotoneTest('expect_column_values_to_be_decreasing', 'decreasing');
