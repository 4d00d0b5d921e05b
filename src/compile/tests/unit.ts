/** Unit tests: a node's own SQL over a few written rows. */
import { didYouMean } from '../../errors/nearest.js';
import type { Dataset, ModelUnitTest, UnitRows } from '../../project/types.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import { writtenRef } from '../../sql/written-ref.js';
import { hashOf } from '../hash.js';
import type { Names } from '../names.js';
import { type ModelFile, type RenderedModel, renderModel } from '../nodes/model.js';
import type { RenderSetting } from '../render-setting.js';
import { foreignToken } from '../sql/foreign-token.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkStatement } from '../sql/statement.js';
import { essence } from '../sql/tokens.js';
import type { GivenInput, GraphNode, NodeId, SilverNode, UnitTestNode } from '../types.js';
import { overriddenSqlMacros, unknownOverride } from './overrides.js';

/** A dataset's unit tests: raw rows under the portal's names in, silver rows out. */
export function datasetUnitTests(dataset: Dataset, node: SilverNode): readonly UnitTestNode[] {
  return dataset.unitTests.map(({ name, given: rows, expect, quarantined, at }) => {
    const given = [{ input: `bronze.${dataset.name}`, rows }];
    return {
      id: `${dataset.name}::${name}`,
      node: node.id,
      tags: [],
      reads: node.dependsOn,
      given,
      expect,
      quarantined,
      sql: node.sql,
      origins: node.origins,
      definitionHash: hashOf({ node: node.definitionHash, given, expect, quarantined }),
      at,
    };
  });
}

export interface ModelUnitTestSetting {
  readonly names: Names;
  readonly nodes: ReadonlyMap<NodeId, GraphNode>;
  /** Model files by node id, rewrites of silver included. */
  readonly files: ReadonlyMap<NodeId, ModelFile>;
  readonly rendered: ReadonlyMap<NodeId, RenderedModel>;
  readonly render: RenderSetting;
  readonly macros: SqlMacros;
}

/** A unit test of a model with versions is one of each of them, as in dbt, but for what its `versions` leave out. */
export function modelUnitTests(test: ModelUnitTest, setting: ModelUnitTestSetting): readonly UnitTestNode[] {
  const { names, render } = setting;
  const model = writtenRef(test.model);
  const versions = names.versions(model);
  const { include, exclude = [], at = test.at } = test.versions ?? {};
  const fail = (message: string, hint: string): readonly UnitTestNode[] => {
    render.report({ code: 'LK2051', severity: 'error', message, at, hint });
    return [];
  };
  if (!versions) {
    if (test.versions && names.resolve(model) !== undefined)
      return fail(
        `the unit test "${test.name}" chooses versions, and "${model}" has none`,
        'Leave versions out, or describe the versions of the model',
      );
    const one = modelUnitTest(test, setting);
    return one ? [one] : [];
  }
  const known = [...versions.keys()];
  const unknown = [...(include ?? []), ...exclude].find((v) => !versions.has(v));
  if (unknown !== undefined)
    return fail(`"${model}" has no version ${unknown}`, `Its versions are ${known.join(', ')}`);
  return known
    .filter((v) => (include?.includes(v) ?? true) && !exclude.includes(v))
    .map((v) => versions.get(v)!)
    .sort()
    .flatMap((id) => modelUnitTest({ ...test, model: id }, setting) ?? []);
}

/**
 * A model's unit test: rows for relations that it reads (those left out are empty), rendered again where the test overrides
 * something. Undefined after a mistake was reported.
 */
