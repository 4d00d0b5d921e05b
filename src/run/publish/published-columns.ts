/** The columns of a table that go to a target. */
import type { PublicationNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { TableHead } from '../../lakehouse/types.js';
import type { PublishedColumn } from '../../publish/types.js';

/** lake's own column of silver: of which load a row came tells nobody outside of the lake anything. */
const OWN = '_load_id';

/** @throws LakeError LK8000 for a column that the table does not have: of a model only its rows can tell. */
export function publishedColumns(
  { spec, key, node }: PublicationNode,
  { state }: TableHead,
): readonly PublishedColumn[] {
  const names = state.columns.map(({ name }) => name);
  const geometry = (spec.geometry ?? []).flatMap(({ from }) => from);
  const lost = [...(spec.columns ?? []), ...key, ...geometry].find((name) => !names.includes(name));
  if (lost !== undefined) {
    throw new LakeError('LK8000', `${node} has no column "${lost}" to be published`, {
      hint: didYouMean(lost, names) ?? `It has ${names.join(', ')}`,
    });
  }
  const chosen = spec.columns ?? names.filter((name) => name !== OWN);
  return chosen.map((name) => {
    const { type } = state.columns.find((column) => column.name === name)!;
    const description = state.documents?.comments[name];
    return { name, type, ...(description !== undefined && { description }) };
  });
}
