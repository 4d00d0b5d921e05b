/** An error without a hint leaves its reader alone: every one says what to do next, but for defects of lake itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** `new LakeError(…)` up to its last bracket, with the file and line that it stands on. */
function errorsOf(file: string): readonly { readonly at: string; readonly call: string }[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/new LakeError\(/g)].map(({ index }) => {
    let depth = 0;
    let end = text.indexOf('(', index);
    do {
      if (text[end] === '(') depth += 1;
      else if (text[end] === ')') depth -= 1;
      end += 1;
    } while (depth > 0 && end < text.length);
    return { at: `${file}:${text.slice(0, index).split('\n').length}`, call: text.slice(index, end) };
  });
}

it.each(['fetch', 'sources', 'cli/build'])('every error of src/%s carries a hint', (folder) => {
  const files = readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
  const errors = files.flatMap(errorsOf);
  expect(errors.length).toBeGreaterThan(2);
  expect(errors.filter(({ call }) => !/\bhint\b|'LK9000'/.test(call)).map(({ at }) => at)).toEqual([]);
});
