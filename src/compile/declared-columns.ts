/** What a project says about the columns of its nodes, for `(columns (ref 'x'))`; nothing is asked of the data. */
import type { ColumnProperties, Dataset, Json, Project, TestConfig } from '../project/types.js';
import type { ModelFile } from './nodes/model.js';
import type { DeclaredColumn } from './template/helpers/helper.js';
import type { NodeId } from './types.js';

export interface Declarations {
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Model files by node id, rewrites of silver included. */
  readonly files: ReadonlyMap<NodeId, ModelFile>;
  readonly seeds: Project['seeds'];
  readonly snapshots: Project['snapshots'];
}

/** A silver node's are its dataset's fields, those of any other node stand in its YAML; bronze declares none. */
export function declaredColumns(id: NodeId, declared: Declarations): readonly DeclaredColumn[] {
  const [layer, name] = [id.slice(0, id.indexOf('.')), id.slice(id.indexOf('.') + 1)];
  const own = declared.files.get(id)?.model ?? (layer === 'silver' ? undefined : unmodelled(name, declared));
  if (own && own.columns.length > 0) {
    const types = own.config['column_types'];
    return own.columns.map((column) => ofProperties(column, types));
  }
  if (layer !== 'silver') return [];
  const fields = declared.datasets.get(name)?.fields ?? [];
  return fields.map(({ name, type, description = '', values, tests }) => ({
    name,
    type,
    description,
    values: values ?? acceptedValues(tests),
  }));
}

function unmodelled(name: string, { seeds, snapshots }: Declarations) {
  return seeds.find((seed) => seed.name === name) ?? snapshots.find((snapshot) => snapshot.name === name);
}

/** `column_types` are a seed's: what it is read with says more than what is written of it. */
function ofProperties(
  { name, description = '', dataType = '', tests }: ColumnProperties,
  types: Json | undefined,
): DeclaredColumn {
  const type =
    typeof types === 'object' && types !== null ? (types as Readonly<Record<string, Json>>)[name] : undefined;
  return {
    name,
    type: typeof type === 'string' ? type : dataType,
    description,
    values: acceptedValues(tests),
  };
}

function acceptedValues(tests: readonly TestConfig[]): readonly Json[] | undefined {
  const values = tests.find(({ test }) => test === 'accepted_values')?.arguments['values'];
  return Array.isArray(values) ? (values as readonly Json[]) : undefined;
}
