import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostIndex } from '../../src/host/host-index.ts';
import { formatQuad, parseQuad } from '../../src/host/quad.ts';

function indexOf(texts: Iterable<string>, seed = 0): HostIndex {
  const index = new HostIndex(seed);
  for (const text of texts) if (index.find(text) < 0) index.add(parseQuad(text), text);
  return index;
}

const texts = fc.oneof(
  { weight: 4, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6() },
  { weight: 1, arbitrary: fc.constantFrom('web server', '1.2.3', '10.0.0.1', '255.255.255.255', '01.2.3.4') }, // prettier-ignore
);

describe('HostIndex', () => {
  test('finds every host by its text and no other, whatever the seed', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 300 }), texts, fc.integer(), (list, other, seed) => {
        const index = indexOf(list, seed);
        expect(index.size).toBe(new Set(list).size);
        for (const text of list) expect(index.text(index.find(text))).toBe(text);
        expect(index.find(other) >= 0).toBe(list.includes(other));
      }),
    );
  });

  test('gives hosts in the order of their texts', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 300 }), (list) => {
        const index = indexOf(list);
        const sorted = Array.from(index.sorted(), (host) => index.text(host));
        expect(sorted).toEqual([...new Set(list)].sort());
      }),
    );
  });

  test('orders ten thousand addresses, which it counts by digits, as it orders few', () => {
    const list = Array.from({ length: 10_000 }, (_, i) => formatQuad(Math.imul(i, 2654435761)));
    const index = indexOf([...list, '::1', 'a host']);
    const sorted = Array.from(index.sorted(), (host) => index.text(host));
    expect(sorted).toEqual([...list, '::1', 'a host'].sort());
  });
});
