import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from './types.js';

/** Writes the plan to `target/plan.json`: the whole value, requests included, as another program may want it. */
export async function writePlan(root: string, plan: Plan): Promise<void> {
  const folder = join(root, 'target');
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'plan.json');
  await writeFile(`${path}.new`, `${JSON.stringify({ format: 1, ...plan }, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
