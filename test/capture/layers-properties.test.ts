import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameDecoder, linkOf } from '../../src/capture/frame-decoder.ts';
import { linkLayer } from '../../src/capture/layers/link-layer.ts';
import { copyPacket, type PacketCopy } from './decode-all.ts';
import {
  bytes,
  ethernet,
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6Fragments,
  tcp,
  u16,
  u32,
  udp,
} from './frame-builder.ts';

const LINK_TYPES = Array.from({ length: 320 }, (_, i) => i).filter(
  (linkType) => linkLayer(linkType) !== undefined,
);

const hello = bytes([0x68, 0x65, 0x6c, 0x6c, 0x6f]);
const in4 = ipv4({ protocol: 17, source: '172.16.0.1' }, udp(1053, 53, hello));
const in6 = ipv6({ source: '2001:db8::a' }, udp(1053, 53, hello));
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const over4 = (protocol: number, body: Uint8Array): Uint8Array =>
  ethernet(0x0800, ipv4({ protocol }, body));
const eth4 = ethernet(0x0800, in4);
const vxlan = (body: Uint8Array): Uint8Array => bytes([8, 0, 0, 0, 0, 0, 5, 0], body);

/** One of every kind, nested as they come. */
const FRAMES: readonly Uint8Array[] = [
  ethernet(0x0800, ipv4({ options: [1, 1, 1, 1] }, tcp({ options: [2, 4, 5, 0xb4] }, hello))),
  ethernet(0x8100, bytes([0, 1, 0x86, 0xdd], in6)),
  ethernet(0x8864, bytes([0x11, 0, 0, 1], u16(in6.length + 2), [0, 0x57], in6)),
  ethernet(8 + in4.length, bytes([0xaa, 0xaa, 3, 0, 0, 0, 8, 0], in4)),
  ethernet(0x8847, bytes(u32(0x00010140), [0, 0, 0, 9], eth4)),
  over4(4, ipv4({ protocol: 41 }, in6)),
  over4(47, bytes([0xb0, 0, 0x65, 0x58], zeros(12), eth4)),
  over4(47, bytes([0x30, 0x81, 0x88, 0x0b], u16(40), zeros(10), [0xff, 3, 0, 0x21], in4)),
  over4(47, bytes([0x10, 0, 0x22, 0xeb], zeros(4), [0x20], zeros(10), 1, zeros(8), eth4)),
  over4(17, udp(9, 4789, vxlan(eth4))),
  over4(17, udp(9, 6081, bytes([2, 0, 0x65, 0x58, 0, 0, 5, 0], zeros(8), eth4))),
  over4(17, udp(2152, 2152, bytes([0x34, 255], u16(in4.length + 8), zeros(7), 0x85, [1, 0, 0, 0], in4))),
  over4(17, udp(9, 3544, bytes([0, 1, 0, 0], zeros(9), zeros(8), in6))),
  over4(17, udp(9, 1701, bytes([0x4a, 2], u16(20), zeros(8), u16(3), zeros(3), [0, 0x57], in6))),
  over4(1, bytes([3, 3], zeros(6), ipv4({ protocol: 17 }, udp(1, 2, hello)))),
  ethernet(0x86dd, ipv6({ nextHeader: 58 }, bytes([1, 4], zeros(6), in6))),
  over4(51, bytes([17, 4], zeros(22), udp(1, 2, hello))),
  over4(132, bytes(u16(5), u16(6), zeros(8), [0, 3], u16(21), zeros(12), hello)),
  ethernet(0x86dd, ipv6({ nextHeader: 0 }, bytes([44, 0, 1, 4, 0, 0, 0, 0], [17, 0, 0, 0, 0, 0, 0, 1], udp(1, 2, hello)))),
  ethernet(0x0806, zeros(28)),
  over4(17, udp(9, 4789, vxlan(ethernet(0x0806, zeros(28))))),
]; // prettier-ignore

interface Result {
  readonly packets: readonly PacketCopy[];
  readonly skipped: readonly (readonly [string, number])[];
  readonly held: number;
}

