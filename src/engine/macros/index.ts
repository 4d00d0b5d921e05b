import { epochMacros, instantMacros, patternMacros } from './instants.js';
import { numberMacros } from './numbers.js';
import { shapeMacros } from './shapes.js';

/**
 * The macros `lake_*` that every task's catalog has: text in, an exact value or NULL out. Generated silver SQL is
 * written in them. The text can be pasted into any DuckDB 1.5 with ICU; no result depends on the session's time zone.
 */
export const engineMacros: string = [
  ...numberMacros,
  ...instantMacros,
  ...epochMacros,
  ...patternMacros,
  ...shapeMacros,
]
  .map((macro) => `CREATE OR REPLACE MACRO ${macro};\n`)
  .join('\n');
