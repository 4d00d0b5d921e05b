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

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

it('every error of src carries a hint', () => {
  const errors = files.flatMap(errorsOf);
  expect(errors.length).toBeGreaterThan(150);
  expect(errors.filter(({ call }) => !/\bhint\b|'LK9000'/.test(call)).map(({ at }) => at)).toEqual([]);
});

/** `{ hint }` is a hint only where the function that makes the error has one in every case. */
it('no function that makes an error may go without a hint', () => {
  const isLoose = /hint\?: string[^;{}]*\): LakeError|\bhint: undefined\b|hint\?: string; *\} \{/;
  const loose = files.filter((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    return text.includes('new LakeError(') && isLoose.test(text);
  });
  expect(loose).toEqual([]);
});
