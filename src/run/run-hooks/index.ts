/** `on_run_start` and `on_run_end`: each hook in its turn; one that fails is told and does not stop those behind it. */
import type { RunHookNode } from '../../compile/types.js';
import { type ErrorInfo, errorInfo, LakeError } from '../../errors/lake-error.js';
import type { RunContext } from '../context.js';
import type { RunResult } from '../events.js';
import { runCommand } from './command.js';
import { runHookSql } from './sql.js';
import { sendResults } from './webhook.js';

/** What hooks at the end are told of: nothing secret stands in it. */
export interface HookSetting {
  readonly key: 'on_run_start' | 'on_run_end';
  readonly hooks: readonly RunHookNode[];
  /** Place in the list → address. */
  readonly webhooks?: Readonly<Record<number, string>>;
  readonly result?: RunResult;
}

/** LK4063 for every hook that did not succeed, with its place. `on_run_start` ends with the first. */
export async function runHooks(context: RunContext, setting: HookSetting): Promise<readonly ErrorInfo[]> {
  const { key, hooks } = setting;
  const failures: ErrorInfo[] = [];
  for (const [i, hook] of hooks.entries()) {
    try {
      await runHook(context, hook, i, setting);
    } catch (error) {
      const name = hooks.length > 1 ? `${key} ${i + 1}` : key;
      const { message, hint } = errorInfo(error);
      const what = key === 'on_run_start' ? 'nothing was run' : 'what the run published stays';
      failures.push(
        errorInfo(
          new LakeError('LK4063', `${name}: ${message}`, {
            hint: hint ?? `Correct it in ${hook.at.file}; ${what}`,
            details: { at: hook.at },
          }),
        ),
      );
      if (key === 'on_run_start') break;
    }
  }
  return failures;
}

async function runHook(
  context: RunContext,
  hook: RunHookNode,
  index: number,
  { webhooks, result, key }: HookSetting,
): Promise<void> {
  if (hook.kind === 'sql') return runHookSql(context, hook, key, result);
  const report = JSON.stringify(result);
  if (hook.kind === 'command') return runCommand(hook.command, { cwd: context.root, report });
  const address = webhooks?.[index];
  if (address !== undefined) await sendResults(address, hook.host, report);
}
