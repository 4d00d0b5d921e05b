/** What a project says about the columns of its nodes, for `(columns (ref 'x'))`; nothing is asked of the data. */
import type { ColumnProperties, Dataset, Json, TestConfig } from '../project/types.js';
import type { ModelFile } from './nodes/model.js';
import type { DeclaredColumn } from './template/helpers/helper.js';
import type { NodeId } from './types.js';

/** A silver node's are its dataset's fields, a model's those of its YAML; bronze declares none. */
export function declaredColumns(
  id: NodeId,
  datasets: ReadonlyMap<string, Dataset>,
  files: ReadonlyMap<NodeId, ModelFile>,
): readonly DeclaredColumn[] {
  const own = files.get(id);
  if (own && own.model.columns.length > 0) return own.model.columns.map(ofModel);
  if (!id.startsWith('silver.')) return [];
  const fields = datasets.get(id.slice('silver.'.length))?.fields ?? [];
  return fields.map(({ name, type, description = '', values, tests }) => ({
    name,
    type,
    description,
    values: values ?? acceptedValues(tests),
  }));
}

function ofModel({ name, description = '', tests }: ColumnProperties): DeclaredColumn {
  return { name, type: '', description, values: acceptedValues(tests) };
}

function acceptedValues(tests: readonly TestConfig[]): readonly Json[] | undefined {
  const values = tests.find(({ test }) => test === 'accepted_values')?.arguments['values'];
  return Array.isArray(values) ? (values as readonly Json[]) : undefined;
}
