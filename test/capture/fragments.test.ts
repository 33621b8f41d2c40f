import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import { FragmentTable } from '../../src/capture/fragment-table.ts';
import type { Packet } from '../../src/capture/packet.ts';
import { copyPacket, decodeAll, type PacketCopy } from './decode-all.ts';
import {
  bytes,
  ethernet,
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6Fragments,
  pcapFile,
  tcp,
  udp,
  type PcapRecord,
} from './frame-builder.ts';

const text = Uint8Array.from({ length: 3000 }, (_, i) => i % 251);
const datagram = udp(1053, 53, text);
const frames4 = ipv4Fragments({ protocol: 17 }, datagram, 1480).map((p) => ethernet(0x0800, p));
const frames6 = ipv6Fragments({}, datagram, 1448).map((p) => ethernet(0x86dd, p));
const whole = { protocol: 17, sourcePort: 1053, destinationPort: 53, payloadLength: 3000 };

/** Records a second apart. */
function file(frames: readonly Uint8Array[]): Uint8Array {
  return pcapFile(
    {},
    frames.map((frame, i) => ({ frame, seconds: 1000 + i })),
  );
}

function decode(frames: readonly Uint8Array[]): ReturnType<typeof decodeAll> {
  return decodeAll(file(frames));
}

function fragment(offset: number, more: boolean, body: Uint8Array, id = 1): Uint8Array {
  const field = (more ? 0x2000 : 0) | (offset / 8);
  return ethernet(0x0800, ipv4({ protocol: 17, id, fragment: field }, body));
}

function ipBytes(packets: readonly PacketCopy[]): number {
  return packets.reduce((sum, packet) => sum + packet.ipLength, 0);
}

describe('a datagram in fragments', () => {
  test.each([
    ['IPv4', frames4, 3 * 20],
    ['IPv6', frames6, 3 * 48],
  ])('of %s is one packet with all of its payload and the bytes of all', (_, frames, headers) => {
    const { values, skipped } = decode(frames);
    expect([...skipped]).toEqual([]);
    expect(values).toMatchObject([
      { ...whole, timeUs: 1_002_000_000, laterFragment: false, ipLength: 3008 + headers },
    ]);
    expect(values[0]!.payload).toEqual([...text]);
  });

  test('may come in any order, between others, and any of it twice', () => {
    const others = [ethernet(0x0800, ipv4({}, tcp())), ethernet(0x0800, ipv4({ id: 9 }, tcp()))];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...frames4, ...frames6, ...others], { minLength: 8, maxLength: 8 }),
        (frames) => {
          const { values, skipped } = decode(frames);
          expect(values).toHaveLength(4);
          expect(skipped.size).toBe(0);
          for (const packet of values.filter(({ protocol }) => protocol === 17)) {
            expect(packet).toMatchObject({ ...whole, payload: [...text] });
          }
        },
      ),
    );
    const [first, second, third] = frames4 as [Uint8Array, Uint8Array, Uint8Array];
    const { values, skipped } = decode([first, second, first, second, third]);
    expect(values).toMatchObject([{ ...whole, ipLength: 3008 + 60 + 2 * 1500 }]);
    expect([...skipped]).toEqual([]);
  });

  test('is told from others by addresses, protocol, number and tunnel', () => {
    const one = ipv4Fragments({ protocol: 17, id: 7 }, datagram, 1600);
    const variants = [
      ipv4Fragments({ protocol: 17, id: 8 }, datagram, 1600),
      ipv4Fragments({ protocol: 136, id: 7 }, datagram, 1600),
      ipv4Fragments({ protocol: 17, id: 7, source: '10.0.0.2' }, datagram, 1600),
      ipv4Fragments({ protocol: 17, id: 7, destination: '10.0.0.2' }, datagram, 1600),
      one.map((packet) => ipv4({ protocol: 4, source: '1.1.1.1' }, packet)),
      one.map((packet) => ipv4({ protocol: 4, source: '1.1.1.2' }, packet)),
    ];
    for (const variant of variants) {
      const halves = [one[0]!, variant[1]!].map((packet) => ethernet(0x0800, packet));
      const { values, skipped } = decode(halves);
      expect([...skipped]).toEqual([['incompleteDatagram', 2]]);
      expect(values).toHaveLength(2);
      const all = decode([...one, ...variant].map((packet) => ethernet(0x0800, packet)));
      expect(all.values).toHaveLength(2);
      expect(all.skipped.size).toBe(0);
    }
  });

  test('may hold extension headers, a tunnel, or other fragments', () => {
    const options = bytes([17, 0, 1, 4, 0, 0, 0, 0], datagram);
    const extended = ipv6Fragments({ nextHeader: 60 }, options, 800);
    expect(decode(extended.map((p) => ethernet(0x86dd, p))).values).toMatchObject([whole]);

    const inner = ipv4({ protocol: 17, source: '172.16.0.1' }, datagram);
    const outer = ipv4Fragments({ protocol: 4 }, inner, 1000).map((p) => ethernet(0x0800, p));
    expect(decode(outer).values).toMatchObject([
      { ...whole, source: '172.16.0.1', outerSource: '10.0.0.1', ipLength: 3028, tunnel: 'ipip' },
    ]);

    const twice = ipv4Fragments({ protocol: 17, source: '172.16.0.1' }, datagram, 1600)
      .flatMap((packet, id) => ipv4Fragments({ protocol: 4, id }, packet, 800))
      .map((packet) => ethernet(0x0800, packet));
    expect(decode(twice).values).toMatchObject([
      { ...whole, ipLength: 3008 + 40, tunnelDepth: 1, payload: [...text] },
    ]);
  });

  test('whose tunnel holds no packet is handed out itself', () => {
    const outer = ipv4Fragments({ protocol: 4 }, bytes([0x44], new Uint8Array(99)), 64);
    const { values, skipped } = decode(outer.map((packet) => ethernet(0x0800, packet)));
    expect([...skipped]).toEqual([['inTunnel:malformedIpv4', 1]]);
    expect(values).toMatchObject([{ protocol: 4, tunnelDepth: 0, ipLength: 140 }]);
    expect(values[0]!.payload).toEqual([0x44, ...new Array<number>(99).fill(0)]);
  });

  test('of one fragment is a whole packet at once, and never joined (RFC 6946)', () => {
    const atomic = ethernet(
      0x86dd,
      ipv6({ nextHeader: 44 }, bytes([17, 0, 0, 0, 0, 0, 0, 1], datagram)),
    );
    const { values } = decode([frames6[0]!, atomic, ...frames6.slice(1)]);
    expect(values.map(({ timeUs }) => timeUs)).toEqual([1_001_000_000, 1_003_000_000]);
    expect(values).toMatchObject([whole, whole]);
  });
});

