/** Data tests out of YAML as nodes: each with an id that stays, and its SELECT written. */
import { genericTestSql } from '../../quality/generic/test-sql.js';
import { hashOf } from '../hash.js';
import { relationSql } from '../names.js';
import { clockToken } from '../sql/clock.js';
import { essence, tokenize } from '../sql/tokens.js';
import type { TestNode } from '../types.js';
import { type CheckedTest, checkTest, type DataTestSetting, type DeclaredTest } from './check-test.js';

/** The nodes of all declared tests, in the order given. Two tests that say the same are reported. */
export function dataTests(declared: readonly DeclaredTest[], setting: DataTestSetting): readonly TestNode[] {
  const groups = new Map<string, CheckedTest[]>();
  for (const test of declared) {
    const checked = checkTest(test, setting);
    if (!checked) continue;
    const group = groups.get(plainId(checked));
    if (group) group.push(checked);
    else groups.set(plainId(checked), [checked]);
  }
  return [...groups].flatMap(([id, group]) => {
    const [only, ...more] = group;
    if (only && more.length === 0) return [testNode(id, only, setting)];
    // Tests that differ in their arguments alone are told apart by a hash, which no other test's coming or going moves.
    const byContent = new Map<string, CheckedTest>();
    for (const test of group) {
      const first = byContent.get(contentOf(test));
      if (first) reportTwin(id, test, first, setting);
      else byContent.set(contentOf(test), test);
    }
    return [...byContent].map(([content, test]) => testNode(`${id}#${content}`, test, setting));
  });
}

function plainId({ declared: { node, config }, column }: CheckedTest): string {
  return `${config.name ?? config.test}(${column === undefined ? node : `${node}.${column}`})`;
}

function contentOf({ args, declared: { config } }: CheckedTest): string {
  return hashOf([config.test, args, config.where]).slice(0, 6);
}

function reportTwin(id: string, test: CheckedTest, first: CheckedTest, { report }: DataTestSetting): void {
  const { file, line, col } = first.declared.config.at;
  report({
    code: 'LK4105',
    severity: 'error',
    message: `the test ${id} is declared twice`,
    at: test.declared.config.at,
    hint: `Remove one of them; the other stands in ${file}:${line}:${col}`,
  });
}

function testNode(id: string, checked: CheckedTest, { macros }: DataTestSetting): TestNode {
  const { test, args, column, other, declared } = checked;
  const { node, config } = declared;
  const { severity, where } = config;
  const sql = genericTestSql(
    test,
    { relation: relationSql(node), column, where, other: other && relationSql(other) },
    args,
  );
  const { tokens } = tokenize(sql);
  return {
    id,
    kind: 'generic',
    owner: node,
    dependsOn: other === undefined || other === node ? [node] : [node, other].sort(),
    sql,
    origins: [],
    severity,
    neverReuse: clockToken(tokens, macros.clocks) !== undefined,
    column,
    definitionHash: hashOf({ sql: essence(tokens), macros: macros.usedBy(tokens), severity }),
    at: config.at,
  };
}
