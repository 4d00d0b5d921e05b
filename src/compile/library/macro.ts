/** A macro of the library: named arguments, each checked, and the SQL that it prints for them. */
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../../project/types.js';
import type { Helper, HelperCall } from '../template/helpers/helper.js';
import type { Parameter } from './parameters.js';

type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The arguments as `write` gets them. */
export type Given<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

export interface Macro<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  /** A piece of a template that calls it. */
  readonly example: string;
  /** In the order in which they may be given without a name. */
  readonly parameters: P;
  /** The parameter that takes all unnamed arguments, one by one or as a list. */
  readonly spread?: keyof P & string;
  /** SQL for these arguments; undefined after a mistake was reported. */
  readonly write: (given: Given<P>, call: HelperCall) => Json | undefined;
}

/** The macro as a helper, whose arguments are given in order, by name, or both. */
export function defineMacro<const P extends Parameters>(macro: Macro<P>): Helper {
  const { name, summary, example, parameters, spread } = macro;
  const known = Object.keys(parameters);
  const usage = `{{${[name, ...Object.entries(parameters).map(written)].join(' ')}}}`;
  return {
    name,
    usage,
    summary,
    example,
    // Counted below, where the missing one can be named.
    arity: [0, Number.POSITIVE_INFINITY],
    named: true,
    parameters: known,
    call(call) {
      const given = bind(macro, known, usage, call);
      return given && macro.write(given, call);
    },
  };

  function written([key, { fallback, byDefault }]: [string, Parameter<unknown>]): string {
    if (!fallback) return key === spread ? `${key}…` : key;
    return `[${key}=${byDefault ?? shown(fallback.value)}]`;
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) || value instanceof Map ? '…' : String(value);
}

interface Argument {
  readonly value: Json;
  readonly at: ReturnType<HelperCall['argAt']>;
}

/** Every parameter's value; undefined after the first mistake was reported. */
function bind<P extends Parameters>(
  { name, parameters, spread }: Macro<P>,
  known: readonly string[],
  usage: string,
  call: HelperCall,
): Given<P> | undefined {
  const { args, hash, argAt, hashAt, fail } = call;
  const found = new Map<string, Argument>();
  if (spread !== undefined && args.length > 0) {
    const single = args.length === 1 && Array.isArray(args[0]);
    found.set(spread, { value: single ? args[0]! : args, at: argAt(0) });
  } else {
    if (args.length > known.length) {
      const most = `${known.length} argument${known.length === 1 ? '' : 's'}`;
      return fail('LK2011', `${name} takes at most ${most}, not ${args.length}`, `Write ${usage}`);
    }
    for (const [i, value] of args.entries()) found.set(known[i]!, { value, at: argAt(i) });
  }
  for (const [key, value] of Object.entries(hash)) {
    const at = hashAt(key);
    if (!known.includes(key)) {
      const hint = didYouMean(key, known) ?? `Write ${usage}`;
      return fail('LK2011', `${name} takes no argument "${key}"`, hint, at);
    }
    if (found.has(key)) return fail('LK2011', `${name} is given "${key}" twice`, `Write ${usage}`, at);
    found.set(key, { value, at });
  }
  const given: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    const argument = found.get(key);
    if (argument === undefined || (argument.value === null && parameter.fallback)) {
      if (!parameter.fallback) return fail('LK2011', `${name} needs "${key}"`, `Write ${usage}`);
      given[key] = parameter.fallback.value;
      continue;
    }
    const value = parameter.read(argument.value);
    if (value === undefined) {
      const message = `${key} of ${name} is ${JSON.stringify(argument.value)}, expected ${parameter.expected}`;
      return fail('LK2011', message, `Write ${usage}`, argument.at);
    }
    given[key] = value;
  }
  return given as Given<P>;
}
