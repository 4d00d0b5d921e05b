/**
 * Which tests are asked in one statement, and which in one task. Tests that read the same tables share a task, so that
 * none finds a table that it does not name; those that judge the same rows by an aggregate share a scan of them.
 */
import type { NodeId, TestNode } from '../../compile/types.js';

export interface Question {
  readonly sql: string;
  /**
   * `scan`: one row, one column a test in their order, above 0 where the test has a failing row. `count`: of one test
   * its failures and its failing rows.
   */
  readonly kind: 'scan' | 'count';
  readonly tests: readonly TestNode[];
}

export interface Together {
  readonly reads: readonly NodeId[];
  readonly questions: readonly Question[];
}

/** Pure. Every test stands in exactly one question. */
export function together(tests: readonly TestNode[]): readonly Together[] {
  return [...groupsBy(tests, ({ dependsOn }) => dependsOn.join('\n')).values()].map((group) => ({
    reads: group[0]!.dependsOn,
    questions: questionsOf(group),
  }));
}

function questionsOf(tests: readonly TestNode[]): readonly Question[] {
  const scanned = groupsBy(
    tests.filter(({ scan }) => scan !== undefined),
    ({ scan }) => scan!.from,
  );
  return [
    ...[...scanned].map(([from, group]) => scanQuestion(from, group)),
    ...tests.filter(({ scan }) => scan === undefined).map(countQuestion),
  ];
}

function scanQuestion(from: string, tests: readonly TestNode[]): Question {
  const list = tests.map(({ scan }, i) => `${scan!.failing} as "t${i}"`).join(',\n  ');
  return { kind: 'scan', tests, sql: `select\n  ${list}\nfrom ${from}` };
}

/** The test's SQL begins on the second line, where a mistake in it is looked for. */
export function countQuestion(test: TestNode): Question {
  return {
    kind: 'count',
    tests: [test],
    sql: `select ${test.failCalc ?? 'count(*)'} as "failures", count(*) as "rows" from (${failingSql(test)}) as failing`,
  };
}

/** The failing rows that count. */
export function failingSql({ sql, limit }: TestNode): string {
  return limit === undefined ? `\n${sql}\n` : `select * from (\n${sql}\n) limit ${limit}`;
}

function groupsBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
