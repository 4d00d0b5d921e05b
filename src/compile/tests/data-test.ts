/** Data tests out of YAML as nodes: each with an id that stays, and its SELECT written. */
import type { TestSettings } from '../../project/types.js';
import { columnSql, plainNames } from '../../quality/generic/shapes/columns.js';
import { genericTestSql, subjectSql } from '../../quality/generic/test-sql.js';
import { quoteIdent } from '../../sql/quote.js';
import { hashOf } from '../hash.js';
import { locateIn } from '../locate.js';
import { relationSql } from '../names.js';
import { clockToken } from '../sql/clock.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkSelect } from '../sql/statement.js';
import { essence, type Token, tokenize } from '../sql/tokens.js';
import type { NodeId, SqlOrigin, TestNode } from '../types.js';
import { type CheckedTest, checkTest, type DataTestSetting, type DeclaredTest } from './check-test.js';
import { type CustomRendition, type CustomTest, renderCustomTest } from './custom-test.js';
import { mergeSettings } from './test-settings.js';

/** The nodes of all declared tests, in the order given. Two tests that say the same are reported. */
export function dataTests(declared: readonly DeclaredTest[], setting: DataTestSetting): readonly TestNode[] {
  const groups = new Map<string, CheckedTest[]>();
  for (const test of declared) {
    if (isOff(test, setting)) continue;
    const checked = checkTest(test, setting);
    if (!checked) continue;
    const group = groups.get(plainId(checked));
    if (group) group.push(checked);
    else groups.set(plainId(checked), [checked]);
  }
  return [...groups].flatMap(([id, group]) => {
    const [only, ...more] = group;
    if (only && more.length === 0) return testNode(id, only, setting) ?? [];
    // Tests that differ in their arguments alone are told apart by a hash, which no other test's coming or going moves.
    const byContent = new Map<string, CheckedTest>();
    for (const test of group) {
      const first = byContent.get(contentOf(test));
      if (first) reportTwin(id, test, first, setting);
      else byContent.set(contentOf(test), test);
    }
    return [...byContent].flatMap(([content, test]) => testNode(`${id}#${content}`, test, setting) ?? []);
  });
}

/** A test's own file may switch on what its folder switches off: that is known once it is rendered. */
function isOff({ config, folder }: DeclaredTest, { known }: DataTestSetting): boolean {
  if (config.enabled !== undefined) return !config.enabled;
  return folder?.enabled === false && known.find(config.test)?.kind !== 'own';
}

function plainId({ known, declared: { node, config }, column }: CheckedTest): string {
  return `${config.name ?? known.test.name}(${column === undefined ? node : `${node}.${column}`})`;
}

function contentOf({ known, args, declared }: CheckedTest): string {
  return hashOf([known.test.name, args, whereOf(declared)]).slice(0, 6);
}

