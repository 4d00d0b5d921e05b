import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksumOf, crc32c, runningChecksum } from '../../../../src/lakehouse/stores/remote/checksum.js';

test.each([
  // RFC 3720, appendix B.4.
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['rising bytes', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
  ['falling bytes', Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
])('CRC-32C of %s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
});

test('checksums are the same in any pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.constantFrom('crc32c', 'crc32', 'md5'),
      (pieces, kind) => {
        const sum = runningChecksum(kind);
        for (const piece of pieces) sum.update(piece);
        expect(sum.value()).toBe(checksumOf(kind, Buffer.concat(pieces)));
      },
    ),
  );
});

test('they are spelled as the stores spell them: Base64, the greatest byte first', () => {
  expect(checksumOf('crc32c', Buffer.from('abc'))).toBe('Nks/tw==');
  expect(checksumOf('md5', Buffer.from('abc'))).toBe('kAFQmDzST7DWlj99KOF/cg==');
  const sum = Buffer.from(checksumOf('crc32', Buffer.from('abc')), 'base64').readUInt32BE();
  expect(sum).toBe(crc32(Buffer.from('abc')));
});
