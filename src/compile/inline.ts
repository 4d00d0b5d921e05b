/** A question of the command line, compiled like a model but no node: `lake compile --inline`, `lake show --inline`. */

import { locateIn } from './locate.js';
import type { RenderSetting } from './render-setting.js';
import { checkStatement } from './sql/statement.js';
import type { Template } from './template/parse.js';
import { render } from './template/render.js';
import type { InlineQuery } from './types.js';

/** The file that places in the question name. */
export const INLINE_FILE = '--inline';

/** The SQL of a question; undefined after its mistakes were reported. */
export function renderInline(template: Template, setting: RenderSetting): InlineQuery | undefined {
  const { text, origins, asked, ok } = render(template, { ...setting, of: 'inline', incremental: false });
  if (!ok) return undefined;
  const checked = checkStatement(text);
  if (!checked.ok) {
    const { code, message, hint, offset } = checked.problem;
    const at = locateIn(text, origins, offset) ?? { file: INLINE_FILE, line: 1, col: 1 };
    setting.report({ code, severity: 'error', message: `the question ${message}`, at, hint });
    return undefined;
  }
  return { sql: checked.sql, origins, dependsOn: [...new Set(asked.refs.map(({ id }) => id))].sort() };
}