describe('overlaps', () => {
  const body = udp(1, 2, new Uint8Array(24).fill(1)); // 32 bytes
  const evil = (length: number): Uint8Array => new Uint8Array(length).fill(0xee);

  test.each([
    ['the same place again', [fragment(0, true, body.slice(0, 16)), fragment(0, true, evil(16)), fragment(16, false, body.slice(16))]],
    ['a part', [fragment(0, true, body.slice(0, 16)), fragment(8, true, evil(8)), fragment(16, false, body.slice(16))]],
    ['more than was there', [fragment(8, true, body.slice(8, 16)), fragment(0, true, bytes(body.slice(0, 8), evil(8), body.slice(16, 24))), fragment(24, false, body.slice(24))]],
    ['behind the end', [fragment(16, false, body.slice(16)), fragment(24, true, evil(64)), fragment(0, true, body.slice(0, 16))]],
    ['an end within what was there', [fragment(0, true, body.slice(0, 24)), fragment(8, false, evil(4)), fragment(24, false, body.slice(24))]],
    ['another end', [fragment(8, false, body.slice(8)), fragment(40, false, evil(8)), fragment(0, true, body.slice(0, 8))]],
  ])('%s: what came first stays', (_, frames) => {
    const { values, skipped } = decode(frames);
    expect([...skipped]).toEqual([['fragmentOverlap', 1]]);
    expect(values).toHaveLength(1);
    expect(values[0]!.payload).toEqual([...body.slice(8)]);
    expect(values[0]!.ipLength).toBe(frames.reduce((sum, { length }) => sum + length - 14, 0));
  }); // prettier-ignore

  test('of any kind never lose a byte, and give what a byte-by-byte reading gives', () => {
    const piece = fc.record({ at: fc.integer({ min: 1, max: 13 }), units: fc.integer({ min: 1, max: 6 }), fill: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const total = 8 * 20;
        const expected = new Array<number>(total).fill(-1);
        const frames = pieces.map(({ at, units, fill }) => {
          for (let i = at * 8; i < (at + units) * 8; i++) if (expected[i] === -1) expected[i] = fill;
          return fragment(at * 8, true, new Uint8Array(units * 8).fill(fill));
        });
        const rest = fragment(8, false, new Uint8Array(total - 8).fill(0xaa));
        const start = fragment(0, true, new Uint8Array(8).fill(0xbb));
        const { values } = decode([...frames, rest, start]);
        expected.forEach((value, i) => {
          if (value === -1) expected[i] = i < 8 ? 0xbb : 0xaa;
        });
        const [packet] = values;
        expect(values).toHaveLength(1);
        expect(packet!.payload).toEqual(expected.slice(8, 8 + packet!.payloadLength));
        expect(packet!.ipLength).toBe([...frames, rest, start].reduce((sum, f) => sum + f.length - 14, 0));
      }),
    );
  }); // prettier-ignore
});

