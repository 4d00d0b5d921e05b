import { describe, expect, it } from 'vitest';
import { isThreshold, meets, verdict } from '../../src/quality/threshold.js';

describe('a threshold', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['> 10', [11], [10, 0]],
    ['>=10', [10], [9]],
    ['!= 0', [1], [0]],
    ['<>3', [2], [3]],
    ['= 0', [0], [1]],
    ['== 2', [2], [1]],
    ['<1', [0], [1]],
    ['<= 1.5', [1], [2]],
    ['between 2 and 4', [2, 4], [1, 5]],
    ['NOT BETWEEN 2 AND 4', [1, 5], [3]],
  ])('%s', (text, met, unmet) => {
    expect(isThreshold(text)).toBe(true);
    for (const failures of met) expect(meets(failures, text)).toBe(true);
    for (const failures of unmet) expect(meets(failures, text)).toBe(false);
  });

  it.each(['', 'many', '10', '> x', '> 1; drop table x', '=> 1'])('"%s" is none', (text) => {
    expect(isThreshold(text)).toBe(false);
  });
});

describe('a verdict', () => {
  it('is by default a failure where there is one', () => {
    expect(verdict(0, { severity: 'error' })).toBe('pass');
    expect(verdict(1, { severity: 'error' })).toBe('fail');
    expect(verdict(1, { severity: 'warn' })).toBe('warn');
  });

  it('warns between warn_if and error_if', () => {
    const limits = { severity: 'error', warnIf: '> 10', errorIf: '> 100' } as const;
    expect([5, 50, 500].map((failures) => verdict(failures, limits))).toEqual(['pass', 'warn', 'fail']);
    expect(verdict(500, { ...limits, severity: 'warn' })).toBe('warn');
  });

  it('may be a failure because there is none, as dbt-utils asks it of its own tests', () => {
    expect(verdict(0, { severity: 'error', warnIf: '<0', errorIf: '<1' })).toBe('fail');
    expect(verdict(3, { severity: 'error', warnIf: '<0', errorIf: '<1' })).toBe('pass');
  });
});
