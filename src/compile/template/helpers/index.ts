/** Every helper of lake's templates, by name. A new helper is one file and one line here. */
import { config } from './config.js';
import { env } from './env.js';
import type { Helper } from './helper.js';
import { isIncremental } from './is-incremental.js';
import { list } from './list.js';
import { ref } from './ref.js';
import { self } from './self.js';
import { variable } from './var.js';

export const helpers: ReadonlyMap<string, Helper> = new Map(
  [ref, variable, env, self, isIncremental, config, list].map((helper) => [helper.name, helper]),
);

/** Handlebars' own block helpers that lake knows. */
export const blockNames = ['if', 'unless', 'each', 'with'] as const;
