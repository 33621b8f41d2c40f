import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FlowSlots, KEY_WORDS, NONE } from '../../src/flow/flow-slots.ts';

function keyOf(number: number): Uint32Array {
  return new Uint32Array(KEY_WORDS).fill(number);
}

describe('FlowSlots', () => {
  test('finds what is there and nothing else, through growth, removal and clashing hashes', () => {
    const action = fc.tuple(fc.constantFrom('add', 'add', 'touch', 'remove'), fc.nat(60));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const slots = new FlowSlots(4);
        const order: number[] = []; // keys from the longest idle to the most recent
        for (const [what, number] of actions) {
          const hash = -(number % 5); // many clash, and runs wrap around the end of the index
          const slot = slots.find(keyOf(number), hash);
          const at = order.indexOf(number);
          expect(slot === NONE).toBe(at < 0);
          if (at >= 0) order.splice(at, 1);
          if (what === 'remove') {
            if (slot !== NONE) slots.remove(slot);
            continue;
          }
          if (slot === NONE) slots.add(keyOf(number), hash);
          else slots.touch(slot);
          order.push(number);
        }
        const listed: number[] = [];
        for (let slot = slots.oldest; slot !== NONE; slot = slots.next[slot]!) {
          listed.push(slots.keys[slot * KEY_WORDS]!);
        }
        expect(listed).toEqual(order);
        expect(slots.size).toBe(order.length);
      }),
    );
  });
});