describe('what never becomes whole', () => {
  const [first, second, third] = frames4 as [Uint8Array, Uint8Array, Uint8Array];

  test('comes out at the end with the bytes it had and as much of its beginning as there is', () => {
    const { values, skipped } = decode([first, third]);
    expect([...skipped]).toEqual([['incompleteDatagram', 1]]);
    expect(values).toMatchObject([
      { ...whole, timeUs: 1_001_000_000, ipLength: 1500 + 68, payloadLength: 1520, laterFragment: false },
    ]); // prettier-ignore
    expect(values[0]!.payload).toEqual([...text.slice(0, 1472)]);
  });

  test('is a later fragment, without ports, if its beginning is missing', () => {
    const { values } = decode([second, third]);
    expect(values).toMatchObject([
      { protocol: 17, sourcePort: 0, laterFragment: true, ipLength: 1568, payloadLength: 1528 },
    ]);
    const tiny = decode([fragment(0, true, new Uint8Array(8), 5), fragment(65_000, false, text.slice(0, 9), 5)]);
    expect(tiny.values).toMatchObject([{ laterFragment: false, payloadLength: 9, ipLength: 57 }]);
  }); // prettier-ignore

  test.each([
    ['forward', 1031],
    ['back', 969],
  ])('comes out when the clock has gone %s for more than 30 seconds', (_, seconds) => {
    const other = ethernet(0x0800, ipv4({}, tcp()));
    const records = (at: number): PcapRecord[] => [
      { frame: first, seconds: 1000 },
      { frame: other, seconds: at },
      { frame: second, seconds: at },
      { frame: third, seconds: at },
    ];
    const late = decodeAll(pcapFile({}, records(seconds)));
    expect(late.values.map(({ protocol }) => protocol)).toEqual([17, 6, 17]);
    expect([...late.skipped]).toEqual([['incompleteDatagram', 2]]);
    const within = decodeAll(pcapFile({}, records(seconds + (seconds > 1000 ? -1 : 1))));
    expect(within.values).toMatchObject([{ protocol: 6 }, { ...whole, payload: [...text] }]);
  });

  test('a flood of lone fragments is seen packet by packet and byte by byte, and kept within bounds', () => {
    const table = new FragmentTable({ maxDatagrams: 50, maxBytes: 20_000 });
    let packets = 0;
    let sum = 0;
    const decoder = new CaptureDecoder(({ ipLength }) => (packets++, (sum += ipLength)), undefined, table);
    const frames = Array.from({ length: 2000 }, (_, i) => fragment(8 * (i % 100), true, text.slice(0, 8 * (1 + (i % 180))), i));
    for (const [i, frame] of frames.entries()) {
      decoder.push(i === 0 ? pcapFile({}, [{ frame }]) : pcapFile({}, [{ frame }]).subarray(24));
      expect(table.datagrams).toBeLessThanOrEqual(50);
      expect(table.bytes).toBeLessThanOrEqual(20_000);
    }
    decoder.end();
    decoder.flushFragments();
    expect(packets).toBe(2000);
    expect(sum).toBe(frames.reduce((all, { length }) => all + length - 14, 0));
    expect(decoder.skipped.get('incompleteDatagram')).toBe(2000);
    expect(decoder.skipped.get('fragmentTableFull')).toBeGreaterThan(1900);
    expect(table).toMatchObject({ datagrams: 0, bytes: 0, isEmpty: true });
  }); // prettier-ignore

  test.each([
    ['longer than a datagram can be', fragment(65_528, false, text.slice(0, 100)), 'fragmentTooLong'],
    ['of a length that none but the last has', fragment(8, true, text.slice(0, 9)), 'malformedFragment'],
    ['without a payload', fragment(8, true, bytes()), 'malformedFragment'],
  ])('a fragment %s is a packet of its own', (_, frame, reason) => {
    const { values, skipped } = decode([frame]);
    expect([...skipped]).toEqual([[reason, 1]]);
    expect(values).toMatchObject([{ laterFragment: true, ipLength: frame.length - 14 }]);
  }); // prettier-ignore

  test('fragments that the capture cut are packets of their own, and so is all of their datagram', () => {
    const cut = (frame: Uint8Array): PcapRecord => ({
      frame: frame.slice(0, 80),
      originalLength: frame.length,
    });
    const { values, skipped } = decodeAll(pcapFile({}, [first, second, third].map(cut)));
    expect([...skipped]).toEqual([]);
    expect(values).toMatchObject([
      { sourcePort: 1053, laterFragment: false, ipLength: 1500, payloadLength: 1472 },
      { sourcePort: 0, laterFragment: true, ipLength: 1500, payloadLength: 1480 },
      { sourcePort: 0, laterFragment: true, ipLength: 68, payloadLength: 48 },
    ]);
    const half = decodeAll(pcapFile({}, [{ frame: first }, cut(second), { frame: third }]));
    expect([...half.skipped]).toEqual([['incompleteDatagram', 1]]);
    expect(ipBytes(half.values)).toBe(1500 + 1500 + 68);
    expect(half.values).toHaveLength(3);
  });

  test('a fragment that only says it is longer does not harm its datagram', () => {
    const liar = ethernet(0x0800, ipv4({ protocol: 17, fragment: 0x2000 | 100, totalLength: 1500 }, text.slice(0, 8)));
    const { values, skipped } = decode([first, liar, second, third]);
    expect([...skipped]).toEqual([['truncatedFragment', 1]]);
    expect(values.at(-1)).toMatchObject({ ...whole, payload: [...text] });
  }); // prettier-ignore
});

