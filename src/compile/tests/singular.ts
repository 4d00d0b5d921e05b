/** Singular data tests, `tests/data/*.sql`: any SELECT whose rows are failures. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Severity, SingularTest } from '../../project/types.js';
import { hashOf } from '../hash.js';
import { locateIn } from '../locate.js';
import { lastingTokens, type RenderSetting } from '../nodes/model.js';
import { clockToken } from '../sql/clock.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkStatement } from '../sql/statement.js';
import { essence } from '../sql/tokens.js';
import type { Template } from '../template/parse.js';
import { type Rendered, render } from '../template/render.js';
import type { NodeId, TestNode } from '../types.js';

/** `position` is the place of a node in the graph's order: a test belongs to the last of its refs. */
export function singularTest(
  test: SingularTest,
  template: Template,
  setting: RenderSetting,
  macros: SqlMacros,
  position: ReadonlyMap<NodeId, number>,
): TestNode | undefined {
  const start: SourceSpan = { file: test.path, line: 1, col: 1 };
  const options = { ...setting, of: 'test', incremental: false } as const;
  const rendered = render(template, options);
  const severity = severityOf(rendered, setting);
  if (!rendered.ok) return undefined;
  const checked = checkStatement(rendered.text);
  if (!checked.ok) {
    const { code, message, hint, offset } = checked.problem;
    const at = locateIn(rendered.text, rendered.origins, offset) ?? start;
    setting.report({ code, severity: 'error', message: `the test "${test.name}" ${message}`, at, hint });
    return undefined;
  }
  const dependsOn = [...new Set(rendered.asked.refs.map((ref) => ref.id))].sort();
  const owner = dependsOn.reduce<NodeId | undefined>(
    (last, id) => (last === undefined || (position.get(id) ?? -1) > (position.get(last) ?? -1) ? id : last),
    undefined,
  );
  if (owner === undefined) {
    setting.report({
      code: 'LK4104',
      severity: 'error',
      message: `the test "${test.name}" reads no dataset or model`,
      at: start,
      hint: "Write its tables with {{ref 'x'}}",
    });
    return undefined;
  }
  const lasting = rendered.asked.stamped ? lastingTokens(template, options) : checked.tokens;
  return {
    id: test.path,
    kind: 'singular',
    owner,
    dependsOn,
    sql: checked.sql,
    origins: rendered.origins,
    severity,
    neverReuse:
      rendered.asked.stamped !== undefined || clockToken(checked.tokens, macros.clocks) !== undefined,
    definitionHash: hashOf({ sql: essence(lasting), macros: macros.usedBy(lasting), severity }),
    at: start,
  };
}

/** `{{config severity='warn'}}` is all that a test can be configured with. */
function severityOf({ asked }: Rendered, { report }: RenderSetting): Severity {
  for (const [key, { value, at }] of asked.config) {
    if (key !== 'severity') {
      report({
        code: 'LK2020',
        severity: 'error',
        message: `a test has no configuration "${key}"`,
        at,
        hint: "Write {{config severity='warn'}}, or leave it out",
      });
    } else if (value !== 'warn' && value !== 'error') {
      report({
        code: 'LK2021',
        severity: 'error',
        message: `severity is ${JSON.stringify(value)}, expected warn or error`,
        at,
      });
    }
  }
  return asked.config.get('severity')?.value === 'warn' ? 'warn' : 'error';
}
