/** What was most likely meant by a name that means nothing. */
import { didYouMean } from '../../errors/nearest.js';
import { LIBRARY_NAMES } from '../library/names.js';
import { type Path, simpleName } from './ast.js';
import { dbtWord } from './dbt-words.js';
import type { Rendition } from './helpers/helper.js';
import { blockNames, helpers } from './helpers/index.js';
import { namesIn, type Scope } from './scope.js';

/** For `{{x …}}` where no helper is called `x`. */
export function helperHint(written: string, macroNames: readonly string[]): string {
  if (macroNames.includes(written)) return `"${written}" is a macro: write {{> ${written} …}}`;
  if ((blockNames as readonly string[]).includes(written))
    return `"${written}" is a block: write {{#${written} …}} … {{/${written}}}`;
  // `dbt_utils.star` is star.
  const name = written.slice(written.lastIndexOf('.') + 1);
  const known = [...helpers.keys(), ...LIBRARY_NAMES, ...macroNames];
  if (name !== written && known.includes(name)) return `Write ${name}, without what stands before it`;
  return dbtWord(name) ?? didYouMean(name, known) ?? '`lake explain LK2006` lists the helpers';
}

/** For a name where a value is due, undefined when nothing is near. */
export function nameHint(
  path: Path,
  scope: Scope,
  { names, vars, target }: Rendition,
  among: 'arguments' | 'anything',
): string | undefined {
  const name = simpleName(path);
  if (name !== undefined && among === 'arguments') return didYouMean(name, namesIn(scope));
  if (path.parts[0] === 'target') return `target has ${Object.keys(target).join(', ')}`;
  if (name === undefined) return undefined;
  if (Object.hasOwn(vars, name)) return `Write {{var '${name}'}}`;
  if (names.resolve(name) !== undefined) return `Write {{ref '${name}'}}`;
  return dbtWord(name) ?? didYouMean(name, [...namesIn(scope), ...helpers.keys(), ...LIBRARY_NAMES]);
}
