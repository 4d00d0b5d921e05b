/** One word of a selector: `2+tag:police+1` is a method, its value, and how far to go up and down the graph. */
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import { configMethod } from './methods/config.js';
import { selectorMethods } from './methods/index.js';
import type { SelectorMethod } from './methods/method.js';
import { methodsOfDbt } from './of-dbt.js';

export interface Criterion {
  readonly text: string;
  readonly method: SelectorMethod;
  readonly value: string;
  /** Steps up and down; 0 for none, Infinity for all. */
  readonly up: number;
  readonly down: number;
  /** `@x`: all below x, and all that any of it needs. */
  readonly closure: boolean;
}

const CRITERION = /^(@)?(?:(\d*)\+)?(?:([\w.]+):(?!:))?(.*?)(?:\+(\d*))?$/s;

/** @throws LakeError LK2061 for a method that there is none of, LK2062 for a word that cannot be read. */
export function parseCriterion(text: string): Criterion {
  const [, at, up, named, value = '', down] = CRITERION.exec(text)!;
  if (value === '' || (at !== undefined && (up !== undefined || down !== undefined))) {
    const hint =
      at !== undefined && value !== ''
        ? `"@" takes no "+": write @${value}`
        : 'Write a name, such as shootings, +shootings or tag:police';
    throw new LakeError('LK2062', `the selector "${text}" cannot be read`, { hint });
  }
  // A name cannot hold a slash, so a bare value with one is a path.
  const methodName = named ?? (value.includes('/') && !value.includes('(') ? 'path' : 'name');
  const method = /^config\.[^.]/.test(methodName)
    ? configMethod(methodName)
    : selectorMethods.get(methodName);
  if (!method) {
    const known = [...selectorMethods.keys(), 'config.<setting>'];
    const ofDbt = methodsOfDbt.get(methodName.split('.')[0]!);
    throw new LakeError('LK2061', `no selector method "${methodName}"`, {
      hint: ofDbt ?? didYouMean(methodName, known) ?? `Methods are ${known.join(', ')}`,
    });
  }
  return { text, method, value, up: steps(up), down: steps(down), closure: at !== undefined };
}

function steps(written: string | undefined): number {
  if (written === undefined) return 0;
  return written === '' ? Number.POSITIVE_INFINITY : Number(written);
}
