import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sha1 } from '../../src/flow/sha1.ts';

const hex = (digest: Int32Array): string =>
  [...digest].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

const sha1 = new Sha1();

test('any message has the digest that Node gives it, whatever was hashed before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const message = new Uint8Array(Sha1.roomFor(bytes.length)).fill(0xff);
      message.set(bytes);
      expect(hex(sha1.of(message, bytes.length))).toBe(
        createHash('sha1').update(bytes).digest('hex'),
      );
    }),
  );
});

test('every length about the ends of blocks is padded as it should be', () => {
  for (let length = 0; length <= 130; length++) {
    const text = 'x'.repeat(length);
    expect(hex(sha1.ofText(text))).toBe(createHash('sha1').update(text).digest('hex'));
  }
});

test('any text is hashed as UTF-8, however long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
      expect(hex(sha1.ofText(text))).toBe(createHash('sha1').update(text).digest('hex'));
    }),
  );
});
