/** A build as a program asks for it: everything that `lake build` does but print. */
import type { NodeId } from '../compile/types.js';
import type { FetchPolicyFunction } from '../observe/fetch-policy.js';
import type { Json } from '../project/types.js';
import type { RunListener, RunResult } from '../run/events.js';
import type { CompiledProject } from './load-and-compile.js';

export interface BuildOptions {
  /** Words of the selection grammar, `tag:toronto`, `shootings+`; left out: everything. */
  readonly select?: string | readonly string[];
  readonly exclude?: string | readonly string[];
  /** Values of `{{var 'x'}}`, over those that the project was opened with. */
  readonly vars?: Readonly<Record<string, Json>>;
  /** Asks for everything again: no cursor, no validators, no spool. */
  readonly fullRefresh?: boolean;
  /** False publishes without tests, as `lake run`. */
  readonly tests?: boolean;
  /** False leaves out what `publish:` says, as `--no-publish`. */
  readonly publish?: boolean;
  /** After the first failure nothing new begins. */
  readonly failFast?: boolean;
  /** Guards that may be passed over: `shootings`, `shootings:row_drop`. */
  readonly accept?: readonly string[];
  /** A rule in place of the manifests' `fetch:`; see docs/api.md. */
  readonly fetchPolicy?: FetchPolicyFunction;
  /** What to do while another run holds these tables; `wait` by default. */
  readonly ifRunning?: 'wait' | 'skip' | 'fail';
  /** Day of a target's local portal. */
  readonly day?: number;
  /** Told of everything that happens, in order. What it throws becomes one of the result's `problems`. */
  readonly onEvent?: RunListener;
  /** Aborted to drain: what has begun ends, nothing new begins. */
  readonly signal?: AbortSignal;
}

/** What of these a run of tests heeds. */
export type TestOptions = Pick<
  BuildOptions,
  'select' | 'exclude' | 'vars' | 'failFast' | 'onEvent' | 'signal'
>;

/** The tests of nodes on what is published: nothing is built. @throws as `buildNodes` */
export function testNodes(
  compiled: CompiledProject,
  selected: readonly NodeId[],
  options: TestOptions,
): Promise<RunResult> {
  const kinds = new Map(compiled.graph.nodes.map(({ id, kind }) => [id, kind]));
  const tested = selected.filter((id) => kinds.get(id) !== 'bronze');
  return runNodes('test', compiled, tested, { ...options, publish: false });
}

/** @throws ProjectMistakes for SQL that does not parse; LakeError as `build` of `run`. */
export function buildNodes(
  compiled: CompiledProject,
  selected: readonly NodeId[],
  options: BuildOptions,
): Promise<RunResult> {
  return runNodes(options.tests === false ? 'run' : 'build', compiled, selected, options);
}

async function runNodes(
  command: 'build' | 'run' | 'test',
  compiled: CompiledProject,
  selected: readonly NodeId[],
  options: BuildOptions,
): Promise<RunResult> {
  const [{ compileToTarget }, { engineOf }, { build }, { writeArtifacts }] = await Promise.all([
    import('./compile-to-target.js'),
    import('../run/engine-of.js'),
    import('../run/build.js'),
    import('../run/artifacts.js'),
  ]);
  const { root, stamp, project } = compiled;
  const { target } = project;
  const { publish = true, fullRefresh = false, failFast = false, accept = [], day, ifRunning } = options;
  const vars = options.vars === undefined ? undefined : JSON.stringify(options.vars);
  const artifacts = writeArtifacts(root, {
    command,
    target: target.name,
    selected,
    fullRefresh,
    accept,
    ...(day !== undefined && { day }),
    ...(!publish && command !== 'test' && { unpublished: true as const }),
    ...withheld(vars, compiled),
  });
  const engine = engineOf(root, target);
  try {
    await compileToTarget(compiled, engine);
    const result = await build({
      ...compiled,
      run: stamp.id,
      command,
      target,
      engine,
      selected,
      publish: publish ? { nodes: selected, ask: false } : undefined,
      day,
      ifRunning,
      flags: {
        fullRefresh,
        audit: command !== 'run',
        testOnly: command === 'test',
        failFast,
        accept,
        fetchPolicy: options.fetchPolicy,
      },
      emit(event) {
        artifacts.onEvent(event);
        options.onEvent?.(event);
      },
      signal: options.signal ?? new AbortController().signal,
    });
    await artifacts.finish(result);
    return result;
  } finally {
    await engine.close();
  }
}

/** Values that hold a secret are kept nowhere. */
function withheld(vars: string | undefined, { secrets }: CompiledProject) {
  if (vars === undefined) return {};
  return secrets.values.some((secret) => vars.includes(secret)) ? { varsWithheld: true as const } : { vars };
}
