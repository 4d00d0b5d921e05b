import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';

const PROJECT = `name: demo
portals:
  toronto: {type: ckan, url: 'https://ckan.example.org', timezone: America/Toronto}
  nyc: {type: socrata, url: 'https://socrata.example.org'}
  statsbomb: {type: github, repo: statsbomb/open-data}
  web: {type: http, url: 'https://files.example.org'}
`;

const PROFILES = `demo:
  target: dev
  outputs:
    dev: {type: duckdb, lake: {type: local, path: lake/dev}}
`;

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A file's text or bytes, a symbolic link, or null for a file that shall not be there. */
export type GivenFile =
  | string
  | Buffer
  | { readonly bytes: readonly number[] }
  | { readonly link: string }
  | null;

/** A project in a folder of its own: a small project.yml and profiles.yml, and whatever is given. */
export function projectFolder(files: Readonly<Record<string, GivenFile>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'lake-project-'));
  folders.push(root);
  const all: Record<string, GivenFile> = { 'project.yml': PROJECT, 'profiles.yml': PROFILES, ...files };
  for (const [file, given] of Object.entries(all)) {
    if (given === null) continue;
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    if (typeof given === 'string' || Buffer.isBuffer(given)) writeFileSync(target, given);
    else if ('link' in given) symlinkSync(given.link, target);
    else writeFileSync(target, Buffer.from(given.bytes));
  }
  return root;
}
