// Writes the generated documents, or with --check fails when they differ from what the code says.
// usage: node scripts/docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codes } from '../dist/errors/codes.js';
import { errorPage, pagedCodes } from '../dist/errors/pages.js';
import { jsonSchemas, manifestReference } from '../dist/project/index.js';
import { allGenericTests } from '../dist/quality/generic/index.js';
import { dbtCases } from './dbt-cases.mjs';
import { cliReference, metaReference } from './reference.mjs';
import { templatesReference } from './reference-templates.mjs';
import { reliability } from './reliability.mjs';
import { testsReference } from './tests-reference.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const faults = reliability(root);
const tests = await allGenericTests();
const files = {
  'docs/dbt.md': dbtCases(root).text,
  'docs/manifests.md': await manifestReference(),
  'docs/reference/cli.md': cliReference(),
  'docs/reference/meta.md': metaReference(root),
  'docs/reference/templates.md': templatesReference(),
  'docs/reference/tests.md': testsReference(tests),
  'docs/reliability.md': faults.text,
  ...Object.fromEntries(
    Object.entries(await jsonSchemas(tests)).map(([name, schema]) => [
      `schemas/${name}`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  ),
};
const unexplained = Object.keys(codes).filter((code) => errorPage(code) === undefined);
const unknown = pagedCodes().filter((code) => !(code in codes));
const check = process.argv.includes('--check');
const stale = Object.entries(files).filter(([path, text]) => read(path) !== text);
for (const [path, text] of check ? [] : stale) writeFileSync(root + path, text);
const lacks = [
  check &&
    stale.length > 0 &&
    `not up to date: ${stale.map(([path]) => path).join(', ')}; run \`npm run docs\``,
  faults.missing.length > 0 &&
    `no test's title begins with: ${faults.missing.join(', ')} (docs/reliability.md)`,
  faults.unclear.length > 0 &&
    `titles that say nothing in docs/reliability.md, read alone:\n  ${faults.unclear.join('\n  ')}`,
  unexplained.length > 0 && `no page docs/errors/<code>.md for: ${unexplained.join(', ')}`,
  unknown.length > 0 && `pages in docs/errors/ of codes that do not exist: ${unknown.join(', ')}`,
].filter(Boolean);
for (const lack of lacks) console.error(lack);
if (check && lacks.length > 0) process.exit(1);
console.log(
  `${Object.keys(files).length} generated documents${check ? ' are up to date' : `, ${stale.length} written`}`,
);

function read(path) {
  try {
    return readFileSync(root + path, 'utf8');
  } catch {
    return undefined;
  }
}
