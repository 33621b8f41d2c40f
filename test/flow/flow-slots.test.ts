import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEY_LAYOUT } from '../../src/flow/flow-key.ts';
import { FlowSlots, NONE } from '../../src/flow/flow-slots.ts';

/** Many clash, and runs wrap around the end of the index. Every third differs in the upper words of an address only. */
function keyOf(number: number, hash = -(number % 5)): Int32Array {
  const isWide = number % 3 === 0;
  const low = [isWide ? 7 : number, 0, 0, isWide ? 6 | KEY_LAYOUT.IS_WIDE : 6, hash];
  return Int32Array.from([...low, ...new Array<number>(6).fill(number)]);
}

describe('FlowSlots', () => {
  test('finds what is there and nothing else, through growth, removal and clashing hashes', () => {
    const action = fc.tuple(fc.constantFrom('add', 'add', 'remove'), fc.nat(60));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const slots = new FlowSlots(4);
        const places = new Map<number, number>();
        for (const [what, number] of actions) {
          const slot = slots.find(keyOf(number), 0);
          expect(slot).toBe(places.get(number) ?? NONE);
          if (what === 'add' && slot === NONE) places.set(number, slots.add(keyOf(number), 0));
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
    const key = (i: number): Int32Array => keyOf(3 * i + 1, Math.imul(i, 0x9e3779b1));
    for (let i = 0; i < 70_000; i++) slots.add(key(i), 0);
    for (const i of [0, 3, 4, 32_767, 32_768, 65_536, 69_999]) {
      expect(slots.find(key(i), 0)).toBe(i);
    }
  });
});
