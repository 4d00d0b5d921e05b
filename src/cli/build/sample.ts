/** `--limit N`: a sample of the data in a lake of its own, beside the target's. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CompiledProject } from '../../api/load-and-compile.js';
import { SCRATCH } from '../../run/invocation.js';

/** The same project over the scratch lake of its target, `target/samples/<target>/`. */
export function sampled(opened: CompiledProject): CompiledProject {
  return scratched(opened, 'sample');
}

/** The same over the lake of `--empty`, `target/empty/<target>/`. */
export function emptied(opened: CompiledProject): CompiledProject {
  return scratched(opened, 'empty');
}

function scratched(opened: CompiledProject, what: keyof typeof SCRATCH): CompiledProject {
  const { target } = opened.project;
  const path = join('target', SCRATCH[what], encodeURIComponent(target.name));
  const scratch = {
    ...target,
    name: `${target.name} (${what})`,
    lake: { type: 'local' as const, path },
    publish: {},
  };
  return { ...opened, project: { ...opened.project, target: scratch } };
}

/** Removes what the sample, or `--empty`, before left: nothing of it may look like something that was loaded once. */
export async function clearScratch({ project, root }: CompiledProject): Promise<void> {
  await rm(resolve(root, project.target.lake.path!), { recursive: true, force: true });
}

/** A scratch lake holds nothing yet: what the selection reads is sampled with it. In build order. */
export function withAncestors({ graph }: CompiledProject, selected: readonly string[]): readonly string[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const wanted = new Set<string>();
  const add = (id: string): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    nodes.get(id)?.dependsOn.forEach(add);
  };
  selected.forEach(add);
  return graph.nodes.map(({ id }) => id).filter((id) => wanted.has(id));
}
