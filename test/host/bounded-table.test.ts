import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AppEvent } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { hostVectors } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { PartShelf, type ByteShelf } from '../../src/host/part-shelf.ts';
import { events, flows, makeFlow } from './any-traffic.ts';

/** A shelf in memory that says what was never written. */
class ArrayShelf implements ByteShelf {
  #bytes = new Uint8Array(1 << 12).fill(0xaa);
  written = 0;

  write(at: number, bytes: Uint8Array): void {
    while (at + bytes.length > this.#bytes.length) {
      const wider = new Uint8Array(2 * this.#bytes.length).fill(0xaa);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes.set(bytes, at);
    this.written += bytes.length;
  }

  read(at: number, into: Uint8Array): void {
    into.set(this.#bytes.subarray(at, at + into.length));
  }
}

type Item = { readonly flow: Flow; readonly times: number } | { readonly event: AppEvent };

const items: fc.Arbitrary<Item[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ flow: flows, times: fc.constantFrom(1, 1, 2, 7, 40) }) },
    { weight: 1, arbitrary: fc.record({ event: events }) },
  ),
  { maxLength: 60, size: 'max' },
);

function addTo(table: HostTable, item: Item): void {
  if ('event' in item) table.event(item.event);
  else {
    for (let k = 0; k < item.times; k++) {
      table.flow({ ...item.flow, originatorPort: (item.flow.originatorPort + k) & 0xffff });
    }
  }
}

const told = (table: HostTable): unknown => [...hostVectors(table)].map((one) => [one.host, one.vector, one.context]); // prettier-ignore

describe('a host table of bounded memory', () => {
  test('is, to the byte, the table that holds everything', () => {
    let written = 0;
    fc.assert(
      fc.property(items, fc.constantFrom(1, 3000, 20_000), (traffic, mostBytes) => {
        const shelf = new ArrayShelf();
        const bounded = new HostTable({ shelf, mostBytes });
        const whole = new HostTable();
        for (const item of traffic) {
          addTo(bounded, item);
          addTo(whole, item);
        }
        expect(told(bounded)).toEqual(told(whole));
        for (const [host, profile] of whole.entries()) {
          expect(bounded.get(host)?.originator?.flows).toBe(profile.originator?.flows);
          expect(bounded.encodedHost(host)).toEqual(whole.encodedHost(host));
        }
        expect(bounded.encode()).toEqual(whole.encode());
        written += shelf.written;
      }),
      { numRuns: 60 },
    );
    expect(written).toBeGreaterThan(0);
  });

  test('merges with others, bounded or not', () => {
    fc.assert(
      fc.property(items, items, fc.boolean(), (first, second, isBounded) => {
        const whole = new HostTable();
        const merged = new HostTable({ shelf: new ArrayShelf(), mostBytes: 3000 });
        const other = new HostTable(isBounded ? { shelf: new ArrayShelf(), mostBytes: 1 } : {});
        for (const item of first) for (const table of [whole, merged]) addTo(table, item);
        for (const item of second) for (const table of [whole, other]) addTo(table, item);
        const before = other.encode();
        merged.merge(other);
        expect(merged.encode()).toEqual(whole.encode());
        expect(other.encode()).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  test('can still be asked, and added to, in between', () => {
    const bounded = new HostTable({ shelf: new ArrayShelf(), mostBytes: 1 });
    const whole = new HostTable();
    for (let k = 0; k < 400; k++) {
      const flow = makeFlow({ originatorPort: k, responderPort: 1 + (k % 90), startUs: 1e15 + k, endUs: 1e15 + k }); // prettier-ignore
      bounded.flow(flow);
      whole.flow(flow);
      if (k % 57 > 0) continue;
      expect(told(bounded)).toEqual(told(whole));
      expect(bounded.side('10.0.0.2', 'responder')?.flows).toBe(k + 1);
    }
    expect(bounded.encode()).toEqual(whole.encode());
  });
});

describe('a shelf of parts', () => {
  test('gives back what was put there, in few parts, and uses room again', () => {
    const shelf = new PartShelf(new ArrayShelf());
    const join = (parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]).sort((a, b) => a - b)); // prettier-ignore
    for (let k = 0; k < 1000; k++) shelf.add(k % 3, Uint8Array.of(k & 0xff), join);
    for (const list of [0, 1, 2]) {
      const parts = shelf.parts(list);
      expect(parts.length).toBeLessThan(16);
      const found = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
      const put = Array.from({ length: 1000 }, (_, k) => k).filter((k) => k % 3 === list);
      expect(found).toEqual(put.map((k) => k & 0xff).sort((a, b) => a - b));
    }
    expect(shelf.has(3)).toBe(false);
    expect(shelf.parts(3)).toEqual([]);
    expect(shelf.bytes).toBeLessThan(64 * 1000);
  });
});
