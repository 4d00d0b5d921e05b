import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/errors/lake-error.js';
import { redactError } from '../../src/errors/redact-error.js';
import { createRedactor, cutOff } from '../../src/errors/redactor.js';

const secret = 'ca/na+ry "7é"\n=end';
const redactor = createRedactor([secret, 'abc']);

describe('a secret is hidden in every form that it takes on its way', () => {
  it.each<[string, string]>([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase())],
    ['in a form or query', new URLSearchParams({ key: secret }).toString().slice('key='.length)],
    ['escaped in JSON', JSON.stringify(secret).slice(1, -1)],
  ])('B24: a secret is hidden in every form that it takes: %s', (_, form) => {
    expect(redactor.text(`before ${form} after`)).toBe('before *** after');
  });

  it.each(['base64', 'base64url'] as const)(
    'B24: a secret is hidden in %s, wherever it begins in what was encoded',
    (encoding) => {
      for (const before of ['', 'u', 'us', 'use', 'user:']) {
        const encoded = Buffer.from(`${before}${secret}:after`).toString(encoding);
        const shown = redactor.text(`Basic ${encoded}`);
        expect(shown).toContain('***');
        const left = Buffer.from(shown.replace('Basic ', '').split('***')[1]!, encoding).toString();
        expect(shown.length).toBeLessThan(encoded.length / 2 + 10);
        expect(left).not.toContain('nary');
      }
    },
  );

  it('B24: a secret is hidden in every string within a value; what holds none is the value itself', () => {
    const event = { a: [1, { b: `x ${secret}` }], when: new Date(0), none: null };
    expect(redactor.value(event)).toEqual({ a: [1, { b: 'x ***' }], when: new Date(0), none: null });
    const harmless = { a: ['abc', 7] };
    expect(redactor.value(harmless)).toBe(harmless);
  });

  it('B24: a secret is hidden in message, hint, details and stack of errors', () => {
    const shown = redactError(
      new LakeError('LK3104', `no ${secret}`, { hint: secret, details: { url: secret }, transient: true }),
      redactor,
    );
    expect(shown).toMatchObject({
      code: 'LK3104',
      message: 'no ***',
      hint: '***',
      details: { url: '***' },
      transient: true,
    });
    expect((redactError(new Error(`no ${secret}`), redactor) as Error).stack).not.toContain(secret);
  });

  it.each([
    ['Bearer 0123456789abcdef', 'you sent 0123456789abcdef', 'you sent ***'],
    ['session=0123456789abcdef; theme=dark', 'theme=dark session 0123456789abcdef', 'theme=dark session ***'],
    ['postgres://lake:p%40ss@db.example.org/x', 'user lake, password p@ss', 'user lake, password ***'],
  ])('B24: what is secret within %s is hidden alone, too', (value, text, shown) => {
    expect(createRedactor([value]).text(text)).toBe(shown);
  });

  it('B24: a secret that was cut off with the text around it is hidden as far as it stands there', () => {
    const long = createRedactor(['0123456789abcdef', 'Bearer 0123456789abcdef']);
    for (let length = 4; length <= 20; length += 1) {
      const shown = long.text(`it said "${cutOff('0123456789abcdef, and more', length)}" and … no more`);
      expect(shown).not.toContain('0123');
      expect(shown).toContain('and … no more');
    }
    expect(cutOff('short', 5)).toBe('short');
    expect(cutOff('longer', 5)).toBe('longe…');
  });

  it('values too short to be secrets are left alone', () => {
    expect(redactor.text('abc')).toBe('abc');
  });
});
