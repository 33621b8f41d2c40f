import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  helloFingerprints,
  type FingerprintShape,
} from '../../../src/flow/messages/hello-fingerprints.ts';
import { ja3 } from '../../../src/flow/messages/ja3.ts';
import { ja4 } from '../../../src/flow/messages/ja4.ts';

/** Few values, so that shapes come again and nearly the same ones come often; two of them mean nothing. */
const value = fc.constantFrom(0, 10, 16, 0x1301, 0x0a0a, 0xfafa, 0xc02f);
const list = fc.array(value, { maxLength: 4 });
const octets = fc.uint8Array({ maxLength: 2, max: 3 });
const shape: fc.Arbitrary<FingerprintShape> = fc.record({
  transport: fc.constantFrom('t', 'q', 'd'),
  version: fc.constantFrom(0x0303, 0x0304),
  legacyVersion: fc.constantFrom(0x0301, 0x0303),
  hasServerName: fc.boolean(),
  cipherSuites: list,
  extensions: list,
  signatureAlgorithms: list,
  groups: list,
  pointFormats: octets,
  alpn: octets,
});

test('whatever was seen before, a hello has the fingerprints of its own shape', () => {
  fc.assert(
    fc.property(fc.array(shape, { minLength: 1, maxLength: 40, size: 'max' }), (shapes) => {
      for (const one of [...shapes, ...shapes]) {
        expect(helloFingerprints(one)).toMatchObject({ ja4: ja4(one), ja3: ja3(one) });
      }
    }),
  );
});

test('a shape is remembered, whatever its GREASE; a very long one is read all the same', () => {
  const plain: FingerprintShape = {
    transport: 't', version: 0x0304, legacyVersion: 0x0303, hasServerName: true, cipherSuites: [0x1a1a, 0x1301],
    extensions: [0x2a2a, 0, 16], signatureAlgorithms: [0x0403], groups: [0x3a3a, 29],
    pointFormats: Uint8Array.of(0), alpn: Uint8Array.of(0x68, 0x32),
  }; // prettier-ignore
  const first = helloFingerprints(plain);
  expect(helloFingerprints({ ...plain, cipherSuites: [0xeaea, 0x1301] })).toBe(first);
  expect(helloFingerprints({ ...plain, cipherSuites: [0x1301] }).ja4).toBe(first.ja4);
  const long = { ...plain, extensions: Array.from({ length: 2000 }, (_, i) => i) };
  expect(helloFingerprints(long)).toEqual({ ja4: ja4(long), ja3: ja3(long) });
});
