import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PcapWriter } from '../../../src/capture/pcap-writer.ts';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { recogniseInput, type InputFormat } from '../../../src/flow/recognise-input.ts';
import {
  EXPORT_SECONDS, ipfix, netflow5, netflow9, quad, set, template, u, UPTIME_MS,
} from './netflow-messages.ts'; // prettier-ignore
import { RecordingSink } from './recording-sink.ts';

async function read(
  messages: readonly Uint8Array[],
  format: InputFormat = 'netflow',
  size = 1000,
): Promise<RecordingSink & { records: number }> {
  const bytes = Uint8Array.from(messages.flatMap((message) => [...message]));
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  }
  const sink = new RecordingSink();
  const { records } = await readTraffic(format, chunks(), sink);
  return Object.assign(sink, { records });
}

const CLIENT = '10.0.0.1';
const SERVER = '192.0.2.5';
const there = { source: CLIENT, destination: SERVER, ports: [40000, 443] as const, flags: 0x1b, packets: 9, octets: 900 }; // prettier-ignore
const back = { source: SERVER, destination: CLIENT, ports: [443, 40000] as const, flags: 0x1b, packets: 8, octets: 4000, startMs: 90_010, endMs: 96_000 }; // prettier-ignore
const BOOT_US = EXPORT_SECONDS * 1e6 - UPTIME_MS * 1000;
const BOTH = {
  startUs: BOOT_US + 90e6,
  endUs: BOOT_US + 96e6,
  originator: CLIENT,
  responder: SERVER,
  originatorPort: 40000,
  responderPort: 443,
  protocol: 6,
  originatorPackets: 9,
  responderPackets: 8,
  originatorIpBytes: 900,
  responderIpBytes: 4000,
  originatorBytes: NaN,
  connState: 'SF',
  established: true,
};

