import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../src/flow/messages/base64.ts';

describe('base64', () => {
  test('says what node says, with padding or without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const plain = Buffer.from(bytes).toString('latin1');
        expect(decodeBase64(text)).toBe(plain);
        expect(decodeBase64(text.replace(/=+$/, ''))).toBe(plain);
      }),
    );
  });

  test.each(['a', 'ab!d', 'a=bc', 'äbcd', '===='])('%j is not base64', (text) => {
    expect(decodeBase64(text)).toBe('');
  });
});
