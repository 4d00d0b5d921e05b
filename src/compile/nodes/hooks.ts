/** Hooks of a node: templates like its SQL, each one statement of the kinds that a task's own catalog can take. */

import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Hook, Hooks } from '../../project/types.js';
import type { RenderSetting } from '../render-setting.js';
import { clockToken } from '../sql/clock.js';
import { foreignToken } from '../sql/foreign-token.js';
import type { SqlMacros } from '../sql/macros.js';
import { checkStatement } from '../sql/statement.js';
import { essence, type Token } from '../sql/tokens.js';
import { parseTemplate } from '../template/parse.js';
import { render } from '../template/render.js';
import type { HookSql, NodeId } from '../types.js';

export interface RenderedHooks {
  readonly pre: readonly HookSql[];
  readonly post: readonly HookSql[];
  /** Node → where a hook first reads it. */
  readonly refs: ReadonlyMap<NodeId, SourceSpan>;
  readonly tokens: readonly Token[];
}

/** First words of statements that change nothing but the task that they run in. */
const POSSIBLE = new Set(
  `select with from values describe summarize show create insert update delete merge truncate alter drop analyze set reset
  pivot unpivot`.split(/\s+/),
);
/** What `create` and `drop` may be about. */
const MADE = /^(or replace )?(temp |temporary )?(table|view|macro|function|sequence|type|index|schema)\b/;

/** `self`: the node, or undefined for hooks of a run. Mistakes are reported; a hook that has one is left out. */
export function renderHooks(
  hooks: Hooks | undefined,
  { self, what }: { readonly self?: NodeId; readonly what: string },
  setting: RenderSetting,
): RenderedHooks {
  const refs = new Map<NodeId, SourceSpan>();
  const tokens: Token[] = [];
  const all = (list: readonly Hook[], key: string): readonly HookSql[] =>
    list.flatMap((hook, i) => {
      const name = list.length > 1 ? `${key} ${i + 1}` : key;
      const rendered = renderHook(hook, `the ${name} of ${what}`, self, setting);
      if (!rendered) return [];
      for (const id of rendered.refs) if (!refs.has(id)) refs.set(id, hook.at);
      tokens.push(...rendered.tokens);
      return [{ name, sql: rendered.sql, at: hook.at, reads: rendered.refs }];
    });
  return { pre: all(hooks?.pre ?? [], 'pre_hook'), post: all(hooks?.post ?? [], 'post_hook'), refs, tokens };
}

/** Every hook's place is that of its text: a line inside a YAML scalar cannot be told from outside. */
export function renderHook(
  { sql: text, at }: Hook,
  what: string,
  self: NodeId | undefined,
  setting: RenderSetting,
): { readonly sql: string; readonly refs: readonly NodeId[]; readonly tokens: readonly Token[] } | undefined {
  const here = (diagnostic: Parameters<RenderSetting['report']>[0]) => setting.report({ ...diagnostic, at });
  const template = setting.parse ? parseTemplate(at.file, text, setting.parse, here) : undefined;
  if (!template) return undefined;
  const of = self === undefined ? 'inline' : 'model';
  const rendered = render(template, { ...setting, of, self, incremental: false, report: here });
  if (!rendered.ok) return undefined;
  const checked = checkStatement(rendered.text);
  if (!checked.ok) {
    const { code, message } = checked.problem;
    const hint =
      code === 'LK2041' ? 'Write each statement as a hook of its own: a list' : checked.problem.hint;
    // An empty hook is what a template prints that has nothing to do, as in dbt.
    if (code === 'LK2040') return undefined;
    setting.report({
      code,
      severity: 'error',
      message: `${what} ${message}`,
      at,
      hint,
    });
    return undefined;
  }
  const problem = notPossible(checked.tokens);
  if (problem !== undefined) {
    setting.report({
      code: 'LK2030',
      severity: 'error',
      message: `${what} cannot be "${problem}"`,
      at,
      hint: 'Hooks run in a catalog of their own: SELECT, CREATE, INSERT, UPDATE, DELETE, DROP and SET VARIABLE are possible',
    });
    return undefined;
  }
  const foreign = foreignToken(checked.tokens);
  if (foreign) {
    setting.report({
      code: 'LK2046',
      severity: 'error',
      message: `${what}: ${foreign.what} reads what is not of the project`,
      at,
      hint: 'Put a small file into seeds/ and what a portal or a folder delivers into datasets/, and read them by ref: then lake sees when they change',
    });
    return undefined;
  }
  return {
    sql: checked.sql,
    refs: [...new Set(rendered.asked.refs.map(({ id }) => id))].sort(),
    tokens: checked.tokens,
  };
}

/** The words of a statement that would reach beyond the task: files, extensions, other databases, settings of all. */
function notPossible(tokens: readonly Token[]): string | undefined {
  const words = tokens.slice(0, 6).map(({ text }) => text.toLowerCase());
  const [first = '', second = ''] = words;
  if (!POSSIBLE.has(first)) return first.toUpperCase();
  const rest = words.slice(1).join(' ');
  if ((first === 'create' || first === 'drop') && !MADE.test(rest))
    return words.slice(0, 3).join(' ').toUpperCase();
  if ((first === 'set' || first === 'reset') && second !== 'variable')
    return `${first} ${second}`.toUpperCase();
  return undefined;
}

/** What of a node's hooks decides whether it must be built again. */
export function hooksEssence(hooks: RenderedHooks, macros: SqlMacros): unknown {
  return hooks.tokens.length === 0 ? undefined : [essence(hooks.tokens), macros.usedBy(hooks.tokens)];
}

/** Whether a hook reads the clock or chance. */
export function hooksReadClock(hooks: RenderedHooks, macros: SqlMacros): boolean {
  return clockToken(hooks.tokens, macros.clocks) !== undefined;
}

/** The hooks as a node has them; nothing where there are none. */
export function ofNode({ pre, post }: RenderedHooks): {
  hooks?: { pre: readonly HookSql[]; post: readonly HookSql[] };
} {
  return pre.length + post.length > 0 ? { hooks: { pre, post } } : {};
}
