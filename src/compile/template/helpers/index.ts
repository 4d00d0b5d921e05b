/** Every helper of lake's templates, by name. A new helper is one file and one line here. */
import { argumentsOfTest } from './arguments.js';
import { columns } from './columns.js';
import { config } from './config.js';
import { env } from './env.js';
import type { Helper } from './helper.js';
import { isIncremental } from './is-incremental.js';
import { dict, join, length, list, lookupKey, range } from './list.js';
import { and, eq, fallback, gt, gte, lt, lte, ne, not, or, within } from './logic.js';
import { raise } from './raise.js';
import { ref } from './ref.js';
import { invocationId, runStartedAt } from './run-stamp.js';
import { self } from './self.js';
import { add, concat, lower, quote, replace, stringLiteral, subtract, trim, upper } from './text.js';
import { variable } from './var.js';

/** In the order of their reference. */
export const helperGroups: Readonly<Record<string, readonly Helper[]>> = {
  'The project': [ref, self, variable, env, config, isIncremental, columns, argumentsOfTest],
  'The run': [runStartedAt, invocationId],
  Conditions: [eq, ne, lt, lte, gt, gte, and, or, not, within, fallback, raise],
  'Lists and mappings': [list, dict, range, length, lookupKey, join],
  'Texts and numbers': [concat, upper, lower, trim, replace, stringLiteral, quote, add, subtract],
};

export const helpers: ReadonlyMap<string, Helper> = new Map(
  Object.values(helperGroups)
    .flat()
    .map((helper) => [helper.name, helper]),
);

/** Handlebars' own block helpers that lake knows. */
export const blockNames = ['if', 'unless', 'each', 'with'] as const;
