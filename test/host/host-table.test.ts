import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';
import type { AppEvent, Visibility } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { hostVectors } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { mergeableLaws, type MergeableState } from '../laws/mergeable-laws.ts';
import { events, flows, makeFlow } from './any-traffic.ts';

// Each comparison reads the vectors of all hosts: a hundred runs would take a minute.
fc.configureGlobal({ numRuns: 40 });

/** A host table behind its length: the shape that the laws ask for. */
class TableState implements MergeableState {
  readonly table: HostTable;

  constructor(table = new HostTable()) {
    this.table = table;
  }

  merge(other: TableState): void {
    this.table.merge(other.table);
  }

  encode(writer: ByteWriter): void {
    const bytes = this.table.encode();
    writer.varint(bytes.length);
    writer.slice(bytes);
  }

  static decode(reader: ByteReader): TableState {
    const bytes = reader.slice(reader.varint());
    if (reader.truncated) return new TableState();
    try {
      return new TableState(HostTable.decode(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      reader.truncated = true;
      return new TableState();
    }
  }
}

type TableValue =
  | { readonly flow: Flow; readonly times: number }
  | { readonly event: AppEvent }
  | { readonly skipped: string; readonly count: number }
  | { readonly shown: Visibility };

const shown = fc.record({
  packets: fc.boolean(),
  connState: fc.boolean(),
  history: fc.boolean(),
  dns: fc.boolean(),
  http: fc.boolean(),
  tls: fc.boolean(),
  ssh: fc.boolean(),
  payload: fc.constantFrom(true, false),
});

const values: fc.Arbitrary<TableValue> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ flow: flows, times: fc.constantFrom(1, 1, 1, 2, 5) }),
  },
  { weight: 3, arbitrary: fc.record({ event: events }) },
  {
    weight: 1,
    arbitrary: fc.record({
      skipped: fc.constantFrom('', 'truncated', 'notIp:arp', 'x'.repeat(200)),
      count: fc.nat(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ shown }) },
);

mergeableLaws<TableState, TableValue>({
  name: 'HostTable',
  empty: () => new TableState(),
  value: values,
  add: ({ table }, value) => {
    if ('flow' in value) for (let i = 0; i < value.times; i++) table.flow(value.flow);
    else if ('event' in value) table.event(value.event);
    else if ('shown' in value) table.visibility(value.shown);
    else table.skipped(value.skipped, value.count);
  },
  decode: (reader) => TableState.decode(reader),
  read: ({ table }) => [table.size, ...[...hostVectors(table)].map((v) => [v.host, v.vector])],
});

describe('a host table', () => {
  test('of any parts, merged in any order, is the table of the whole', () => {
    const parted = fc.tuple(
      fc.array(fc.tuple(flows, fc.nat(4)), { maxLength: 40, size: 'max' }),
      fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 }),
    );
    fc.assert(
      fc.property(parted, ([items, order]) => {
        const whole = new HostTable();
        const parts = order.map(() => new HostTable());
        for (const [flow, part] of items) {
          whole.flow(flow);
          parts[part]!.flow(flow);
        }
        const merged = new HostTable();
        for (const part of order) merged.merge(HostTable.decode(parts[part]!.encode()));
        expect(merged.encode()).toEqual(whole.encode());
      }),
    );
  });

  test('gives the same profile of few flows and of many', () => {
    for (const count of [1, 4, 5, 9]) {
      const table = new HostTable();
      for (let i = 0; i < count; i++) table.flow(makeFlow({ startUs: 1e15 + i, endUs: 2e15 }));
      const originator = table.get('10.0.0.1')!.originator!;
      expect([originator.flows, originator.activeSeconds.estimate()]).toEqual([count, 1]);
      expect(originator.activity.firstUs).toBe(1e15);
      expect(originator.activity.lastUs).toBe(1e15 + count - 1);
      expect(table.get('10.0.0.2')!.responder!.flows).toBe(count);
      expect(table.get('10.0.0.1')!.responder).toBeUndefined();
    }
  });

  test('counts a flow from a host to itself once on each side', () => {
    const table = new HostTable();
    for (let i = 1; i <= 6; i++) {
      table.flow(makeFlow({ responder: '10.0.0.1' }));
      const profile = table.get('10.0.0.1')!;
      expect([profile.originator!.flows, profile.responder!.flows]).toEqual([i, i]);
    }
    expect(table.size).toBe(1);
  });

  test('counts what no summary can hold, and is otherwise as if it had not come', () => {
    const odd: Partial<Flow>[] = [
      { startUs: -1 },
      { startUs: 0.5 },
      { startUs: Number.NaN },
      { endUs: Number.POSITIVE_INFINITY },
      { endUs: Number.MAX_SAFE_INTEGER },
      { originatorPort: Number.NaN },
      { originatorPort: 65536 },
      { responderPort: -1 },
      { protocol: 256 },
      { protocol: Number.NaN },
      { originatorBytes: -1 },
      { responderBytes: 1.5 },
      { originatorPackets: Number.POSITIVE_INFINITY },
      { responderIpBytes: Number.MAX_SAFE_INTEGER },
      { connState: 'XX' as 'SF' },
      { originator: '' },
      { responder: 'x'.repeat(129) },
      { responder: 'lone \ud800' },
    ];
    const table = new HostTable();
    for (const wish of odd) table.flow(makeFlow(wish));
    expect([...table.skips]).toEqual([['impossibleFlow', odd.length]]);
    expect(table.size).toBe(0);
    expect(table.startUs).toBe(Number.POSITIVE_INFINITY);
  });

  test('counts events that name no host or no port', () => {
    const table = new HostTable();
    const { startUs: timeUs, ...ends } = makeFlow();
    const event = { ...ends, timeUs, kind: 'http-response' as const, status: 200 };
    table.event({ ...event, originator: '' });
    table.event({ ...event, responderPort: Number.NaN });
    expect([...table.skips]).toEqual([['impossibleEvent', 2]]);
    expect(table.size).toBe(0);
  });

  test('keeps no more hosts than it may, and counts what it left out', () => {
    const table = new HostTable({ maxHosts: 3 });
    for (let i = 0; i < 10; i++) table.flow(makeFlow({ originator: `10.1.0.${i}` }));
    expect(table.size).toBe(3);
    expect(table.get('10.0.0.2')!.responder!.flows).toBe(10);
    expect(table.skips.get('hostTableFull')).toBe(8);
    expect(() => new HostTable({ maxHosts: 0 })).toThrow(
      'maxHosts: expected an integer of at least 1, got 0',
    );
  });

  test('reads on past profiles it has no room for, and counts them', () => {
    const table = new HostTable();
    const busy = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    for (const originator of busy) {
      for (let i = 0; i < 9; i++)
        table.flow(makeFlow({ originator, responder: '10.9.9.9', responderPort: 80 + i }));
    }
    const one = HostTable.decode(table.encode(), { maxHosts: 1 });
    expect([...one.entries()].map(([host]) => host)).toEqual(['10.0.0.1']);
    expect(one.skips.get('hostTableFull')).toBe(3);
  });

  test('decodes into as many hosts as it may', () => {
    const table = new HostTable();
    for (let i = 0; i < 10; i++) table.flow(makeFlow({ originator: `10.1.0.${i}` }));
    const few = HostTable.decode(table.encode(), { maxHosts: 4 });
    expect([few.size, few.skips.get('hostTableFull')]).toEqual([4, 7]);
  });
});

