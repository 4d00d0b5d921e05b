/** Every data test that the project declares in YAML: on fields, columns, datasets and models, and by `references:`. */
import type { Dataset, Field, Model } from '../../project/types.js';
import type { NodeId } from '../types.js';
import type { DeclaredTest } from './check-test.js';

/** Tests of a dataset's manifest, owned by its silver node; fields first. `datasets`: all by name, for `references:`. */
export function datasetTests(
  dataset: Dataset,
  datasets: ReadonlyMap<string, Dataset>,
): readonly DeclaredTest[] {
  const node = `silver.${dataset.name}`;
  const ofFields = (dataset.fields ?? []).flatMap((field) => [
    ...referenceTest(node, field, datasets),
    ...field.tests.map((config) => ({ node, column: field.name, config })),
  ]);
  return [...ofFields, ...dataset.tests.map((config) => ({ node, config }))];
}

/** Tests of a model, seed or snapshot in a properties file; columns first. */
export function describedTests(
  node: NodeId,
  model: Pick<Model, 'columns' | 'tests'>,
): readonly DeclaredTest[] {
  const ofColumns = model.columns.flatMap(({ name, tests }) =>
    tests.map((config) => ({ node, column: name, config })),
  );
  return [...ofColumns, ...model.tests.map((config) => ({ node, config }))];
}

/**
 * `references: matches` is a relationships test of severity warn. Without a field it means the parent's field of the
 * same name, else the parent's key when that is a single field.
 */
function referenceTest(
  node: NodeId,
  field: Field,
  datasets: ReadonlyMap<string, Dataset>,
): readonly DeclaredTest[] {
  if (!field.references) return [];
  const { dataset: to, field: named } = field.references;
  const parent = datasets.get(to);
  const [key, ...more] = parent?.key ?? [];
  const keyIsMeant = more.length === 0 && !parent?.fields?.some(({ name }) => name === field.name);
  const toField = named ?? (keyIsMeant ? key : undefined) ?? field.name;
  // A field that the parent does not have is load's to tell.
  if (parent?.fields && !parent.fields.some(({ name }) => name === toField)) return [];
  const config = {
    test: 'relationships',
    arguments: { to, field: toField },
    severity: 'warn',
    at: field.at,
  } as const;
  return [{ node, column: field.name, config }];
}