function modelUnitTest(test: ModelUnitTest, setting: ModelUnitTestSetting): UnitTestNode | undefined {
  const { names, files, macros } = setting;
  const fail = (message: string, hint: string, at = test.at): undefined => {
    setting.render.report({ code: 'LK2051', severity: 'error', message, at, hint });
    return undefined;
  };
  // A name that does not exist is load's to tell.
  const id = names.resolve(writtenRef(test.model));
  if (id === undefined) return undefined;
  const file = files.get(id);
  if (!file) {
    return fail(
      `the unit test "${test.name}" is for ${id}, which has no SQL file`,
      'A unit test of a dataset stands in its manifest',
    );
  }
  const unknown = unknownOverride(test, setting.render, macros);
  if (unknown) return fail(unknown.message, unknown.hint);
  const rendition = renditionOf(test, file, setting);
  if (!rendition || rendition.sql === '') return undefined;

  const given: GivenInput[] = [];
  for (const { input, rows, at } of test.given) {
    const node: NodeId | undefined = input === 'this' ? id : names.resolve(writtenRef(input));
    if (node === undefined) return undefined;
    if (node !== id && !rendition.refs.has(node)) {
      return fail(
        `the unit test "${test.name}" gives rows for ${node}, which ${id} does not read`,
        `It reads ${[...rendition.refs.keys()].join(', ') || 'nothing'}`,
        at,
      );
    }
    if (given.some((one) => one.input === node))
      return fail(
        `the unit test "${test.name}" gives rows for ${node} twice`,
        'Put all of its rows into one',
        at,
      );
    if (!rows && seedHash(setting, node) === undefined) {
      return fail(
        `the unit test "${test.name}" gives no rows for ${node}`,
        'Write rows; only a seed has rows of its own',
        at,
      );
    }
    if (rows && !checkColumns(node, rows, setting)) return undefined;
    if (rows?.sql !== undefined && !checkSelect(rows, fail)) return undefined;
    given.push({ input: node, at: rows?.at ?? at, ...(rows && contentOf(rows)) });
  }
  const { expect } = test;
  if (expect.sql !== undefined && !checkSelect(expect, fail)) return undefined;
  const sqlMacros = overriddenSqlMacros(test.macros, macros);
  const tokens = rendition.lasting;
  return {
    id: `${file.model.name}::${test.name}`,
    node: id,
    ...(test.description !== undefined && { description: test.description }),
    tags: test.tags,
    ...(test.meta && { meta: test.meta }),
    reads: [...rendition.refs.keys()].sort(),
    given,
    expect: expect.rows ?? [],
    ...(expect.sql !== undefined && { expectSql: expect.sql }),
    expectColumns: expect.columns,
    ...(expect.rowsAt && { expectRowsAt: expect.rowsAt }),
    sql: rendition.sql,
    origins: rendition.origins,
    ...(sqlMacros && { sqlMacros }),
    definitionHash: hashOf({
      sql: essence(tokens),
      macros: sqlMacros ?? macros.usedBy(tokens),
      given: given.map(({ input, rows, sql }) => [
        input,
        rows,
        sql ?? (rows ? null : seedHash(setting, input)),
      ]),
      expect: expect.sql ?? expect.rows,
    }),
    at: test.at,
  };
}

/** The SQL that the test runs, with all that it overrides. */
function renditionOf(
  { vars, envVars, macros }: ModelUnitTest,
  file: ModelFile,
  { render, rendered }: ModelUnitTestSetting,
): Pick<RenderedModel, 'sql' | 'lasting' | 'origins' | 'refs'> | undefined {
  const { is_incremental: incremental = false, ...overrides } = macros;
  const changes = [vars, envVars, overrides].some((one) => Object.keys(one).length > 0);
  const model = changes
    ? renderModel(file, {
        ...render,
        vars: { ...render.vars, ...vars },
        env: { ...render.env, ...envVars },
        overrides,
      })
    : rendered.get(file.id)!;
  const { refs } = model;
  return incremental === true && model.incremental ? { refs, ...model.incremental } : model;
}

function contentOf({
  rows,
  sql,
  columns,
  rowsAt,
}: UnitRows): Pick<GivenInput, 'rows' | 'sql' | 'columns' | 'rowsAt'> {
  return { ...(rows && { rows }), ...(sql !== undefined && { sql }), columns, ...(rowsAt && { rowsAt }) };
}

/** Reports rows that are written as SQL and are no SELECT. */
function checkSelect(
  { sql, at }: UnitRows,
  fail: (message: string, hint: string, at: UnitRows['at']) => undefined,
): boolean {
  const checked = checkStatement(sql!);
  if (!checked.ok) {
    fail(`the SQL of these rows ${checked.problem.message}`, checked.problem.hint ?? 'Write one SELECT', at);
    return false;
  }
  const foreign = foreignToken(checked.tokens);
  if (foreign)
    fail(
      `the SQL of these rows: ${foreign.what} reads what is not of the project`,
      'Write the rows, or put them into tests/fixtures/ and name the file by `fixture:`',
      at,
    );
  return foreign === undefined;
}

/** Reports given columns that the input has not. Whatever declares all of its columns is asked; others are asked in the run. */
function checkColumns(
  id: NodeId,
  rows: UnitRows,
  { nodes, render }: Pick<ModelUnitTestSetting, 'nodes' | 'render'>,
): boolean {
  const node = nodes.get(id);
  if (node?.kind !== 'silver' || !node.generated || node.columns.length === 0) return true;
  const names = node.columns.map((column) => column.name);
  const known = new Set(names.map((name) => name.toLowerCase()));
  const [unknown] = Object.keys(rows.columns).filter(
    (name) => !known.has(name.toLowerCase()) && !isOwnColumn(name.toLowerCase()),
  );
  if (unknown === undefined) return true;
  render.report({
    code: 'LK2051',
    severity: 'error',
    message: `${id} has no column "${unknown}"`,
    at: rows.columns[unknown]!,
    hint: didYouMean(unknown, names) ?? `Its columns are ${names.join(', ')}`,
  });
  return false;
}

/** What stands for the rows of a seed; undefined for any other node. */
function seedHash({ nodes }: Pick<ModelUnitTestSetting, 'nodes'>, id: NodeId): string | undefined {
  const node = nodes.get(id);
  return node?.kind === 'model' && node.materialized === 'seed' ? node.definitionHash : undefined;
}
