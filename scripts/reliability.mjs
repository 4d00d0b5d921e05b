// The table of faults and bad inputs: what happens out there, how lake behaves, and the test that provokes it. A test
// takes part by a title (its own, or a row of its table) that begins with numbers: `F12: …`, `F9, F10: …`. Read alone it must say
// something: a number in a describe's title, or values of a table where the behaviour should begin, are refused.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesOf } from './test-cases.mjs';

/** By number: what happens, in a few words. Numbers are stable and never reused. */
const FAULTS = {
  F1: 'The connection is refused, or the name cannot be resolved',
  F2: 'The connection is reset in the middle of a body',
  F3: 'The body ends before its Content-Length',
  F4: 'A chunked body ends without its last chunk',
  F5: 'Headers never come, or a body stalls',
  F6: 'A body trickles, a byte a second',
  F7: '429 with a Retry-After in seconds, as a date, absent, absurd or negative',
  F8: '403 as a rate limit, 202 for "not ready yet", 503 with a maintenance page',
  F9: 'Status 200, and the body is an error',
  F10: 'Status 200, and the body is a web page instead of data',
  F11: 'Rows are inserted or deleted while pages are read',
  F12: 'Two pages deliver the same rows',
  F13: 'The server gives fewer rows a page than were asked for',
  F14: 'Next links in a loop, a cursor that stands still, empty pages without end',
  F15: 'The portal counts other rows than it delivers',
  F16: 'A file changes between two requests for its ranges',
  F17: 'The server ignores Range and sends everything',
  F18: '304 Not Modified, and the copy here is gone or damaged',
  F19: 'Weak or changing ETags, wrong Last-Modified, clocks that differ',
  F20: 'Content-Encoding or file name tell another format than the bytes',
  F21: 'The process is killed at any instant',
  F22: 'SIGINT or SIGTERM, once or twice',
  F23: 'The disk is full while bodies are fetched, converted or published',
  F24: 'Too many open files, no permission, a read-only disk, two file systems, names that are too long',
  F25: 'A power cut leaves a file empty or cut',
  F26: 'Two runs work on the same tables at once',
  F27: 'A lock, and files, of a process or a machine that is gone',
  F28: 'An object store is busy, breaks off, forgets an upload, damages what it sends, or wants a new token',
  F29: 'What was sent arrived, and the answer is lost',
  F30: 'DuckDB runs out of memory, or its process dies',
  F31: 'State files and logs that are gone, cut, damaged, or of a newer lake',
  F32: 'The clock of the machine jumps',
  F33: 'Something throws where nobody waits for it',
  F34: 'The portal renames, drops or adds a column, or changes its type or format',
  F35: 'Rows drop suddenly, a column turns empty, or nothing changes for a month',
  F36: 'One dataset of many fails',
  F37: 'A model fails above data that are good',
  F39: 'Addresses that do not answer, proxies, certificates that are not valid',
  B1: 'An empty file, a header alone, no features',
  B2: 'Byte order marks, UTF-16, cp1252, invalid bytes, NUL',
  B3: 'Mixed line ends, line ends in quotes, a quote never closed, an endless field',
  B4: 'Ragged rows, trailing delimiters, duplicate, blank or repeated headers, lines around the table',
  B5: 'Thousands of columns, and hostile column names',
  B6: 'Leading zeros, numbers beyond 2^53, 38 digits, NaN, thousands separators, currency',
  B7: 'Dates in many spellings, impossible dates, no time zone',
  B8: 'Many spellings of "no value"',
  B9: 'Broken, deep, duplicate-keyed or unexpected JSON',
  B12: 'CKAN: moved, relative, closed or inactive resources, and row ids that are dealt anew',
  B13: 'Socrata: ids that are no tables, missing columns, nested values, tokens that are needed',
  B15: 'GitHub: LFS pointers, moved branches, private files, rate limits',
  B16: 'Workbooks with merged cells, formulas, two calendars, passwords, or far too much in them',
  B17: 'Archives that climb out of their folder, lie, repeat, or unpack without end',
  B18: 'Compressed bodies that unpack without end, or carry more than they should',
  B20: 'Names from outside that would make dangerous paths',
  B21: 'A Content-Disposition that names a file of its own',
  B22: 'Addresses from portals that lead into private networks',
  B23: 'Redirects to another origin while secrets are at hand',
  B24: 'Secrets in addresses, answers, messages, logs and files',
  B25: 'YAML that is hostile, huge, ambiguous or misspelt',
  B26: 'Fetched text that looks like a template',
  B29: 'Bodies, headers, pages and catalogues without bounds',
  B30: 'Regular expressions that explode, symbolic links, prototype keys',
};

