import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pcapngClock, pcapngTimeUs } from '../../src/capture/pcapng-time.ts';
import { decodeAll } from './decode-all.ts';
import {
  block,
  bytes,
  ethernet,
  interfaceBlock,
  ipv4,
  packetBlock,
  sectionBlock,
  simpleBlock,
  tcp,
} from './frame-builder.ts';

const packet = ipv4({}, tcp());
const frame = ethernet(0x0800, packet);

describe.each([true, false])('pcapng, little-endian %s', (order) => {
  const start = bytes(sectionBlock(order), interfaceBlock(order));

  test('enhanced, obsolete and simple packets are read', () => {
    const file = bytes(
      start,
      packetBlock(order, frame),
      packetBlock(order, frame, { ticks: 5n }, 2),
      simpleBlock(order, frame),
    );
    const { values, skipped } = decodeAll(file);
    expect(values.map((value) => value.timeUs)).toEqual([1_700_000_000_123_456, 5, 5]);
    expect(values.every((value) => value.destinationPort === 443)).toBe(true);
    expect(skipped.size).toBe(0);
  });

  test('each interface has its link type, resolution and offset', () => {
    const file = bytes(
      start,
      interfaceBlock(order, { linkType: 101, resolution: 9, offsetSeconds: -100n }),
      packetBlock(order, packet, { interfaceId: 1, ticks: 1_700_000_000_123_456_789n }),
    );
    expect(decodeAll(file).values).toMatchObject([{ timeUs: 1_699_999_900_123_456 }]);
  });

  test('other blocks are counted and passed over, even when they are long and cut', () => {
    const secrets = block(order, 10, new Uint8Array(200_000));
    const statistics = block(order, 5, new Uint8Array(20));
    const file = bytes(start, secrets, statistics, packetBlock(order, frame));
    for (const size of [1000, 65_536, file.length]) {
      const chunks = [];
      for (let i = 0; i < file.length; i += size) chunks.push(file.subarray(i, i + size));
      const { values, otherBlocks } = decodeAll(...chunks);
      expect(values).toHaveLength(1);
      expect([...otherBlocks]).toEqual([
        ['decryptionSecrets', 1],
        ['interfaceStatistics', 1],
      ]);
    }
    expect([...decodeAll(file.slice(0, 5000)).skipped]).toEqual([['truncatedFile', 1]]);
  });

  test('a simple packet is cut to the snap length of interface 0', () => {
    const snapped = interfaceBlock(order, { snapLength: 54 });
    const long = ethernet(0x0800, ipv4({}, tcp({}, new Uint8Array(100))));
    const file = bytes(
      sectionBlock(order),
      snapped,
      simpleBlock(order, long.slice(0, 54), long.length),
    );
    expect(decodeAll(file).values).toMatchObject([{ payloadLength: 100, payload: [] }]);
  });

  test('behind an impossible block length the reading goes on with the next block', () => {
    for (const length of [0, 8, 30, 40, 0xfffffff0]) {
      const broken = packetBlock(order, frame);
      new DataView(broken.buffer).setUint32(4, length, order);
      const file = bytes(start, packetBlock(order, frame), broken, packetBlock(order, frame));
      const { values, skipped } = decodeAll(file);
      expect(values).toHaveLength(2);
      expect([...skipped]).toEqual([
        ['corruptRecord', 1],
        ['corruptBytes', broken.length],
      ]);
    }
  });

  test('a packet block that contradicts itself is counted, and the next one read', () => {
    const file = bytes(
      start,
      packetBlock(order, frame, { capturedLength: 1_000_000 }),
      packetBlock(order, frame, { interfaceId: 1 }),
      block(order, 6, bytes(1, 2, 3)),
      packetBlock(order, frame),
    );
    const { values, skipped, frames } = decodeAll(file);
    expect(values).toHaveLength(1);
    expect(frames).toBe(4);
    expect([...skipped]).toEqual([
      ['malformedPacketBlock', 2],
      ['unknownInterface', 1],
    ]);
  });
});

test('a new section brings its own byte order and forgets the interfaces', () => {
  const file = bytes(
    ...[true, false].flatMap((order) => [
      sectionBlock(order),
      interfaceBlock(order),
      packetBlock(order, frame),
    ]),
    sectionBlock(true),
    packetBlock(true, frame),
  );
  const { values, skipped } = decodeAll(file);
  expect(values).toHaveLength(2);
  expect([...skipped]).toEqual([['unknownInterface', 1]]);
});

describe('pcapngTimeUs', () => {
  const ticks = fc.bigInt(0n, 2n ** 64n - 1n);
  const largest = BigInt(Number.MAX_SAFE_INTEGER);

  test('equals exact arithmetic for every resolution', () => {
    fc.assert(
      fc.property(ticks, fc.nat(255), (count, resolution) => {
        const perSecond = (resolution > 127 ? 2n : 10n) ** BigInt(resolution & 127);
        const exact = (count * 1_000_000n) / perSecond;
        const timeUs = pcapngTimeUs(
          pcapngClock(resolution),
          Number(count >> 32n),
          Number(count & 0xffffffffn),
        );
        expect(BigInt(timeUs)).toBe(exact < largest ? exact : largest);
      }),
      { numRuns: 2000 },
    );
  });

  test('an absurd offset is not believed, and no time is before the epoch', () => {
    expect(pcapngTimeUs(pcapngClock(6, 2n ** 62n), 0, 7)).toBe(7);
    expect(pcapngTimeUs(pcapngClock(6, -5n), 0, 7)).toBe(0);
  });
});
