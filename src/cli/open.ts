/** Opens the project that a command works on; warnings go to stderr once. */

import { type CompiledProject, loadAndCompile } from '../api/load-and-compile.js';
import type { Selection } from '../compile/select/index.js';
import type { Graph } from '../compile/types.js';
import type { Diagnostic } from '../errors/diagnostic.js';
import { LakeError } from '../errors/lake-error.js';
import { didYouMean } from '../errors/nearest.js';
import { renderDiagnostics } from '../errors/render-diagnostics.js';
import type { Json } from '../project/types.js';
import { sampled } from './build/sample.js';
import type { ProjectOptions, SelectOptions } from './options.js';
import { useColor } from './output/color.js';

/**
 * @param told Which warnings go to standard error: that a version is to go is for those who build.
 * @throws ProjectError, LakeError LK7001, LK7002
 */
export async function open(
  options: ProjectOptions & { readonly inline?: string },
  told: (warning: Diagnostic) => boolean = ({ code }) => code !== 'LK2027',
): Promise<CompiledProject> {
  const vars = options.vars === undefined ? undefined : await parseVars(options.vars);
  const opened = await loadAndCompile(options.projectDir, {
    target: options.target,
    vars,
    env: process.env,
    inline: options.inline,
  });
  await warnOfUnknownVars(opened, Object.keys(vars ?? {}));
  const warnings = opened.warnings.filter(told);
  if (warnings.length > 0) {
    process.stderr.write(
      `${renderDiagnostics(warnings, opened.sources, { color: useColor(process.stderr) })}\n\n`,
    );
  }
  return options.sample ? sampled(opened) : opened;
}

/**
 * Ids of the nodes that the command line selects, in build order.
 * @throws LakeError LK2060 to LK2062, and LK7004 when the words match tests but none of the nodes that they belong to.
 */
export async function selectedNodes(
  opened: CompiledProject,
  options: SelectOptions,
): Promise<readonly string[]> {
  const { graph } = opened;
  const { nodes, tests } = await selection(opened, options);
  if (nodes.length === 0 && tests.length > 0) {
    throw new LakeError('LK7004', 'only tests match, and tests run with the node that they belong to', {
      hint: `test what is published, \`lake test\`, or select their nodes: --select ${ownersOf(graph, tests).slice(0, 5).join(' ')}`,
    });
  }
  return someNodes(opened, nodes);
}

/** What `lake ls` lists: nodes, their tests, uses outside of the project. @throws LakeError LK2060 to LK2062, LK7006 */
export async function selectedForList(opened: CompiledProject, options: SelectOptions): Promise<Selection> {
  const chosen = await selection(opened, options);
  if (chosen.exposures.length + chosen.tests.length === 0) someNodes(opened, chosen.nodes);
  return chosen;
}

/**
 * What `lake test` runs: the selected tests, and the nodes that they belong to, in build order.
 * @throws LakeError LK2060 to LK2062, LK7006
 */
export async function selectedTests(
  opened: CompiledProject,
  options: SelectOptions,
): Promise<{ readonly nodes: readonly string[]; readonly tests: ReadonlySet<string> }> {
  const { nodes, tests } = await selection(opened, options);
  const wanted = new Set([...nodes, ...ownersOf(opened.graph, tests)]);
  return {
    nodes: someNodes(
      opened,
      opened.graph.nodes.map(({ id }) => id).filter((id) => wanted.has(id)),
    ),
    tests: new Set(tests),
  };
}

async function selection({ graph }: CompiledProject, options: SelectOptions): Promise<Selection> {
  if (options.select?.every((words) => words.trim() === '')) {
    throw new LakeError('LK2062', 'the selection is empty', { hint: 'leave it out to select everything' });
  }
  const { select } = await import('../compile/select/index.js');
  return select(graph, { select: options.select, exclude: options.exclude });
}

function ownersOf(graph: Graph, tests: readonly string[]): readonly string[] {
  const wanted = new Set(tests);
  return [
    ...new Set([
      ...graph.tests.flatMap((test) => (wanted.has(test.id) ? [test.owner] : [])),
      ...graph.unitTests.flatMap((test) => (wanted.has(test.id) ? [test.node] : [])),
    ]),
  ];
}

function someNodes({ graph }: CompiledProject, nodes: readonly string[]): readonly string[] {
  if (nodes.length === 0 && graph.nodes.length === 0) {
    throw new LakeError('LK7006', 'the project has no models, seeds or datasets yet', {
      hint: 'put a SELECT into models/gold/<name>.sql, a CSV file into seeds/, or a manifest into datasets/',
    });
  }
  if (nodes.length === 0) {
    throw new LakeError('LK7006', 'no node is left by --select and --exclude', {
      hint: 'see what there is with `lake ls`',
    });
  }
  return nodes;
}

/** @throws LakeError LK7008 for `--day` where nothing would look at it. */
export function checkDay({ project }: CompiledProject, { day }: { readonly day?: number }): void {
  const { name, portal } = project.target;
  if (day === undefined || portal !== undefined) return;
  throw new LakeError('LK7008', `--day is for local portals, and the target ${name} asks the real ones`, {
    hint: 'leave it out, or choose a target with `portal:` in profiles.yml',
  });
}

/** A variable that nothing declares and nothing reads is most likely misspelt. */
async function warnOfUnknownVars({ sources }: CompiledProject, given: readonly string[]): Promise<void> {
  if (given.length === 0) return;
  const { parse } = await import('yaml');
  const { vars } = parse(sources['project.yml'] ?? sources['project.yaml'] ?? '{}') ?? {};
  const read = Object.values(sources).flatMap((text) =>
    [...text.matchAll(/\bvar\s+['"]([^'"]+)['"]/g)].map(([, name]) => name!),
  );
  const known = new Set([...read, ...Object.keys(vars ?? {})]);
  for (const name of given.filter((one) => !known.has(one))) {
    const meant = didYouMean(name, known);
    const hint = meant === undefined ? '' : `. ${meant}`;
    process.stderr.write(`warning: --vars: nothing declares or reads a variable "${name}"${hint}\n`);
  }
}

async function parseVars(text: string): Promise<Record<string, Json>> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch {
    value = undefined;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new LakeError('LK7002', `--vars ${text} is no mapping`, {
      hint: "write it as --vars '{name: value}'",
    });
  }
  return value as Record<string, Json>;
}
