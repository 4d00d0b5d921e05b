/** "Your own project" in the README: the files that stand there make a project, and its commands work in it. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLake } from '../support/run-lake.js';
import { type Files, type TempProject, tempProject } from '../support/small-city.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const section = /^## Your own project\n(.*?)^## /ms.exec(readme)![1]!;
const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));
/** The names in the order in which the text gives them: that of the blocks. */
const names = [...section.matchAll(/`([\w/]+\.(?:yml|csv|sql))`/g)].map(([, name]) => name!);
const files = blocks.filter(({ language }) => language !== 'sh');
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'));

let project: TempProject;
beforeAll(() => {
  const named = names.map((name, i) => [name, files[i]!.text] as const);
  project = tempProject(Object.fromEntries(named) as Files);
});
afterAll(() => project.remove());

it('each file has its block, of its own language', () => {
  const kinds = names.map((name) => name.replace(/.*\./, '').replace('yml', 'yaml'));
  expect(kinds).toEqual(files.map(({ language }) => language));
});

it('every command works, and the rows are those of the seed', async () => {
  const said: string[] = [];
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    expect(words[0]).toBe('lake');
    const { exitCode, stdout, stderr } = await runLake(project.root, words.slice(1));
    expect(exitCode, stderr).toBe(0);
    said.push(stdout + stderr);
  }
  expect(said[0]).toContain('2 built · 2 tests');
  expect(JSON.parse(said[1]!)).toEqual([
    { customer: 'Ada', orders: 2, spent: 15.5 },
    { customer: 'Ben', orders: 1, spent: 7.25 },
  ]);
});

it('and from another folder with --project-dir', async () => {
  const { exitCode } = await runLake(dirname(project.root), ['build', '--project-dir', project.root]);
  expect(exitCode).toBe(0);
});
