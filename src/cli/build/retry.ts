/** `lake retry`: what the last run left undone, with the flags that it had. */
import { resolve } from 'node:path';
import type { CompiledProject } from '../../api/load-and-compile.js';
import { LakeError } from '../../errors/lake-error.js';
import { readLastRun } from '../../run/artifacts.js';
import { type Unfinished, unfinished } from '../../run/unfinished.js';
import { openToRun } from '../open-to-run.js';
import { counted } from '../progress/format.js';
import { reportingFailure } from '../report/reporters.js';
import { checkAccept } from './accept.js';
import type { BuildCommandOptions } from './options.js';
import { execute, reportsOf } from './run-build.js';

const NAMED = 5;

/** @throws LakeError LK7009 when the last run cannot be asked for again as it was. */
export function retry(options: BuildCommandOptions): Promise<void> {
  return reportingFailure(reportsOf('retry', options), () => runAgain(options));
}

async function runAgain(options: BuildCommandOptions): Promise<void> {
  const last = await readLastRun(resolve(options.projectDir));
  if (last === undefined) return say('Nothing to retry: nothing was run here yet.');
  const { run, invocation } = last;
  const { command, target, targetNamed, selected, fullRefresh, backfill, accept, day, vars, to } = invocation;
  if (options.target !== undefined && options.target !== target) {
    throw new LakeError('LK7009', `the last run was of the target ${target}, not of ${options.target}`, {
      hint: `\`lake retry --target ${target}\`, or run the command itself with --target ${options.target}`,
    });
  }
  if (invocation.varsWithheld && options.vars === undefined) {
    throw new LakeError('LK7009', 'the last run was given a secret by --vars, which is kept nowhere', {
      hint: 'give it again: `lake retry --vars …`',
    });
  }
  const left = unfinished(last);
  if (left.length === 0) return say(`Nothing to retry: all of run ${run} (${command}) ended well.`);
  const again: BuildCommandOptions = {
    ...options,
    target: targetNamed ? target : options.target,
    fullRefresh,
    to,
    publish: !invocation.unpublished,
    ...backfill,
    accept: [...accept, ...(options.accept ?? [])],
    day,
    vars: options.vars ?? vars,
  };
  const opened = await openToRun({ ...again, target });
  checkAccept(opened, options.accept);
  const known = new Set(opened.graph.nodes.map((node) => node.id));
  const there = left.filter(({ id }) => known.has(id));
  if (there.length === 0) return say('Nothing to retry: what failed is no longer part of the project.');
  const ids = there.map(({ id }) => id);
  const changed = command === 'build' || command === 'run' ? await changedSince(opened, ids) : [];
  say(
    `Retrying ${there.length} of ${counted(selected.length, 'node')} of run ${run} (lake ${command}, target ${target}): ${listed(there)}`,
  );
  const others = changed.map((id) => ({ id, how: '' }));
  if (others.length > 0) say(`With ${listed(others)}, for what has changed above these`);
  const wanted = new Set([...changed, ...ids]);
  const inOrder = opened.graph.nodes.map(({ id }) => id).filter((id) => wanted.has(id));
  await execute(command, opened, inOrder, again);
}

/** What was mended may stand above what failed. */
async function changedSince(
  { root, graph, project }: CompiledProject,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { toBringAlong } = await import('../../run/to-bring-along.js');
  return toBringAlong({ root, graph, target: project.target }, ids);
}

function listed(left: readonly Unfinished[]): string {
  const named = left.slice(0, NAMED).map(({ id, how }) => `${id} ${how}`.trim());
  return `${named.join(', ')}${left.length > NAMED ? `, and ${left.length - NAMED} more` : ''}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
