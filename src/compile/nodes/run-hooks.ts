/** Hooks of a run: SQL as it will be asked, commands and webhooks as they are. */
import type { RunHook } from '../../project/types.js';
import type { RenderSetting } from '../render-setting.js';
import type { RunHookNode } from '../types.js';
import { renderHook } from './hooks.js';

/** SQL with mistakes, or that prints nothing, is left out: it keeps its place, for webhooks are known by theirs. */
export function runHookNodes(
  hooks: readonly RunHook[],
  key: 'on_run_start' | 'on_run_end',
  setting: RenderSetting,
): readonly RunHookNode[] {
  return hooks.map((hook, i): RunHookNode => {
    if (hook.kind !== 'sql') return hook;
    const what = hooks.length > 1 ? `${key} ${i + 1}` : key;
    const rendered = renderHook(hook, what, undefined, setting);
    return { kind: 'sql', sql: rendered?.sql ?? 'select 1', at: hook.at, reads: rendered?.refs ?? [] };
  });
}
