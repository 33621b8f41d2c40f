import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/bytes/ip-address.ts';
import { LINK_TYPE } from '../../src/capture/link-type.ts';
import { Dice } from '../fuzz/dice.ts';
import { handMadeFrames } from '../fuzz/hand-made-frames.ts';
import { mutate } from '../fuzz/mutate.ts';
import { syntheticCaptures } from '../fuzz/synthetic-traffic.ts';
import { packetsOf, readLong, readShort } from '../fuzz/targets/shortcut.ts';
import { anyPcap, anyPcapng } from './any-capture.ts';
import { bytes, ethernet, ipv4, ipv6, pcapFile, tcp, udp } from './frame-builder.ts';
import { PlainAsPackets } from './plain-as-packets.ts';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';

/** Both ways give the same; gives how many packets took the short one. */
function compared(file: Uint8Array, cuts: readonly number[] = []): number {
  const short = packetsOf(file, cuts, true);
  expect(short.value).toBe(packetsOf(file, cuts, false).value);
  return short.plain;
}

function fileOf(frames: readonly Uint8Array[], linkType: number): Uint8Array {
  // The first record of a file is always read by itself.
  const records = [frames[0]!, ...frames].map((frame, i) => ({ frame, seconds: 1000 + i }));
  return pcapFile({ linkType }, records);
}

/** All sixteen bytes, of an IPv4 address too. */
function writeAddress(frame: Uint8Array, at: number, text: string): void {
  const words = parseAddress(text)!;
  for (let i = 0; i < 16; i++) frame[at + i] = words[i >>> 2]! >>> (24 - 8 * (i & 3));
}

/** Whether the frame takes the short way. */
function isPlain(frame: Uint8Array, linkType: number = LINK_TYPE.ethernet): boolean {
  return compared(fileOf([frame], linkType)) === 1;
}

const PORTS = udp(4000, 53, new Uint8Array(9));