/** A string at the beginning of which numbers stand, in any quotes. */
const TITLE = /(['"`])((?:[FB]\d{1,2}(?:, | and ))*[FB]\d{1,2}: (?:\\.|(?!\1).)+)\1/g;

/**
 * The document, the numbers that no test's title begins with, and the titles that say nothing when they are read alone.
 * @param {string} root Folder of the repository, with a slash at its end.
 * @returns {{text: string, missing: string[], unclear: string[]}}
 */
export function reliability(root) {
  const titles = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((path) => `tests/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(test\.(ts|mjs)|conformance\.ts)$/.test(path))
    .sort()
    .flatMap((path) => titlesOf(root, path));
  const missing = Object.keys(FAULTS).filter((number) => !titles.some((t) => t.numbers.includes(number)));
  const lines = Object.entries(FAULTS).flatMap(([number, what]) => {
    const behaviours = titles.filter((t) => t.numbers.includes(number));
    return behaviours.map(
      ({ text, path, cases }, i) =>
        `| ${i === 0 ? `**${number}**` : ''} | ${i === 0 ? what : ''} | ${cell(text, cases)} | [${path.slice('tests/'.length)}](../${path}) |`,
    );
  });
  const unclear = titles.filter((t) => saysNothing(t)).map(({ path, text }) => `${path}: ${text}`);
  return { text: `${HEAD}\n${lines.join('\n')}\n`, missing, unclear };
}

const HEAD = `<!-- Written by \`npm run docs\` from the titles of the tests. -->
# Reliability

What happens to tools of this kind in the field, what lake does then, and the test that provokes it: over a real socket, with
real files, in processes that are really killed. F are faults of networks, portals and machines, B are bad inputs. A number
without a test fails \`npm run docs:check\`.

| | what happens | what lake does | test |
|---|---|---|---|`;

function titlesOf(root, path) {
  const text = readFileSync(root + path, 'utf8');
  const cases = casesOf(text);
  return [...text.matchAll(TITLE)].map(({ 2: title, index }) => {
    const [numbers] = /^[^:]+/.exec(title);
    const group = /\bdescribe(\.\w+)?\(\s*$/.test(text.slice(0, index));
    return {
      path,
      group,
      numbers: numbers.split(/, | and /),
      text: title.slice(numbers.length + 2),
      cases: cases.get(index),
    };
  });
}

const PLACEHOLDER = /%[sidjfo#%]|\$\{[^}]*\}|\$[a-z]\w*/g;

/** A title of a group of tests, or one that begins with a value of its table, or with `where` or `in` and such a value. */
function saysNothing({ group, text }) {
  return group || /^(?:(?:where|when|in|for|as) )?…/.test(text.replaceAll(PLACEHOLDER, '…'));
}

/** A title as a cell: a placeholder of a table of tests is its values where it stands at the end, else an ellipsis before them. */
function cell(title, cases) {
  const read = title.replaceAll(PLACEHOLDER, '…').replaceAll(/\\(['"`\\])/g, '$1');
  const told =
    cases === undefined ? read : /^[^…]*…$/.test(read) ? read.slice(0, -1) + cases : `${read} (…: ${cases})`;
  return told.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
