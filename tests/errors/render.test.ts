import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/errors/diagnostic.js';
import { LakeError, ProjectError } from '../../src/errors/lake-error.js';
import { renderDiagnostics } from '../../src/errors/render-diagnostics.js';
import { renderError } from '../../src/errors/render-error.js';

const unknownKey: Diagnostic = {
  code: 'LK1003',
  severity: 'error',
  message: 'unknown key "colums"',
  at: { file: 'datasets/x.yml', line: 2, col: 3, endCol: 9 },
  expected: 'a key of a model',
  hint: 'Did you mean "columns"?',
};
const sources = { 'datasets/x.yml': 'name: x\n  colums: []\nlast: 1' };

describe('renderDiagnostics', () => {
  it('shows place, code, message, line, carets, expectation and hint', () => {
    expect(renderDiagnostics([unknownKey], sources)).toBe(
      [
        'datasets/x.yml:2:3 LK1003 unknown key "colums"',
        '  2 |   colums: []',
        '    |   ^^^^^^',
        '  expected: a key of a model',
        '  hint: Did you mean "columns"?',
      ].join('\n'),
    );
  });

  it('says what is only a warning', () => {
    const [first] = renderDiagnostics([{ ...unknownKey, severity: 'warning' }], sources).split('\n');
    expect(first).toBe('datasets/x.yml:2:3 LK1003 warning: unknown key "colums"');
  });

  it('sorts by file, line and column; what has no place comes first', () => {
    const at = (file: string, line: number, col: number): Diagnostic => ({
      code: 'LK1003',
      severity: 'error',
      message: `${file}${line}${col}`,
      at: { file, line, col },
    });
    const homeless: Diagnostic = { code: 'LK1009', severity: 'error', message: 'no project' };
    const shuffled = [at('b', 1, 1), at('a', 10, 1), at('a', 2, 9), at('a', 2, 3), homeless];
    expect(renderDiagnostics(shuffled, {}).split('\n\n')).toEqual([
      'LK1009 no project',
      'a:2:3 LK1003 a23',
      'a:2:9 LK1003 a29',
      'a:10:1 LK1003 a101',
      'b:1:1 LK1003 b11',
    ]);
  });

  it('keeps carets below their text after tabs, and in lines of 100,000 characters', () => {
    const tab = {
      ...unknownKey,
      at: { file: 'f', line: 1, col: 2, endCol: 5 },
      expected: undefined,
      hint: undefined,
    };
    expect(renderDiagnostics([tab], { f: '\tabc: 1\r\n' })).toContain('1 |  abc: 1\n    |  ^^^');
    const long = { ...tab, at: { file: 'f', line: 1, col: 50_001, endCol: 50_004 } };
    const [, line, carets] = renderDiagnostics([long], {
      f: `${'-'.repeat(50_000)}abc${'-'.repeat(50_000)}`,
    }).split('\n');
    expect(line!.length).toBeLessThan(130);
    expect(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1)).toBe('abc');
  });

  it('points behind the end of a line, and survives a place that the file does not have', () => {
    const end = { ...unknownKey, at: { file: 'datasets/x.yml', line: 3, col: 8 } };
    expect(renderDiagnostics([end], sources)).toContain('3 | last: 1\n    |        ^');
    const beyond = { ...unknownKey, at: { file: 'datasets/x.yml', line: 99, col: 1 } };
    expect(renderDiagnostics([beyond], sources)).not.toContain('^');
  });

  it('lets no control character of a file reach the terminal', () => {
    const evil: Diagnostic = {
      ...unknownKey,
      message: 'unknown key "\u001b[2Jx\u202e"',
      at: { file: 'f', line: 1, col: 1 },
    };
    const text = renderDiagnostics([evil], { f: '\u001b]0;title\u0007x\u2028' });
    expect([...text].filter((c) => c !== '\n' && /\p{Cc}|[\u2028\u202e]/u.test(c))).toEqual([]);
  });

  it('colours only when asked to', () => {
    const plain = renderDiagnostics([unknownKey], sources);
    const colored = renderDiagnostics([unknownKey], sources, { color: true });
    const esc = String.fromCharCode(27);
    expect(plain).not.toContain(esc);
    expect(colored).toContain(`${esc}[31mLK1003`);
    expect(colored.replaceAll(new RegExp(`${esc}\\[[0-9]+m`, 'g'), '')).toBe(plain);
  });

  it('is empty for nothing', () => expect(renderDiagnostics([], sources)).toBe(''));
});

describe('renderError', () => {
  it('shows code, sentence and hint', () => {
    const error = new LakeError('LK9000', 'the portal toronto did not answer', {
      hint: 'retry: `lake retry`',
    });
    expect(renderError(error)).toBe('LK9000 the portal toronto did not answer\n  hint: retry: `lake retry`');
  });

  it('shows the mistakes of a project, and then their number', () => {
    const error = new ProjectError([unknownKey, { ...unknownKey, severity: 'warning' }]);
    const text = renderError(error, { sources });
    expect(text).toContain('2 |   colums: []');
    expect(text.split('\n').at(-1)).toBe('LK1000 1 mistake in the project');
  });

  it('shows a defect without its stack', () => {
    expect(renderError(new TypeError('x is not a function'))).toBe('LK9000 x is not a function');
    expect(renderError('just text')).toBe('LK9000 just text');
  });
});