describe('the short way', () => {
  test('takes what is usual: Ethernet with a VLAN tag or none, bare IP; IPv4, IPv6; TCP, UDP, ICMP', () => {
    const tagged = (type: number, body: Uint8Array): Uint8Array =>
      ethernet(0x8100, bytes([0, 9, type >>> 8, type & 255], body));
    const packets4 = [ipv4({}, tcp()), ipv4({ protocol: 17 }, PORTS), ipv4({ protocol: 1 }, bytes([8, 0, 0, 0, 0, 0, 0, 0, 1]))]; // prettier-ignore
    const packets6 = [ipv6({ nextHeader: 6 }, tcp({}, new Uint8Array(5))), ipv6({}, PORTS), ipv6({ nextHeader: 58 }, bytes([135, 0, 0, 0, 0, 0, 0, 0]))]; // prettier-ignore
    for (const packet of packets4) {
      expect(isPlain(ethernet(0x0800, packet))).toBe(true);
      expect(isPlain(tagged(0x0800, packet))).toBe(true);
      expect(isPlain(packet, LINK_TYPE.raw)).toBe(true);
    }
    for (const packet of packets6) {
      expect(isPlain(ethernet(0x86dd, packet))).toBe(true);
      expect(isPlain(tagged(0x86dd, packet))).toBe(true);
      expect(isPlain(packet, LINK_TYPE.ipv6)).toBe(true);
    }
  });

  test.each([
    ['options of IPv4', ipv4({ options: [1, 1, 1, 1] }, tcp())],
    ['a fragment', ipv4({ fragment: 0x2000 }, tcp())],
    ['an ICMP error', ipv4({ protocol: 1 }, bytes([3, 1, 0, 0, 0, 0, 0, 0], ipv4({}, tcp())))],
    ['a port of a tunnel', ipv4({ protocol: 17 }, udp(4000, 4789, new Uint8Array(20)))],
    ['another protocol', ipv4({ protocol: 47 }, new Uint8Array(20))],
    ['a length that is not said', ipv4({ totalLength: 0 }, tcp())],
    ['a TCP header that is cut', ipv4({}, tcp()).slice(0, 34)],
  ])('leaves to the layers what is not: %s', (_, packet) => {
    expect(isPlain(ethernet(0x0800, packet))).toBe(false);
  });

  test.each(handMadeFrames().map((entry) => [entry.name, entry] as const))(
    'says of every prefix and flipped bit what the layers say: %s',
    (_, { linkType, frames }) => {
      for (const frame of frames) {
        const near: Uint8Array[] = [];
        for (let length = 0; length <= frame.length; length++) near.push(frame.slice(0, length));
        for (let bit = 0; bit < frame.length * 8; bit++) {
          const flipped = frame.slice();
          flipped[bit >>> 3]! ^= 1 << (bit & 7);
          near.push(flipped);
        }
        compared(fileOf(near, linkType));
      }
    },
  );

  test('gives of any capture, cut anywhere, the packets of the long way', () => {
    let plain = 0;
    const cuts = fc.array(fc.nat(800), { maxLength: 5 }).map((places) => [...new Set(places)].sort((a, b) => a - b)); // prettier-ignore
    fc.assert(
      fc.property(fc.oneof(anyPcap, anyPcapng), cuts, (file, places) => {
        plain += compared(file, places.filter((place) => place > 0 && place < file.length)); // prettier-ignore
      }),
      { numRuns: 300 },
    );
    expect(plain).toBeGreaterThan(50);
  });

  test('leads to the same flows, events and counts on traffic of every actor, whole and damaged', () => {
    const captures = syntheticCaptures().map((one) => one.bytes);
    const dice = new Dice(7);
    for (const [i, file] of captures.entries()) {
      expect(readShort(file, [file.length >>> 1])).toBe(readLong(file, [file.length >>> 2]));
      const other = captures[(i + 1) % captures.length]!;
      for (let round = 0; round < 6; round++) {
        const damaged = mutate(file, other, file.length, dice);
        compared(damaged);
        expect(readShort(damaged, [])).toBe(readLong(damaged, []));
      }
    }
  });

  test('finds the flow of a packet in either direction: of IPv4, IPv6 and IPv6 of mapped addresses', () => {
    const address = fc.constantFrom('10.0.0.1', '192.0.2.9', '2001:db8::1', '2001:db9::1', 'fe80::1', '::ffff:10.0.0.1', '::ffff:1.2.3.4'); // prettier-ignore
    const packet = fc.record({
      ends: fc.tuple(address, address),
      ports: fc.tuple(fc.constantFrom(7, 8, 53), fc.constantFrom(7, 8, 53)),
      isBack: fc.boolean(),
      kind: fc.constantFrom('tcp', 'udp', 'icmp'),
      flags: fc.nat(63),
    });
    let plain = 0;
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 60, size: 'max' }), (packets) => {
        const frames = packets.map(({ ends, ports, isBack, kind, flags }) => {
          const [source, destination] = isBack ? [ends[1], ends[0]] : ends;
          const [from, to] = isBack ? [ports[1], ports[0]] : ports;
          const is4 = !source.includes(':') && !destination.includes(':');
          const protocol = { tcp: 6, udp: 17, icmp: is4 ? 1 : 58 }[kind];
          const body = {
            tcp: tcp({ sourcePort: from, destinationPort: to, flags }, bytes([1])),
            udp: udp(from, to, bytes([1])),
            icmp: bytes([isBack ? 129 : 128, 0, 0, 0, 0, 0, 0, flags]),
          }[kind];
          if (is4) return ethernet(0x0800, ipv4({ source, destination, protocol }, body));
          const frame = ethernet(0x86dd, ipv6({ nextHeader: protocol }, body));
          writeAddress(frame, 22, source);
          writeAddress(frame, 38, destination);
          return frame;
        });
        const file = fileOf(frames, LINK_TYPE.ethernet);
        plain += compared(file);
        expect(readShort(file, [])).toBe(readLong(file, []));
      }),
      { numRuns: 200 },
    );
    expect(plain).toBeGreaterThan(500);
  });

  test('hands over plain packets before the odd one behind them, and before their bytes change', () => {
    const seen: string[] = [];
    const frames = [1, 2, 3].map((n) => ethernet(0x0800, ipv4({ protocol: 17 }, udp(n, 53, bytes([n]))))); // prettier-ignore
    const odd = ethernet(
      0x0800,
      ipv4({ protocol: 17, options: [1, 1, 1, 1] }, udp(9, 53, bytes([9]))),
    );
    const sequence = [frames[0]!, frames[1]!, odd, frames[2]!];
    const file = pcapFile({}, sequence.map((frame, i) => ({ frame, seconds: 1000 + i }))); // prettier-ignore
    const sink = new PlainAsPackets((p) => seen.push(`plain ${p.sourcePort} ${p.data[p.payloadOffset]}`)); // prettier-ignore
    const decoder = new CaptureDecoder((p) => seen.push(`${p.sourcePort} ${p.data[p.payloadOffset]}`), undefined, undefined, sink); // prettier-ignore
    const chunk = file.slice();
    decoder.push(chunk);
    chunk.fill(0);
    decoder.end();
    expect(seen).toEqual(['1 1', 'plain 2 2', '9 9', 'plain 3 3']);
  });
});

const DATA = process.env['RAPSHEET_DATA'] ?? join(import.meta.dirname, '../../../shared/data');
const hasData = existsSync(DATA);
if (!hasData)
  console.warn(`SKIPPED: no real captures in ${DATA}, the short way is not tried on any`);

describe.skipIf(!hasData)('the short way on real captures', () => {
  test('gives their packets, flows and events', { timeout: 120_000 }, () => {
    const files = (readdirSync(DATA, { recursive: true }) as string[])
      .filter((name) => /\.(pcap|pcapng|cap)$/.test(name))
      .map((name) => join(DATA, name))
      .filter((path) => statSync(path).size < 300_000)
      .filter((_, i) => process.env['SLOW'] !== undefined || i % 12 === 0);
    expect(files.length).toBeGreaterThan(5);
    let plain = 0;
    for (const path of files) {
      const file = readFileSync(path);
      plain += compared(
        file,
        [1000, 1001, 70_000].filter((cut) => cut < file.length),
      );
      expect(readShort(file, [])).toBe(readLong(file, []));
    }
    expect(plain).toBeGreaterThan(1000);
  });
});