/** Fields 8 12 7 11 4 6 2 1 22 21. */
const FIELDS = [[8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [6, 1], [2, 4], [1, 4], [22, 4], [21, 4]] as const; // prettier-ignore
type Side = Omit<typeof there, 'ports'> & { readonly ports: readonly [number, number]; readonly startMs?: number; readonly endMs?: number }; // prettier-ignore
const record = (side: Side): number[] => [
  ...quad(side.source), ...quad(side.destination), ...u(2, side.ports[0]), ...u(2, side.ports[1]), 6, side.flags,
  ...u(4, side.packets), ...u(4, side.octets), ...u(4, side.startMs ?? 90_000), ...u(4, side.endMs ?? 95_000),
]; // prettier-ignore

describe('NetFlow 5', () => {
  test('two directions are one flow, whichever came first', async () => {
    for (const records of [[there, back], [back, there]]) {
      expect((await read([netflow5(records)])).flows).toMatchObject([BOTH]);
    } // prettier-ignore
    const apart = await read([netflow5([there]), netflow5([back])]);
    expect(apart.flows).toMatchObject([BOTH]);
    expect(apart.records).toBe(2);
  });

  test('counts of a sampled export are multiplied', async () => {
    const { flows } = await read([netflow5([there], 0x4000 | 100)]);
    expect(flows).toMatchObject([{ originatorPackets: 900, originatorIpBytes: 90_000 }]);
  });

  test.each([
    [{ ports: [40000, 22] as const, flags: 0x02 }, { originator: CLIENT, connState: 'S0' }],
    [{ ports: [22, 40000] as const, flags: 0x12 }, { originator: SERVER, originatorPort: 40000, responderPort: 22, connState: 'OTH' }],
    [{ ports: [22, 40000] as const, flags: 0x02 }, { originator: CLIENT, responderPort: 40000, connState: 'S0' }],
    [{ ports: [5000, 53] as const, protocol: 17 }, { originator: CLIENT, connState: 'S0' }],
    [{ ports: [53, 5000] as const, protocol: 17 }, { originator: SERVER, connState: 'SHR', originatorPackets: 0 }],
    [{ ports: [0, 0x0800] as const, protocol: 1 }, { originator: CLIENT, originatorPort: 8, responderPort: 0, connState: 'OTH' }],
    [{ ports: [0, 0x0000] as const, protocol: 1 }, { originator: SERVER, originatorPort: 0, responderPort: 0 }],
  ])('one side alone: %j', async (side, expected) => {
    const { flows } = await read([netflow5([{ source: CLIENT, destination: SERVER, ...side }])]);
    expect(flows).toMatchObject([expected]);
  }); // prettier-ignore

  test('what is far apart in time is no conversation', async () => {
    const late = netflow5([{ ...back, startMs: 95_000 + 61_000, endMs: 95_000 + 62_000 }]);
    expect((await read([netflow5([there]), late])).flows).toHaveLength(2);
  });

  test('more one-sided flows than may wait are all given', async () => {
    const messages = Array.from({ length: 2400 }, (_, m) =>
      netflow5(Array.from({ length: 30 }, (_, i) => ({ source: `10.1.${m >> 8}.${m & 255}`, destination: SERVER, ports: [i + 1, 80], flags: 2 })))); // prettier-ignore
    const { flows } = await read(messages, 'netflow', 1 << 16);
    expect(flows).toHaveLength(72_000);
    expect(new Set(flows.map((f) => `${f.originator}:${f.originatorPort}`)).size).toBe(72_000);
  });
});

describe('NetFlow 9', () => {
  const templates = set(0, template(256, FIELDS));

  test('data are read by their template, in whatever chunks', async () => {
    const messages = [netflow9([templates, set(256, record(there))]), netflow9([set(256, [...record(back), 0, 0])])]; // prettier-ignore
    for (const size of [1, 7, 64, 10_000]) {
      const { flows, skips } = await read(messages, 'netflow', size);
      expect(flows).toMatchObject([BOTH]);
      expect(skips).toEqual({});
    }
  });

  test('templates belong to their source', async () => {
    const { flows, skips } = await read([
      netflow9([templates], 1),
      netflow9([set(256, record(there))], 2),
    ]);
    expect([flows, skips]).toEqual([[], { netflowWithoutTemplate: 1 }]);
  });

  test('options say how it was sampled', async () => {
    // RFC 3954 §6.1: template 257, 4 bytes of scope fields, 4 of options: System (1), samplingInterval (34).
    const options = set(1, [...u(2, 257), ...u(2, 4), ...u(2, 4), ...u(2, 1), ...u(2, 4), ...u(2, 34), ...u(2, 4), 0, 0]); // prettier-ignore
    const interval = set(257, [...u(4, 0), ...u(4, 1000)]);
    const { flows } = await read([netflow9([options, interval, templates, set(256, record(there))])]); // prettier-ignore
    expect(flows).toMatchObject([{ originatorPackets: 9000, originatorIpBytes: 900_000 }]);
  });
});

describe('IPFIX', () => {
  test('biflows need no other record; lengths may vary; enterprise fields are passed over', async () => {
    const fields = [[27, 16], [28, 16], [7, 2], [11, 2], [4, 1], [82, 0xffff], [6, 2], [6, 2, 29305], [1, 8], [2, 8], [1, 4, 29305], [2, 4, 29305], [99, 2, 4711], [152, 8], [153, 8]] as const; // prettier-ignore
    const v6 = (last: number): number[] => [0x20, 0x01, 0x0d, 0xb8, ...new Array<number>(11).fill(0), last]; // prettier-ignore
    const startMs = EXPORT_SECONDS * 1000 - 5000;
    const data = [
      ...v6(1), ...v6(2), ...u(2, 40000), ...u(2, 443), 6, 3, 101, 116, 104, ...u(2, 0x1b), ...u(2, 0x1b),
      ...u(8, 900), ...u(8, 9), ...u(4, 4000), ...u(4, 8), 1, 2, ...u(8, startMs), ...u(8, startMs + 1500),
    ]; // prettier-ignore
    const { flows } = await read([ipfix([set(2, template(300, fields)), set(300, data)])]);
    expect(flows).toMatchObject([
      { ...BOTH, originator: '2001:db8::1', responder: '2001:db8::2', startUs: startMs * 1000, endUs: startMs * 1000 + 1.5e6 }, // prettier-ignore
    ]);
  });

  test('uptime counts from what the exporter says it began at', async () => {
    const options = set(3, [...u(2, 257), ...u(2, 2), ...u(2, 1), ...u(2, 144), ...u(2, 4), ...u(2, 160), ...u(2, 8)]); // prettier-ignore
    const init = set(257, [...u(4, 1), ...u(8, EXPORT_SECONDS * 1000 - UPTIME_MS)]);
    const { flows } = await read([ipfix([options, init, set(2, template(256, FIELDS)), set(256, record(there))])]); // prettier-ignore
    expect(flows).toMatchObject([{ startUs: BOTH.startUs, endUs: BOOT_US + 95e6 }]);
  });

  test.each([
    ['seconds', [150, 4], u(4, EXPORT_SECONDS - 5)],
    ['NTP', [154, 8], [...u(4, EXPORT_SECONDS - 5 + 2_208_988_800), ...u(4, 0)]],
    ['µs before the message', [158, 4], u(4, 5_000_000)],
  ] as const)('starts in %s', async (_, field, bytes) => {
    const fields = [[8, 4], [12, 4], [4, 1], [2, 4], field] as const;
    const data = [...quad(CLIENT), ...quad(SERVER), 17, ...u(4, 1), ...bytes];
    const { flows } = await read([ipfix([set(2, template(256, fields)), set(256, data)])]);
    expect(flows[0]!.startUs).toBe((EXPORT_SECONDS - 5) * 1e6);
  });
});

describe('recognition and damage', () => {
  const v9 = netflow9([set(0, template(256, FIELDS)), set(256, record(there))]);

  test.each([
    ['5', netflow5([there])],
    ['9', v9],
    ['IPFIX', ipfix([set(2, template(256, FIELDS))])],
  ])('a file of version %s is known by its content', (_, message) => {
    expect(recogniseInput(message)).toBe('netflow');
  });

  test('messages in a capture are known and read, other packets are counted', async () => {
    const writer = new PcapWriter();
    const capture = [
      writer.header(),
      ...[netflow5([there]), netflow5([back])].map((message) => writer.record(1e15, udp(message))),
      writer.record(1e15, udp(Uint8Array.of(1, 2, 3))),
    ].map((bytes) => bytes.slice());
    const bytes = Uint8Array.from(capture.flatMap((part) => [...part]));
    expect(recogniseInput(bytes)).toBe('netflow-pcap');
    const { flows, skips, records } = await read(capture, 'netflow-pcap');
    expect(flows).toMatchObject([BOTH]);
    expect([skips, records]).toEqual([{ notNetflow: 1 }, 2]);
  });

  test('a capture of records whose template never comes stays a capture', () => {
    const writer = new PcapWriter();
    const data = udp(netflow9([set(256, record(there))]));
    const parts = [writer.header().slice(), writer.record(1e15, data).slice()];
    expect(recogniseInput(Uint8Array.from(parts.flatMap((part) => [...part])))).toBe('pcap');
  });

  test('a message that is cut off is counted', async () => {
    const { flows, skips } = await read([netflow5([there]), netflow5([back]).slice(0, 50)]);
    expect(flows).toHaveLength(1);
    expect(skips).toEqual({ truncatedNetflow: 1 });
  });

  test('never throws and ends, whatever is done to its bytes', async () => {
    const good = [...netflow5([there, back]), ...v9, ...ipfix([set(2, template(256, FIELDS)), set(256, record(back))])]; // prettier-ignore
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 10 }),
        fc.nat(good.length),
        async (edits, length) => {
          const bytes = Uint8Array.from(good).slice(0, length);
          for (const [at, value] of edits) if (at < length) bytes[at] = value;
          const whole = await read([bytes], 'netflow', 10_000);
          expect(await read([bytes], 'netflow', 3)).toEqual(whole);
          for (const flow of whole.flows) expect(flow.endUs).toBeGreaterThanOrEqual(flow.startUs);
        },
      ),
    );
  });
});

/** Ethernet, IPv4, UDP to port 2055 around a message. */
function udp(message: Uint8Array): Uint8Array {
  const length = message.length;
  const ip = [0x45, 0, ...u(2, 28 + length), 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 9, 10, 0, 0, 8];
  const header = [...u(2, 5000), ...u(2, 2055), ...u(2, 8 + length), 0, 0];
  return Uint8Array.from([...new Array<number>(12).fill(2), 8, 0, ...ip, ...header, ...message]);
}
