/** Variables of `files`, `family`, `sheet` and `member` patterns: bronze columns `_<name>` beside the portal's own. */
import type { BronzeNode } from '../../../compile/types.js';

/** The variable columns that files of the dataset have, given the names that its parts carry. */
export function variableColumns(node: BronzeNode, partVariables: Iterable<string>): readonly string[] {
  const { sheet = '', member = '' } = node.dataset.source.read ?? {};
  const ofFiles = [...`${sheet} ${member}`.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return [...new Set([...partVariables, ...ofFiles])].map((name) => `_${name}`);
}
