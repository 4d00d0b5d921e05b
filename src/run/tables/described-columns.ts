/** Columns that YAML describes and a table does not have: known once the table is there. */
import type { ModelNode } from '../../compile/types.js';
import { didYouMean } from '../../errors/nearest.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import type { RunContext } from '../context.js';

/** A sentence with its place for each; none while nothing is published under the node's name. */
export function describedInVain(
  { pins }: Pick<RunContext, 'pins'>,
  { id, columns }: ModelNode,
): readonly string[] {
  const published = pins.columns(id);
  if (!published) return [];
  const there = new Set(published.map(({ name }) => name.toLowerCase()));
  const own = published.map(({ name }) => name).filter((name) => !isOwnColumn(name));
  return columns.flatMap(({ name, at }) => {
    if (!at || there.has(name.toLowerCase())) return [];
    const hint = didYouMean(name, own);
    const place = `${at.file}:${at.line}:${at.col}`;
    return [`${place} ${id} has no column "${name}", which is described there${hint ? `. ${hint}` : ''}`];
  });
}