describe('bytes that are no host table', () => {
  const whole = (): Uint8Array => {
    const table = new HostTable();
    for (let i = 0; i < 12; i++) table.flow(makeFlow({ responder: `10.2.0.${i % 3}` }));
    table.skipped('truncated', 2);
    return table.encode();
  };

  test('are refused with what is wrong', () => {
    expect(() => HostTable.decode(new Uint8Array(0))).toThrow('these bytes are not host profiles');
    expect(() => HostTable.decode(new TextEncoder().encode('PK rest'))).toThrow(RangeError);
    const bytes = whole();
    bytes[5] = 9;
    expect(() => HostTable.decode(bytes)).toThrow('host table: expected version 2, got 9');
    expect(() => HostTable.decode(Uint8Array.of(...whole(), 0))).toThrow('the bytes are damaged');
  });

  test('are refused at every length short of the whole', () => {
    const bytes = whole();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => HostTable.decode(bytes.subarray(0, length)), `${length} bytes`).toThrow(
        RangeError,
      );
    }
  });

  test('are refused when hosts are out of order or named twice', () => {
    const writer = new ByteWriter();
    const one = new HostTable();
    one.flow(makeFlow({ responder: '10.0.0.1' }));
    const bytes = one.encode();
    const facts = 6 + 1 + 16 + 1; // magic, version, what is shown, times, no skips
    writer.slice(bytes.subarray(0, facts));
    writer.varint(2);
    writer.slice(bytes.subarray(facts + 1));
    writer.slice(bytes.subarray(facts + 1));
    expect(() => HostTable.decode(writer.toBytes())).toThrow('the bytes are damaged');
  });

  test('are refused when they claim more than they hold, before memory is given to it', () => {
    const writer = new ByteWriter();
    writer.slice(new HostTable().encode().subarray(0, 24));
    writer.varint(Number.MAX_SAFE_INTEGER);
    const before = process.memoryUsage().heapUsed;
    expect(() => HostTable.decode(writer.toBytes())).toThrow(RangeError);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
  });

  test('or are some table after all: any change of bytes decodes to what encodes again, or is refused', () => {
    const bytes = whole();
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    let refused = 0;
    fc.assert(
      fc.property(changes, (list) => {
        const changed = bytes.slice();
        for (const [at, byte] of list) changed[at % changed.length] = byte;
        let table: HostTable;
        try {
          table = HostTable.decode(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          refused++;
          return;
        }
        expect(HostTable.decode(table.encode()).encode()).toEqual(table.encode());
        for (const { vector } of hostVectors(table)) {
          expect(vector.every((value) => Math.abs(value) !== Infinity)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});
