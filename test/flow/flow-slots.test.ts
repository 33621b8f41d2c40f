import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IS_WIDE } from '../../src/flow/flow-key.ts';
import { FlowSlots, NONE } from '../../src/flow/flow-slots.ts';

/** Many clash, and runs wrap around the end of the index. Every third differs in the upper words of an address only. */
function keyOf(number: number) {
  const isWide = number % 3 === 0;
  return {
    a: isWide ? 7 : number,
    b: 0,
    ports: 0,
    protocol: isWide ? 6 | IS_WIDE : 6,
    upper: new Int32Array(6).fill(number),
    hash: -(number % 5),
  };
}

describe('FlowSlots', () => {
  test('finds what is there and nothing else, through growth, removal and clashing hashes', () => {
    const action = fc.tuple(fc.constantFrom('add', 'add', 'remove'), fc.nat(60));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const slots = new FlowSlots(4);
        const places = new Map<number, number>();
        for (const [what, number] of actions) {
          const slot = slots.find(keyOf(number));
          expect(slot).toBe(places.get(number) ?? NONE);
          if (what === 'add' && slot === NONE) places.set(number, slots.add(keyOf(number)));
          if (what === 'remove' && slot !== NONE) {
            slots.remove(slot);
            places.delete(number);
          }
        }
        expect(slots.size).toBe(places.size);
        const used = Array.from({ length: slots.end }, (_, slot) => slots.isUsed(slot));
        expect(used.filter(Boolean)).toHaveLength(places.size);
        expect(new Set(places.values()).size).toBe(places.size);
      }),
    );
  });

  test('keeps the rows where they are beyond a block', () => {
    const slots = new FlowSlots(4);
    for (let i = 0; i < 70_000; i++) {
      const hash = Math.imul(i, 0x9e3779b1);
      slots.add({ ...keyOf(1), a: i, hash });
    }
    for (const i of [0, 3, 4, 32_767, 32_768, 65_536, 69_999]) {
      expect(slots.find({ ...keyOf(1), a: i, hash: Math.imul(i, 0x9e3779b1) })).toBe(i);
    }
  });
});
