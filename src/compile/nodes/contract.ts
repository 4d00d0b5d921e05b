/**
 * `contract: {enforced: true}`: the columns with their types and what must hold for the rows.
 * Source: https://docs.getdbt.com/docs/mesh/govern/model-contracts
 */

import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Json, Model } from '../../project/types.js';
import { writtenRef } from '../../sql/written-ref.js';
import type { RenderSetting } from '../render-setting.js';
import { checkExpression } from '../sql/statement.js';
import type { ContractSpec, ModelNode, NodeId } from '../types.js';

/** What a SQL type is written with: nothing that could end it. */
const TYPE =
  /^[A-Za-z_][\w ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?( with(out)? time zone)?(\[\d*\])*$|^(struct|map)\s*\([\w\s"(),[\]]*\)(\[\d*\])*$/i;

/** Undefined where none is enforced, or where it has mistakes: these are reported, all at once. */
export function contractSpec(
  model: Pick<Model, 'name' | 'columns' | 'constraints' | 'at' | 'propertiesPath'>,
  materialized: ModelNode['materialized'],
  config: Readonly<Record<string, Json>>,
  { names, report }: Pick<RenderSetting, 'names' | 'report'>,
): ContractSpec | undefined {
  const { enforced } = (config['contract'] ?? {}) as { readonly enforced?: boolean };
  if (enforced !== true) return undefined;
  let ok = true;
  const fail = (message: string, hint: string, at: SourceSpan = model.at): void => {
    ok = false;
    const text = `the contract of "${model.name}" ${message}`;
    report({ code: 'LK2026', severity: 'error', message: text, at, hint });
  };
  if (materialized === 'ephemeral')
    fail('cannot be enforced: the model is ephemeral', 'Make it a table or a view, or remove the contract');
  if (model.columns.length === 0) {
    fail(
      'names no columns',
      'Describe every column with its data_type in a properties file beside the model',
    );
  }
  const schemaChange = config['on_schema_change'] ?? 'ignore';
  if (materialized === 'incremental' && !['append_new_columns', 'fail'].includes(String(schemaChange))) {
    fail(
      `cannot be kept with on_schema_change: ${schemaChange}`,
      'Write on_schema_change: append_new_columns or on_schema_change: fail',
    );
  }
  const untyped = model.columns.filter(({ dataType }) => dataType === undefined);
  if (untyped.length > 0) {
    const list = untyped.map(({ name }) => name).join(', ');
    fail(`lacks the data_type of ${list}`, 'Write data_type: varchar, or what the column is', untyped[0]!.at);
  }
  for (const { name, dataType, at } of model.columns) {
    if (dataType !== undefined && !TYPE.test(dataType.trim()))
      fail(`has no type for "${name}": "${dataType}" is none`, 'Write a type of DuckDB, such as varchar', at);
  }
  const known = new Set(model.columns.map(({ name }) => name.toLowerCase()));
  const written = [
    ...model.columns.flatMap(({ constraints = [] }) => constraints),
    ...(model.constraints ?? []),
  ];
  const constraints = written.flatMap((constraint): ContractSpec['constraints'] => {
    const { type, columns, expression, name, to, toColumns, at } = constraint;
    const stranger = columns.find((column) => !known.has(column.toLowerCase()));
    if (stranger !== undefined) {
      fail(
        `has a constraint ${type} on "${stranger}", which is no column of it`,
        'Name one of its columns',
        at,
      );
      return [];
    }
    if (type === 'check') {
      const checked = checkExpression(expression ?? '');
      if (!checked.ok) {
        fail(`has a check that ${checked.problem.message}`, checked.problem.hint, at);
        return [];
      }
    }
    const target = to === undefined ? undefined : names.resolve(writtenRef(to));
    if (to !== undefined && target === undefined) {
      fail(`refers to "${to}", which does not exist`, names.suggest(to) ?? "Write to: ref('name')", at);
      return [];
    }
    return [
      {
        type,
        columns,
        expression: type === 'check' ? expression : undefined,
        name,
        to: target,
        toColumns,
        at,
      },
    ];
  });
  if (!ok) return undefined;
  return {
    columns: model.columns.map(({ name, dataType, at }) => ({ name, type: dataType!.trim(), at })),
    constraints,
  };
}

/** Nodes that foreign keys lead to: they are built before. */
export function contractRefs(contract: ContractSpec | undefined): ReadonlyMap<NodeId, SourceSpan> {
  return new Map(
    (contract?.constraints ?? []).flatMap(({ to, at }) => (to === undefined ? [] : [[to, at] as const])),
  );
}

/** What of a contract decides whether the model must be built again: not where it stands. */
export function contractEssence(contract: ContractSpec | undefined): unknown {
  if (!contract) return undefined;
  return {
    columns: contract.columns.map(({ name, type }) => [name, type]),
    constraints: contract.constraints.map(({ at: _at, ...rest }) => rest),
  };
}
