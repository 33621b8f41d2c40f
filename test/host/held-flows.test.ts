import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { FlowDigest, digestFlow } from '../../src/host/flow-digest.ts';
import { flowEnds, HeldFlows, ORIGINATOR_SIDE, RESPONDER_SIDE } from '../../src/host/held-flows.ts';
import { TextPool } from '../../src/host/text-pool.ts';
import { isHostText, isUsableFlow } from '../../src/host/usable-traffic.ts';
import { toTextKey } from '../../src/stats/text-key.ts';
import { flows, makeFlow } from './any-traffic.ts';

const usable = flows.filter(
  (flow) => isUsableFlow(flow) && isHostText(flow.originator) && isHostText(flow.responder),
);

function put(held: HeldFlows, flow: Flow): number {
  const { originatorQuad, responderQuad } = flowEnds(flow);
  return held.add(flow, originatorQuad, responderQuad);
}

/** All that is in a digest but where it was read from. */
function factsOf(digest: FlowDigest): Record<string, unknown> {
  const facts = Object.entries(digest).filter(([name]) => name !== 'source' && name !== 'row');
  return Object.fromEntries(facts);
}

describe('HeldFlows', () => {
  test('gives every flow back as it came, but for texts in their kept form', () => {
    fc.assert(
      fc.property(fc.array(usable, { maxLength: 40 }), (list) => {
        const held = new HeldFlows();
        const rows = list.map((flow) => put(held, flow));
        for (const [i, { service, history, ...flow }] of list.entries()) {
          const kept = { ...flow, service: toTextKey(service), history: toTextKey(history) };
          expect(held.flowAt(rows[i]!)).toEqual(kept);
        }
      }),
    );
  });

  test('copies rows of another store, texts and all', () => {
    fc.assert(
      fc.property(usable, (flow) => {
        const [from, to] = [new HeldFlows(), new HeldFlows()];
        put(to, makeFlow({ service: 'other', history: 'S' }));
        expect(to.flowAt(to.copy(from, put(from, flow)))).toEqual(from.flowAt(0));
      }),
    );
  });

  test('makes of a row the digest that the flow itself has, for either end', () => {
    const digest = new FlowDigest();
    fc.assert(
      fc.property(usable, (flow) => {
        const held = new HeldFlows();
        const kept = { ...flow, service: toTextKey(flow.service) };
        const row = put(held, kept);
        for (const [side, role] of [
          [ORIGINATOR_SIDE, 'originator'],
          [RESPONDER_SIDE, 'responder'],
        ] as const) {
          held.digest(2 * row + side, digest);
          expect(factsOf(digest)).toEqual(factsOf(digestFlow(kept, role)));
        }
      }),
    );
  });

  test('uses a row again once both ends let it go, and not before', () => {
    const held = new HeldFlows();
    for (let i = 0; i < 5; i++) {
      const row = put(held, makeFlow({ originatorPort: i, service: `service ${i}` }));
      const [first, second] = [held.hold(row, ORIGINATOR_SIDE, -1), held.hold(row, RESPONDER_SIDE, -1)]; // prettier-ignore
      held.release(first);
      const kept = put(held, makeFlow());
      expect(kept).not.toBe(row);
      expect(held.flowAt(row).originatorPort).toBe(i);
      held.release(second);
      held.release(held.hold(kept, ORIGINATOR_SIDE, -1));
    }
    expect(held.rows).toBe(2);
  });

  test('tells flows alike when nothing that a feature shows tells them apart', () => {
    const held = new HeldFlows();
    const link = (wish: Partial<Flow>): number => 2 * put(held, makeFlow(wish));
    const one = link({});
    const like = link({ originator: '10.7.7.7', originatorPort: 7, startUs: 5e6, endUs: 6e6 });
    expect(held.areAlike(one, like)).toBe(true);
    expect(held.likeness(one)).toBe(held.likeness(like));
    const others: Partial<Flow>[] = [
      { responder: '10.0.0.3' }, { responderPort: 81 }, { protocol: 17 }, { service: 'ssh' }, { connState: 'S0' },
      { established: false }, { icmpError: 'other' }, { originatorBytes: 201 }, { responderPackets: NaN }, { endUs: 1_700_000_002e6 },
    ]; // prettier-ignore
    for (const wish of others) expect(held.areAlike(one, link(wish)), JSON.stringify(wish)).toBe(false); // prettier-ignore
    expect(held.areAlike(one, one + RESPONDER_SIDE)).toBe(false);
    const missing = { originatorBytes: NaN };
    expect(held.areAlike(link(missing), link(missing))).toBe(true);
  });
});

describe('TextPool', () => {
  test('holds a text as long as somebody does, and no longer', () => {
    const pool = new TextPool();
    const numbers = Array.from({ length: 1000 }, (_, i) => pool.take(`text ${i}`));
    expect(pool.take('text 5')).toBe(numbers[5]);
    for (const number of numbers) pool.give(number);
    expect([pool.size, pool.text(numbers[5]!)]).toEqual([2, 'text 5']); // and the empty one
    pool.give(numbers[5]!);
    expect(pool.size).toBe(1);
    expect(pool.text(pool.take('another'))).toBe('another');
  });

  test('keeps a text in its kept form, under one number', () => {
    const pool = new TextPool();
    const long = 'x'.repeat(300);
    expect(pool.take(long)).toBe(pool.take(toTextKey(long)));
    expect(pool.text(pool.take(long))).toBe(toTextKey(long));
    expect(pool.take('')).toBe(0);
  });
});
