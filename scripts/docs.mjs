// Writes the generated documents, or with --check fails when they differ from what the code says.
// usage: node scripts/docs.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemas, manifestReference } from '../dist/project/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = {
  'docs/manifests.md': await manifestReference(),
  ...Object.fromEntries(
    Object.entries(await jsonSchemas()).map(([name, schema]) => [
      `schemas/${name}`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  ),
};
const check = process.argv.includes('--check');
const stale = Object.entries(files).filter(([path, text]) => read(path) !== text);
for (const [path, text] of check ? [] : stale) writeFileSync(root + path, text);
if (check && stale.length > 0) {
  console.error(`not up to date: ${stale.map(([path]) => path).join(', ')}; run \`npm run docs\``);
  process.exit(1);
}
console.log(
  `${Object.keys(files).length} generated documents ${check ? 'are up to date' : `, ${stale.length} written`}`,
);

function read(path) {
  try {
    return readFileSync(root + path, 'utf8');
  } catch {
    return undefined;
  }
}
