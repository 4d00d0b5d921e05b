// The list of cases in docs/dbt.md: cases of dbt's adapter suite, of dbt-utils' integration tests and of dbt-expectations'
// that lake's own tests answer, made from the titles of these tests. A title takes part by its beginning: `dbt test_x: what
// happens`, `dbt-utils test_x: …`, `dbt-expectations …`, or `test_x: …` in a group that is named so. What stands around the
// list is written by hand.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['tests/dbt', 'tests/compile/library', 'tests/quality/generic'];
const BEGIN = '<!-- cases: written by `npm run docs` from the titles of the tests -->';
const END = '<!-- /cases -->';

/** A string that begins as such a title does, in any quotes. */
const TITLE =
  /(['"`])((?:(?:dbt|dbt-utils|dbt-expectations) [^:'"`\n]+|(?:test_|Test[A-Z]|Base[A-Z])\w+[^:'"`\n]*): (?:\\.|(?!\1).)+)\1/g;
/** In a table of tests: the name of a class of dbt's, and nothing else. */
const NAME = /(['"`])((?:Test|Base)[A-Z]\w+)\1/g;
const PARTS = /^(?:(dbt|dbt-utils|dbt-expectations) )?(.+?): (.*)$/s;

/**
 * docs/dbt.md with its list as the tests are now.
 * @param {string} root Folder of the repository, with a slash at its end.
 * @returns {{text: string, count: number}}
 */
export function dbtCases(root) {
  const text = readFileSync(`${root}docs/dbt.md`, 'utf8');
  const [head, rest] = cut(text, BEGIN);
  const [, tail] = cut(rest, END);
  const cases = FOLDERS.flatMap((folder) => testFiles(root, folder)).flatMap((path) => casesOf(root, path));
  const lines = cases.map(
    ({ suite, name, behaviour, path }) =>
      `| ${suite} | ${name} | ${cell(behaviour)} | [${path.slice('tests/'.length)}](../${path}) |`,
  );
  const table = ['| suite | case | what lake does | test |', '|---|---|---|---|', ...lines].join('\n');
  return { text: `${head}${BEGIN}\n${table}\n${END}${tail}`, count: cases.length };
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/dbt.md has lost its mark ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function testFiles(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
}

/** Cases in the order of the file. Generic tests have tables: a test's name, then a title and what is asked. */
function casesOf(root, path) {
  const text = readFileSync(root + path, 'utf8');
  if (path.startsWith('tests/quality/generic/dbt-')) return tablesOf(path, text);
  const titles = [...text.matchAll(TITLE)].flatMap(({ 2: title, index }) => {
    if (/\bdescribe(\.\w+)?\(\s*$/.test(text.slice(0, index))) return [];
    const [, suite = 'dbt', group, rest] = PARTS.exec(title.replaceAll(/\\(['"`\\])/g, '$1'));
    // `test_x: test_y: …`, the file of dbt and one of its cases; some cases stand in a table by their name alone.
    const [, own, more] = /^(test_\w+)(?:: (.*))?$/s.exec(rest) ?? [];
    const behaviour = own ? (more ?? sharedWords(text, index)) : rest;
    return [{ suite, name: own ?? group, behaviour, path, index }];
  });
  const bare = [...text.matchAll(NAME)].map(({ 2: name, index }) => {
    return { suite: 'dbt', name, behaviour: sharedWords(text, index), path, index };
  });
  return [...titles, ...bare].sort((a, b) => a.index - b.index);
}

/** What the title of a table says of each of its rows: `])('%s: what happens'`. */
function sharedWords(text, index) {
  const [, , words] = /\]\)\(\s*(['"`])%s(?:: )?(.*?)\1/s.exec(text.slice(index)) ?? [];
  if (!words) throw new Error(`a case of dbt says nothing of what happens: ${text.slice(index, index + 60)}`);
  return words;
}

/**
 * How many cases of each generic test: their titles say little alone. A table is a list of `[name, title, …]`, or has a list of
 * `[title, …]` by name.
 */
function tablesOf(path, text) {
  const suite = /dbt-(?:utils|expectations)/.exec(path)[0];
  const counts = new Map();
  const add = (name, count) => counts.set(name, (counts.get(name) ?? 0) + count);
  for (const [, name] of text.matchAll(/^ {2}\[(?:\n {4})?'(?:\w+\.)?(\w+)',\s+'/gm)) add(name, 1);
  for (const [, name, list] of text.matchAll(/^ {2}'?(?:\w+\.)?(\w+)'?: \[\n([\s\S]*?)^ {2}\],/gm))
    add(name, [...list.matchAll(/^ {4}\[/gm)].length);
  return [...counts].map(([name, count]) => ({
    suite,
    name,
    behaviour: count === 1 ? 'its case passes' : `its ${count} cases pass`,
    path,
  }));
}

function cell(title) {
  return title
    .replaceAll(/, \$\{[^}]*\}$/g, '')
    .replaceAll(/\$\{[^}]*\}|%[sidj]/g, '…')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');
}
