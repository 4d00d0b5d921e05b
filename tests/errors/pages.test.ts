/** Every code has one page, and every page a code: `lake explain` prints it offline. */
import { describe, expect, it } from 'vitest';
import { type Code, codes } from '../../src/errors/codes.js';
import { errorPage, nearestCode, normalCode, pagedCodes } from '../../src/errors/pages.js';

describe('pages of errors', () => {
  it('exist for every code, and for no other', () => {
    expect(pagedCodes()).toEqual(Object.keys(codes).sort());
  });

  it.each(pagedCodes())(
    '%s: begins with the title of the registry, shows the error, says what to do',
    (code) => {
      const page = errorPage(code)!;
      expect(page.split('\n')[0]).toBe(`# ${code}: ${codes[code as Code]}`);
      expect(page).toMatch(new RegExp(`\`\`\`text\\n[^]*${code}[^]*\n\`\`\``));
      expect(page).toMatch(/\n## What to do\n\n\S/);
    },
  );
});

describe('codes as people type them', () => {
  it.each(['LK2001', 'lk2001', '2001', ' LK2001 '])('%s', (typed) => {
    expect(normalCode(typed)).toBe('LK2001');
  });

  it('that do not exist lead to the nearest', () => {
    expect(nearestCode('LK2003', ['LK2001', 'LK2004', 'LK3001'])).toBe('LK2004');
    expect(nearestCode('LKX2001', ['LK2001', 'LK2004'])).toBe('LK2001');
    expect(errorPage('../LK2001')).toBeUndefined();
  });
});
