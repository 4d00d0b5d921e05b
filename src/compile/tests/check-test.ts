/** Checks what a declared test names against the graph, before its SELECT is written. */
import type { Code } from '../../errors/codes.js';
import type { Diagnostic } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import type { SourceTexts } from '../../errors/source-texts.js';
import type { TestConfig } from '../../project/types.js';
import type { Arguments, GenericTest } from '../../quality/generic/generic-test.js';
import { genericTests } from '../../quality/generic/index.js';
import { type Names, nameInYaml } from '../names.js';
import { pointAt } from '../point-at.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkExpression } from '../sql/statement.js';
import type { GraphNode, NodeId } from '../types.js';

/** A test as it is declared: on a node, perhaps on one of its columns. */
export interface DeclaredTest {
  readonly node: NodeId;
  readonly column?: string;
  readonly config: TestConfig;
}

export interface DataTestSetting {
  readonly names: Names;
  readonly nodes: ReadonlyMap<NodeId, GraphNode>;
  readonly macros: SqlMacros;
  readonly sources: SourceTexts;
  readonly report: (diagnostic: Diagnostic) => void;
}

export interface CheckedTest {
  readonly test: GenericTest;
  readonly args: Arguments;
  readonly column?: string;
  /** The node that a relationships test refers to. */
  readonly other?: NodeId;
  readonly declared: DeclaredTest;
}

/** The test with its names resolved, or undefined after its mistake was reported. */
export function checkTest(declared: DeclaredTest, setting: DataTestSetting): CheckedTest | undefined {
  const { node, config } = declared;
  const { names, sources } = setting;
  /** `about`: the text inside the test's entry that the mistake is in. */
  const fail = (code: Code, message: string, hint: string | undefined, about: string): undefined => {
    setting.report({ code, severity: 'error', message, at: pointAt(about, config.at, sources), hint });
    return undefined;
  };
  const test = genericTests.get(config.test);
  if (!test) {
    const known = [...genericTests.keys()];
    const hint = didYouMean(config.test, known) ?? `Tests are ${known.join(', ')}`;
    return fail('LK4101', `no test "${config.test}"`, hint, config.test);
  }
  const { column_name: named, ...args } = config.arguments;
  const column = declared.column ?? (typeof named === 'string' ? named : undefined);
  if (test.on === 'column' && column === undefined) {
    return fail(
      'LK4102',
      `${test.name} tests a column`,
      'Put it under the column, or add column_name',
      test.name,
    );
  }
  const problem = test.check?.(args);
  if (problem !== undefined) return fail('LK4102', `${test.name} ${problem}`, undefined, test.name);
  for (const [key, sql] of Object.entries({ where: config.where, expression: args['expression'] })) {
    const checked = typeof sql === 'string' ? checkExpression(sql) : undefined;
    if (!checked || checked.ok) continue;
    const { code, message, hint } = checked.problem;
    return fail(code, `${key} of ${test.name} ${message}`, hint, String(sql));
  }
  const missing = column === undefined ? undefined : missingColumn(node, column, setting);
  if (missing) return fail('LK4103', missing.message, missing.hint, column!);
  const target = test.refersTo?.(args);
  if (target === undefined) return { test, args, column, declared };

  // That the name exists, load has seen to.
  const other = names.resolve(nameInYaml(target));
  if (other === undefined) return undefined;
  const field = String(args['field']);
  const missingThere = missingColumn(other, field, setting);
  if (missingThere) return fail('LK4103', missingThere.message, missingThere.hint, field);
  return { test, args, column, other, declared };
}

/** Only a dataset that declares fields is known to lack a column before the engine has looked. */
function missingColumn(
  id: NodeId,
  column: string,
  { nodes }: DataTestSetting,
): { readonly message: string; readonly hint: string } | undefined {
  const node = nodes.get(id);
  if (node?.kind !== 'silver' || !node.generated || node.columns.length === 0) return undefined;
  const columns = node.columns.map((c) => c.name);
  if (columns.includes(column)) return undefined;
  const hint = didYouMean(column, columns) ?? `Its columns are ${columns.join(', ')}`;
  return { message: `${id} has no column "${column}"`, hint };
}