/** The nearest condition outside of a test's own file. */
function whereOf({ config, folder }: DeclaredTest): string | undefined {
  return config.where ?? folder?.where;
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

interface WrittenSql {
  readonly sql: string;
  readonly origins: readonly SqlOrigin[];
  readonly scan?: TestNode['scan'];
  readonly reads: readonly NodeId[];
  readonly settings: TestSettings;
  /** Where the SQL prints its run: its tokens as they would be in any run. */
  readonly lasting?: readonly Token[];
}

function testNode(id: string, checked: CheckedTest, setting: DataTestSetting): TestNode | undefined {
  const { known, column, declared } = checked;
  const { node, config, folder = {} } = declared;
  const written = known.kind === 'lake' ? lakesSql(checked) : ownSql(known.test, checked, setting);
  if (!written) return undefined;
  const { test: _, arguments: __, name: ___, spans: ____, at, description, ...inYaml } = config;
  const settings = mergeSettings(mergeSettings(folder, written.settings), inYaml);
  if (settings.enabled === false) return undefined;
  const { tokens } = tokenize(written.sql);
  return {
    id,
    kind: 'generic',
    name: known.test.name,
    ...(config.name !== undefined && { givenName: config.name }),
    owner: node,
    dependsOn: [...new Set([node, ...written.reads])].sort(),
    sql: written.sql,
    origins: written.origins,
    ...(written.scan && settings.failCalc === undefined && { scan: written.scan }),
    column,
    uses: usedColumns(checked),
    description,
    ...ofSettings(settings, { macros: setting.macros, tokens, lasting: written.lasting ?? tokens }),
    ...(written.lasting && { neverReuse: true }),
    at,
  };
}

/** Plain names alone: of an expression nobody knows what in it is a column. */
function usedColumns({ known, args, others }: CheckedTest): TestNode['uses'] {
  if (known.kind !== 'lake') return undefined;
  const used = Object.entries(known.test.arguments).flatMap(([name, { of }]) => {
    const node = of === undefined ? undefined : others[of];
    return node === undefined ? [] : plainNames(args[name]).map((column) => ({ node, column }));
  });
  return used.length > 0 ? used : undefined;
}

interface TestTokens {
  readonly macros: SqlMacros;
  /** Of its SQL. */
  readonly tokens: readonly Token[];
  /** The same where the SQL prints its run, as it would be in any run. */
  readonly lasting: readonly Token[];
}

type OfSettings = Pick<
  TestNode,
  | 'tags'
  | 'meta'
  | 'severity'
  | 'limit'
  | 'warnIf'
  | 'errorIf'
  | 'failCalc'
  | 'storeFailures'
  | 'neverReuse'
  | 'definitionHash'
>;

/** What a test's settings make of it, and the hash of all that decides its result. */
export function ofSettings(settings: TestSettings, { macros, tokens, lasting }: TestTokens): OfSettings {
  const { severity = 'error', limit, warnIf, errorIf, failCalc, storeFailures, tags = [], meta } = settings;
  const counted = failCalc === undefined ? undefined : essence(tokenize(failCalc).tokens);
  return {
    tags,
    meta,
    severity,
    limit,
    warnIf,
    errorIf,
    failCalc,
    storeFailures,
    neverReuse: clockToken(tokens, macros.clocks) !== undefined,
    definitionHash: hashOf({
      sql: essence(lasting),
      macros: macros.usedBy(lasting),
      severity,
      limit,
      warnIf,
      errorIf,
      failCalc: counted,
    }),
  };
}

function lakesSql({
  known,
  args,
  column,
  columnMayBeSql,
  others,
  declared,
}: CheckedTest): WrittenSql | undefined {
  if (known.kind !== 'lake') return undefined;
  const { test } = known;
  const relations = Object.entries(others).map(([argument, id]) => [argument, relationSql(id)]);
  const subject = {
    relation: relationSql(declared.node),
    column,
    columnMayBeSql,
    where: whereOf(declared),
    others: Object.fromEntries(relations) as Record<string, string>,
  };
  const { sql, scan } = genericTestSql(test, subject, args);
  const settings = test.failCalc === undefined ? {} : { failCalc: test.failCalc };
  return { sql, scan, origins: [], reads: Object.values(others), settings };
}

/** Reports what is wrong with the SQL in the test's own file. */
function ownSql(
  test: CustomTest,
  { args, column, columnMayBeSql, others, declared }: CheckedTest,
  { render, report }: DataTestSetting,
): WrittenSql | undefined {
  const relation = relationSql(declared.node);
  const relations = Object.entries(others).map(([argument, id]) => [argument, relationSql(id)]);
  const over = (where: string | undefined): CustomRendition =>
    renderCustomTest(
      test,
      {
        model: where === undefined ? relation : subjectSql(relation, [where]).replace(/ as subject$/, ''),
        column: column === undefined ? undefined : columnMayBeSql ? columnSql(column) : quoteIdent(column),
        args: { ...args, ...Object.fromEntries(relations) },
      },
      render,
    );
  const first = over(whereOf(declared));
  // The file itself may choose the rows, which is known once it was rendered.
  const inFile = declared.config.where === undefined ? first.settings.where : undefined;
  const { rendered, settings, lasting } = inFile === undefined ? first : over(inFile);
  if (!rendered.ok) return undefined;
  const checked = checkSelect(rendered.text);
  if (checked.ok) {
    const reads = [...Object.values(others), ...rendered.asked.refs.map((ref) => ref.id)];
    return { sql: checked.sql, origins: rendered.origins, reads, settings, lasting };
  }
  const { code, message, hint, offset } = checked.problem;
  const at = locateIn(rendered.text, rendered.origins, offset) ?? { file: test.path, line: 1, col: 1 };
  report({ code, severity: 'error', message: `the test "${test.name}" ${message}`, at, hint });
  return undefined;
}