/** A decoder's answers to frames that lie at `offset` of a buffer whose other bytes are all `poison`. */
function decode(linkType: number, frames: readonly Uint8Array[], poison: number, cut = 0): Result {
  const packets: PacketCopy[] = [];
  const decoder = new FrameDecoder((packet) => packets.push(copyPacket(packet)));
  const link = linkOf(linkType);
  for (const frame of frames) {
    const buffer = new Uint8Array(frame.length + 128).fill(poison);
    buffer.set(frame, 64);
    decoder.bytes = buffer;
    decoder.decode(link, 1, 64, frame.length, frame.length + cut);
    if (Buffer.compare(buffer.subarray(64, 64 + frame.length), frame) !== 0)
      throw new Error('wrote');
  }
  decoder.end();
  expect(decoder.frames).toBe(frames.length);
  return { packets, skipped: [...decoder.skipped.counts].sort(), held: decoder.heldFragments };
}

/** The answer, which must not depend on what stands around the frame. */
function answer(linkType: number, frame: Uint8Array, cut = 0): Result {
  const result = decode(linkType, [frame], 0x45, cut);
  expect(decode(linkType, [frame], 0x00, cut)).toEqual(result);
  const told = result.skipped.reduce((sum, [, count]) => sum + count, 0);
  expect(result.packets.length + told).toBeGreaterThan(0);
  return result;
}

describe('whatever the bytes of a frame, nothing is thrown and nothing read outside it', () => {
  test.each(LINK_TYPES)('link type %i', (linkType) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(2000), (frame, cut) => {
        answer(linkType, frame, cut);
      }),
      { numRuns: 100 },
    );
    for (const frame of FRAMES) answer(linkType, frame);
  });

  test('every prefix of every kind of frame, cut by the capture or by its sender', () => {
    for (const frame of FRAMES) {
      for (let length = 0; length < frame.length; length++) {
        answer(1, frame.slice(0, length));
        answer(1, frame.slice(0, length), frame.length - length);
      }
    }
  });

  test('every single bit of every kind of frame turned', () => {
    for (const frame of FRAMES) {
      for (let bit = 0; bit < frame.length * 8; bit++) {
        const turned = frame.slice();
        turned[bit >>> 3]! ^= 1 << (bit & 7);
        answer(1, turned);
      }
    }
  }, 60_000);

  test('several bytes of them changed at once', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 4, 6, 8, 0x45, 0x60, 0x7f, 0x80, 0xff));
    fc.assert(
      fc.property(fc.constantFrom(...FRAMES), fc.array(change, { maxLength: 5 }), (frame, changes) => {
        const changed = frame.slice();
        for (const [at, value] of changes) changed[at % frame.length] = value;
        answer(1, changed);
      }),
      { numRuns: 3000 },
    );
  }, 60_000); // prettier-ignore
});

describe('a decoder that is used again', () => {
  test('says of a frame what it says of it alone, whatever came before', () => {
    const broken = fc
      .tuple(fc.constantFrom(...FRAMES), fc.nat(), fc.nat(255))
      .map(([frame, at, value]) => {
        const changed = frame.slice();
        changed[at % frame.length] = value;
        return changed;
      });
    const any = fc.oneof(fc.constantFrom(...FRAMES), broken);
    fc.assert(
      fc.property(any, any, (before, frame) => {
        const alone = decode(1, [frame], 0);
        const first = decode(1, [before], 0);
        fc.pre(alone.held === 0 && first.held === 0);
        const both = decode(1, [before, frame], 0);
        expect(both.packets).toEqual([...first.packets, ...alone.packets]);
      }),
      { numRuns: 3000 },
    );
  });

  test('loses no byte of IP, whatever is in fragments and in which order', () => {
    const body = udp(1053, 53, new Uint8Array(900).fill(7));
    const frames = [
      ...ipv4Fragments({ protocol: 17 }, body, 200).map((packet) => ethernet(0x0800, packet)),
      ...ipv6Fragments({}, body, 200).map((packet) => ethernet(0x86dd, packet)),
      ...ipv4Fragments({ protocol: 17, id: 2 }, body, 400).map((packet) => ethernet(0x0800, packet)),
      ethernet(0x0800, ipv4({}, tcp({}, hello))),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...frames), { maxLength: 40 }), (some) => {
        const { packets } = decode(1, some, 0);
        const sum = packets.reduce((all, { ipLength }) => all + ipLength, 0);
        expect(sum).toBe(some.reduce((all, frame) => all + frame.length - 14, 0));
      }),
    );
  }); // prettier-ignore
});
