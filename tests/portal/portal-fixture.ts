import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type RunningPortal, startPortal } from '../../src/portal/index.js';

/** A temporary folder with these files; removed when the test ends. */
export async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lake-portal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** A running portal of a temporary folder; closed when the test ends. */
export async function portalOf(
  files: Readonly<Record<string, string | Buffer>>,
  day?: number,
): Promise<RunningPortal> {
  const portal = await startPortal({ folder: await folderOf(files), day });
  onTestFinished(() => portal.close());
  return portal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of foreign portals, looked into by the test
  readonly json: () => any;
}

/** Asks a real URL of the local portal. Identity encoding, unless a header says otherwise. */
export async function ask(portal: RunningPortal, url: string, init: RequestInit = {}): Promise<Answer> {
  const origin = Object.keys(portal.origins).find((candidate) => url.startsWith(candidate));
  if (origin === undefined) throw new Error(`not served: ${url}`);
  const response = await fetch(portal.origins[origin] + url.slice(origin.length), {
    ...init,
    headers: { 'accept-encoding': 'identity', ...(init.headers as Record<string, string>) },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    json: () => JSON.parse(text),
  };
}
