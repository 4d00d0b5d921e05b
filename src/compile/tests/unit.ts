/** Unit tests: a node's own SQL over a few written rows. */
import type { Dataset, ModelUnitTest } from '../../project/types.js';
import { hashOf } from '../hash.js';
import { type Names, nameInYaml } from '../names.js';
import { type ModelFile, type RenderedModel, type RenderSetting, renderModel } from '../nodes/model.js';
import type { SqlMacros } from '../sql/macros.js';
import { essence } from '../sql/tokens.js';
import type { NodeId, SilverNode, UnitTestNode } from '../types.js';

/** A dataset's unit tests: raw rows under the portal's names in, silver rows out. */
export function datasetUnitTests(dataset: Dataset, node: SilverNode): readonly UnitTestNode[] {
  return dataset.unitTests.map(({ name, given: rows, expect, quarantined, at }) => {
    const given = [{ input: `bronze.${dataset.name}`, rows }];
    return {
      id: `${dataset.name}::${name}`,
      node: node.id,
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
  /** Model files by node id, rewrites of silver included. */
  readonly files: ReadonlyMap<NodeId, ModelFile>;
  readonly rendered: ReadonlyMap<NodeId, RenderedModel>;
  readonly render: RenderSetting;
  readonly macros: SqlMacros;
}

/** A model's unit test: rows for relations that it reads (those left out are empty), rendered again where vars differ. */
export function modelUnitTest(test: ModelUnitTest, setting: ModelUnitTestSetting): UnitTestNode | undefined {
  const { names, files, macros } = setting;
  const { report } = setting.render;
  const fail = (message: string, hint: string): undefined => {
    report({ code: 'LK2051', severity: 'error', message, at: test.at, hint });
    return undefined;
  };
  // A name that does not exist is load's to tell.
  const id = names.resolve(nameInYaml(test.model));
  if (id === undefined) return undefined;
  const file = files.get(id);
  if (!file) {
    return fail(
      `the unit test "${test.name}" is for ${id}, which has no SQL file`,
      'A unit test of a dataset stands in its manifest',
    );
  }
  const model =
    Object.keys(test.vars).length === 0
      ? setting.rendered.get(id)!
      : renderModel(file, { ...setting.render, vars: { ...setting.render.vars, ...test.vars } });
  if (model.sql === '') return undefined;

  const given: UnitTestNode['given'][number][] = [];
  for (const { input, rows } of test.given) {
    const node = names.resolve(nameInYaml(input));
    if (node === undefined) return undefined;
    if (!model.refs.has(node)) {
      return fail(
        `the unit test "${test.name}" gives rows for ${node}, which ${id} does not read`,
        `It reads ${[...model.refs.keys()].join(', ') || 'nothing'}`,
      );
    }
    given.push({ input: node, rows });
  }
  const { expect, at } = test;
  const tokens = model.lasting;
  return {
    id: `${file.model.name}::${test.name}`,
    node: id,
    given,
    expect,
    sql: model.sql,
    origins: model.origins,
    definitionHash: hashOf({ sql: essence(tokens), macros: macros.usedBy(tokens), given, expect }),
    at,
  };
}
