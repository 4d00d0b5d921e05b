/** Checks what a declared test names against the graph, before its SELECT is written. */

import type { Code } from '../../errors/codes.js';
import type { Diagnostic, SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean, nearest } from '../../errors/nearest.js';
import { TEST_SETTINGS_OF_DBT } from '../../errors/of-dbt.js';
import type { SourceTexts } from '../../errors/source-texts.js';
import type { Json, TestConfig, TestSettings } from '../../project/types.js';
import { type Argument, checkArguments } from '../../quality/generic/arguments.js';
import type { Arguments } from '../../quality/generic/generic-test.js';
import { plainNames } from '../../quality/generic/shapes/columns.js';
import { writtenRef } from '../../sql/written-ref.js';
import type { Names } from '../names.js';
import { pointAt } from '../point-at.js';
import type { RenderSetting } from '../render-setting.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkExpression } from '../sql/statement.js';
import type { GraphNode, NodeId } from '../types.js';
import type { KnownTest, KnownTests } from './known-tests.js';
import { checkThresholds, mergeSettings } from './test-settings.js';

/** A test as it is declared: on a node, perhaps on one of its columns. */
export interface DeclaredTest {
  readonly node: NodeId;
  readonly column?: string;
  /** What its entry in YAML says. */
  readonly config: TestConfig;
  /** `data_tests:` of project.yml for its file. */
  readonly folder?: TestSettings;
}

export interface DataTestSetting {
  readonly names: Names;
  readonly nodes: ReadonlyMap<NodeId, GraphNode>;
  readonly known: KnownTests;
  readonly render: RenderSetting;
  readonly macros: SqlMacros;
  readonly sources: SourceTexts;
  readonly report: (diagnostic: Diagnostic) => void;
}

export interface CheckedTest {
  readonly known: KnownTest;
  readonly args: Arguments;
  readonly column?: string;
  /** It was named by `column_name`, where an expression may stand, and not as a column of YAML. */
  readonly columnMayBeSql: boolean;
  /** Nodes by the argument that names them. */
  readonly others: Readonly<Record<string, NodeId>>;
  readonly declared: DeclaredTest;
}

/** Settings that may stand beside the arguments, for `Did you mean`. */
const BESIDE = [
  'column_name',
  'name',
  'description',
  'config',
  'severity',
  'where',
  'limit',
  'warn_if',
  'error_if',
];
const MORE_BESIDE = ['fail_calc', 'store_failures', 'tags', 'meta', 'enabled'];

/** The test with its names resolved, or undefined after its mistakes were reported. */
export function checkTest(declared: DeclaredTest, setting: DataTestSetting): CheckedTest | undefined {
  const { config } = declared;
  const checker = new Checker(declared, setting);
  const found = setting.known.find(config.test);
  if (!found) {
    if (setting.known.broken(config.test)) return undefined;
    const hint = nearestTest(config.test, setting.known.names) ?? testsHint(config.test);
    checker.fail('LK4101', `no test "${config.test}"`, hint, checker.named(config.test));
    return undefined;
  }
  const { column_name: named, ...args } = config.arguments;
  const column = declared.column ?? (typeof named === 'string' ? named : undefined);
  const others = checker.check(found, args, column);
  const columnMayBeSql = declared.column === undefined;
  return others && { known: found, args, column, columnMayBeSql, others, declared };
}

/** Of a name with the prefix of a package the rest is looked for: each test has its name without one, too. */
function nearestTest(written: string, names: readonly string[]): string | undefined {
  const [, prefix, name] = /^(dbt(?:_utils|_expectations)?[.])(.+)$/.exec(written) ?? [];
  const bare = names.filter((one) => !one.includes('.'));
  const near = prefix === undefined ? undefined : nearest(name!, bare);
  return near === undefined
    ? didYouMean(written, names)
    : `Did you mean "${names.includes(prefix + near) ? prefix : ''}${near}"?`;
}

function testsHint(written: string): string {
  const [prefix] = written.split('.');
  return prefix === written || prefix === undefined
    ? 'Tests are listed in docs/reference/tests.md; your own stand in tests/generic'
    : 'lake has the tests of dbt, dbt_utils and dbt_expectations; write others into tests/generic, without a prefix';
}

/** One test's mistakes, each at its place. */
class Checker {
  readonly #declared: DeclaredTest;
  readonly #setting: DataTestSetting;
  #ok = true;

  constructor(declared: DeclaredTest, setting: DataTestSetting) {
    this.#declared = declared;
    this.#setting = setting;
  }

  fail(code: Code, message: string, hint: string | undefined, at: SourceSpan): void {
    this.#ok = false;
    this.#setting.report({ code, severity: 'error', message, at, hint });
  }

  /** The place of a text inside the test's entry. */
  named(text: string): SourceSpan {
    return pointAt(text, this.#declared.config.at, this.#setting.sources);
  }

  #value(key: string, text = key): SourceSpan {
    return this.#declared.config.spans?.[key]?.value ?? this.named(text);
  }