describe('FragmentTable', () => {
  test('carries datagrams from one file into the next', () => {
    const fragments = new FragmentTable();
    const seen: PacketCopy[] = [];
    const read = (frames: readonly Uint8Array[]): CaptureDecoder => {
      const keep = (packet: Packet): void => void seen.push(copyPacket(packet));
      const decoder = new CaptureDecoder(keep, undefined, fragments);
      decoder.push(file(frames));
      decoder.end();
      return decoder;
    };
    read(frames4.slice(0, 1));
    read([...frames4.slice(1), frames6[0]!]);
    expect(seen).toMatchObject([{ ...whole, payload: [...text] }]);
    const last = read([]);
    expect(seen).toHaveLength(1);
    last.flushFragments();
    expect(seen).toHaveLength(2);
    expect([...last.skipped]).toEqual([['incompleteDatagram', 1]]);
  });

  test('files cut anywhere give the same packets as the whole', () => {
    const frames = [...frames4, ...frames6, ethernet(0x0800, ipv4({}, tcp())), frames4[2]!, frames6[1]!];
    fc.assert(
      fc.property(fc.nat(frames.length), fc.shuffledSubarray(frames), (cut, some) => {
        const fragments = new FragmentTable();
        const parts: PacketCopy[] = [];
        for (const part of [some.slice(0, cut), some.slice(cut)]) {
          const decoder = new CaptureDecoder((packet) => parts.push(copyPacket(packet)), undefined, fragments);
          decoder.push(pcapFile({}, part.map((frame) => ({ frame }))));
          decoder.end();
        }
        new CaptureDecoder((packet) => parts.push(copyPacket(packet)), undefined, fragments).flushFragments();
        const all = decodeAll(pcapFile({}, some.map((frame) => ({ frame })))).values;
        expect(parts).toEqual(all);
      }),
    );
  }); // prettier-ignore

  test.each(['maxDatagrams', 'maxBytes', 'timeoutUs'])('refuses %s that make no sense', (name) => {
    for (const value of [0, -1, 1.5, NaN]) {
      expect(() => new FragmentTable({ [name]: value })).toThrow(
        `${name}: expected integer ≥ 1, got ${value}`,
      );
    }
  });

  test('thousands of tiny fragments of one datagram, last ones first, are one packet', () => {
    const frames: Uint8Array[] = [];
    for (let at = 65_000; at > 0; at -= 16) frames.push(fragment(at - (at % 8), true, text.slice(0, 8)));
    const { values } = decodeAll(pcapFile({}, frames.map((frame) => ({ frame }))));
    expect(values).toHaveLength(1);
    expect(values[0]!.ipLength).toBe(frames.length * 28);
  }); // prettier-ignore
});
