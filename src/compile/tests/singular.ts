/** Singular data tests, `tests/data/*.sql` or `tests/*.sql`: any SELECT whose rows are failures. */

import type { SourceSpan } from '../../errors/diagnostic.js';
import type { SingularTest, TestSettings } from '../../project/types.js';
import { locateIn } from '../locate.js';
import { lastingTokens } from '../nodes/model.js';
import type { RenderSetting } from '../render-setting.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkSelect } from '../sql/statement.js';
import type { Template } from '../template/parse.js';
import { render } from '../template/render.js';
import type { NodeId, TestNode } from '../types.js';
import { ofSettings } from './data-test.js';
import { mergeSettings, settingsInFile } from './test-settings.js';

/** `folder`: settings of project.yml. `position` is the place of a node in the graph's order: a test belongs to the last of its refs. */
export function singularTest(
  test: SingularTest,
  template: Template,
  setting: RenderSetting,
  macros: SqlMacros,
  position: ReadonlyMap<NodeId, number>,
  folder: TestSettings,
): TestNode | undefined {
  const start: SourceSpan = { file: test.path, line: 1, col: 1 };
  const options = { ...setting, of: 'test', incremental: false } as const;
  const rendered = render(template, options);
  const { where: _, ...ofFolder } = folder;
  const settings = mergeSettings(ofFolder, settingsInFile(rendered.asked, setting.report));
  const where = rendered.asked.config.get('where');
  if (where) {
    setting.report({
      code: 'LK2020',
      severity: 'error',
      message: `the test "${test.name}" cannot have a "where"`,
      at: where.at,
      hint: 'Write the condition into its SQL',
    });
    return undefined;
  }
  if (!rendered.ok || settings.enabled === false) return undefined;
  const checked = checkSelect(rendered.text);
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
    name: test.name,
    owner,
    dependsOn,
    sql: checked.sql,
    origins: rendered.origins,
    ...ofSettings(settings, { macros, tokens: checked.tokens, lasting }),
    ...(rendered.asked.stamped !== undefined && { neverReuse: true }),
    at: start,
  };
}