  /** The other nodes that it names, or undefined when there was a mistake. */
  check(found: KnownTest, args: Arguments, column: string | undefined): CheckedTest['others'] | undefined {
    const { config, node } = this.#declared;
    const { name, arguments: known } = found.test;
    if (
      (found.kind === 'own' ? found.test.needsColumn : found.test.on === 'column') &&
      column === undefined
    ) {
      const hint = 'Put it under the column, or add column_name';
      this.fail('LK4102', `${name} tests a column`, hint, this.named(config.test));
    }
    this.#arguments(name, known, args);
    const problem = this.#ok && found.kind === 'lake' ? found.test.check?.(args) : undefined;
    if (problem !== undefined) this.fail('LK4102', `${name} ${problem}`, undefined, this.named(config.test));
    const settings = mergeSettings(this.#declared.folder ?? {}, config);
    this.#expression('where', settings.where, name);
    this.#expression('fail_calc', settings.failCalc, name);
    if (!checkThresholds(settings, (key) => this.#value(key), this.#setting.report)) this.#ok = false;
    if (this.#declared.column !== undefined) this.#column(node, column!, () => this.named(column!));
    else if (column !== undefined) {
      this.#expression('column_name', column, name);
      for (const plain of plainNames(column)) this.#column(node, plain, () => this.named(plain));
    }
    if (!this.#ok) return undefined;
    const others = this.#others(known, args);
    return this.#ok ? others : undefined;
  }

  #arguments(name: string, known: Readonly<Record<string, Argument>>, args: Arguments): void {
    const beside = [...Object.keys(known), ...BESIDE, ...MORE_BESIDE];
    const problems = checkArguments(known, args);
    // One that was misspelt is not missing as well.
    const meant = problems.flatMap(({ point, argument }) =>
      point === 'key' ? (nearest(argument, beside) ?? []) : [],
    );
    for (const { argument, point, message, expected } of problems) {
      if (point === 'test' && meant.includes(argument)) continue;
      const span = this.#declared.config.spans?.[argument];
      if (point === 'test') {
        const required = Object.entries(known).filter(([, { required }]) => required);
        const hint = `Write it as ${name}: {${required.map(([key]) => `${key}: …`).join(', ')}}`;
        this.fail('LK4102', `${name} ${message}`, hint, this.named(this.#declared.config.test));
      } else if (point === 'key') {
        const keys = Object.keys(known);
        const near = didYouMean(argument, beside);
        const all = keys.length > 0 ? `Its arguments are ${keys.join(', ')}` : 'It takes no arguments';
        const hint = TEST_SETTINGS_OF_DBT[argument] ?? near ?? all;
        this.fail('LK4102', `${name} ${message}`, hint, span?.key ?? this.named(argument));
      } else {
        const hint = expected === undefined || expected === '' ? undefined : `Expected ${expected}`;
        this.fail('LK4102', `${name} ${message}`, hint, this.#value(argument));
      }
    }
    for (const [argument, value] of Object.entries(args)) {
      const kind = Object.hasOwn(known, argument) ? known[argument]!.kind : undefined;
      if (kind !== 'sql' && kind !== 'column' && kind !== 'columns' && kind !== 'bound') continue;
      for (const text of [value].flat() as readonly Json[])
        if (typeof text === 'string') this.#expression(argument, text, name);
    }
  }

  #expression(key: string, sql: string | undefined, name: string): void {
    const checked = sql === undefined ? undefined : checkExpression(sql);
    if (!checked || checked.ok) return;
    const { code, message, hint } = checked.problem;
    this.fail(code, `${key} of ${name} ${message}`, hint, this.#value(key, String(sql)));
  }

  /** Nodes that arguments name, and columns of these and of the table itself. */
  #others(known: Readonly<Record<string, Argument>>, args: Arguments): Readonly<Record<string, NodeId>> {
    const others: Record<string, NodeId> = {};
    for (const [argument, value] of Object.entries(args)) {
      const isRelation = known[argument]!.kind === 'relation' || isRef(value);
      if (!isRelation || typeof value !== 'string') continue;
      const id = this.#setting.names.resolve(writtenRef(value));
      // That the name exists, load has seen to.
      if (id === undefined) this.#ok = false;
      else others[argument] = id;
    }
    for (const [argument, value] of Object.entries(args)) {
      const { kind, of } = known[argument]!;
      if (kind !== 'column' && kind !== 'columns') continue;
      const node = of === undefined ? this.#declared.node : others[of];
      if (node === undefined) continue;
      for (const name of plainNames(value)) this.#column(node, name, () => this.#value(argument, name));
    }
    return others;
  }

  /** Only a dataset that declares fields is known to lack a column before the engine has looked. */
  #column(id: NodeId, column: string, at: () => SourceSpan): void {
    const node = this.#setting.nodes.get(id);
    if (node?.kind !== 'silver' || !node.generated || node.columns.length === 0) return;
    const columns = node.columns.map((c) => c.name);
    // DuckDB's names have no case, and one that begins with _ may be lake's own.
    if (column.startsWith('_') || columns.some((one) => one.toLowerCase() === column.toLowerCase())) return;
    const hint = didYouMean(column, columns) ?? `Its columns are ${columns.join(', ')}`;
    this.fail('LK4103', `${id} has no column "${column}"`, hint, at());
  }
}

/** `ref('x')`: the argument of a project's own test names a table. */
function isRef(value: Json | undefined): boolean {
  return typeof value === 'string' && writtenRef(value) !== value.trim();
}
