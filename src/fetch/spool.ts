import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import { spoolError } from './body-sinks.js';

/**
 * A folder or file name for anything that a portal or a manifest names: readable letters of the label, and a hash of the
 * identity, so that nothing from outside reaches a path (faults B20, B21) and twins by case or Unicode form stay apart.
 */
export function spoolName(identity: string, label: string): string {
  const readable = label
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable === '' ? 'part' : readable}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/** Absolute folder of one dataset in the spool; its own name where that is plain. */
export function datasetFolder(spoolDir: string, dataset: string): string {
  return contained(
    spoolDir,
    /^[a-z0-9_][a-z0-9_-]{0,60}$/.test(dataset) ? dataset : spoolName(dataset, dataset),
  );
}

/** Absolute folder of one part, created. @throws LakeError LK3117 when it cannot be. */
export async function openPartFolder(
  spoolDir: string,
  dataset: string,
  partId: string,
  label: string,
): Promise<string> {
  const folder = contained(datasetFolder(spoolDir, dataset), spoolName(partId, label));
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw spoolError(error as NodeJS.ErrnoException, folder);
  }
  return folder;
}

/** Absolute path of one request's body. */
export function bodyPath(partFolder: string, requestId: string): string {
  const plain = /^[a-z0-9_][a-z0-9_-]{0,60}$/.test(requestId) ? requestId : spoolName(requestId, requestId);
  return contained(partFolder, `${plain}.body`);
}

function contained(folder: string, name: string): string {
  const path = resolve(folder, name);
  const inside = relative(resolve(folder), path);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`))
    throw new LakeError('LK9000', `"${name}" leads out of ${folder}`);
  return path;
}
