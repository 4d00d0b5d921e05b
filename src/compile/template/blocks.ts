/** Handlebars' block helpers, by name: what they ask and which of their bodies they print, with which `this`. */
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../../project/types.js';
import { type Block, type Program, simpleName } from './ast.js';
import { type Evaluation, evaluate, evaluateHash, failer, isOptional, spanOf } from './expressions.js';
import { blockNames, helpers } from './helpers/index.js';
import { inner, type Scope } from './scope.js';
import { isTruthy } from './truth.js';

type Print = (program: Program | undefined, scope: Scope) => void;

interface BlockCall {
  readonly block: Block;
  readonly scope: Scope;
  readonly evaluation: Evaluation;
  readonly print: Print;
}

const blocks: Readonly<Record<(typeof blockNames)[number], (call: BlockCall) => void>> = {
  if: (call) => condition(call, true),
  unless: (call) => condition(call, false),
  each: eachItem,
  with: withValue,
};

/**
 * Prints what a block's helper chooses by `print`; an unknown helper or wrong arguments are reported and print nothing.
 */
export function printBlock(call: BlockCall): void {
  const { block, scope, evaluation } = call;
  const fail = failer(scope, evaluation, spanOf(block.path.loc, scope.file));
  const name = simpleName(block.path) ?? '';
  if (!Object.hasOwn(blocks, name)) {
    const written = 'original' in block.path ? block.path.original : name;
    const hint = helpers.has(name)
      ? `"${name}" is no block: write ${helpers.get(name)!.usage}`
      : (didYouMean(name, blockNames) ?? `Blocks are ${blockNames.map((b) => `{{#${b}}}`).join(', ')}`);
    fail('LK2006', `no block "${written}"`, hint);
    return;
  }
  if (block.params.length !== 1) {
    fail(
      'LK2011',
      `{{#${name}}} takes one argument, not ${block.params.length}`,
      `Write {{#${name} x}} … {{/${name}}}`,
    );
    return;
  }
  blocks[name as keyof typeof blocks](call);
}

function condition({ block, scope, evaluation, print }: BlockCall, wanted: boolean): void {
  const [asked] = block.params;
  const options = evaluateHash(block.hash, scope, evaluation);
  const value = isOptional(asked!, scope, evaluation) ? null : evaluate(asked!, scope, evaluation);
  if (value === undefined || options === undefined) return;
  const truth = isTruthy(value) || (options['includeZero'] === true && value === 0);
  print(truth === wanted ? block.program : block.inverse, scope);
}

function eachItem({ block, scope, evaluation, print }: BlockCall): void {
  const [listed] = block.params;
  const value = evaluate(listed!, scope, evaluation);
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    const fail = failer(scope, evaluation, spanOf(listed!.loc, scope.file));
    fail(
      'LK2011',
      `{{#each}} needs a list, not ${JSON.stringify(value)}`,
      "Write {{#each (list 'a' 'b')}}, or a variable that is a list",
    );
    return;
  }
  const entries: (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item: Json, i) => [i, item] as const)
    : Object.entries(value as Readonly<Record<string, Json>>);
  if (entries.length === 0) {
    print(block.inverse, scope);
    return;
  }
  const [itemName, keyName] = block.program?.blockParams ?? [];
  for (const [index, [key, item]] of entries.entries()) {
    const named: Record<string, Json> = {};
    if (itemName !== undefined) named[itemName] = item;
    if (keyName !== undefined) named[keyName] = key;
    const data = { index, key, first: index === 0, last: index === entries.length - 1 };
    print(block.program, inner(scope, item, { blockParams: named, data }));
  }
}

function withValue({ block, scope, evaluation, print }: BlockCall): void {
  const value = evaluate(block.params[0]!, scope, evaluation);
  if (value === undefined) return;
  if (!isTruthy(value) && value !== 0) {
    print(block.inverse, scope);
    return;
  }
  const [name] = block.program?.blockParams ?? [];
  print(block.program, inner(scope, value, name === undefined ? {} : { blockParams: { [name]: value } }));
}
