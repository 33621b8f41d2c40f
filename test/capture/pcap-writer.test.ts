import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import { recogniseCapture } from '../../src/capture/recognise-capture.ts';
import { linkTypeName } from '../../src/capture/link-type.ts';
import { decodeAll } from './decode-all.ts';
import { bytes, ethernet, ipv4, pcapFile, sectionBlock, tcp } from './frame-builder.ts';

const frame = ethernet(0x0800, ipv4({}, tcp({}, new Uint8Array(50))));

describe('PcapWriter', () => {
  test('writes what pcap-savefile(5) says', () => {
    const writer = new PcapWriter();
    const file = bytes(writer.header(), writer.record(1_700_000_000_000_001, frame));
    expect(file).toEqual(pcapFile({ snapLength: 262_144 }, [{ frame, fraction: 1 }]));
  });

  test('times come back to the microsecond', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.nat(999_999), (seconds, fraction) => {
        const writer = new PcapWriter();
        const timeUs = seconds * 1e6 + fraction;
        const { values } = decodeAll(writer.header(), writer.record(timeUs, frame));
        expect(values[0]?.timeUs).toBe(timeUs);
      }),
    );
  });

  test('a longer frame is cut to the snap length and keeps its own', () => {
    const writer = new PcapWriter({ snapLength: 54 });
    const { values, skipped } = decodeAll(writer.header(), writer.record(0, frame));
    expect(skipped.size).toBe(0);
    expect(values).toMatchObject([{ payloadLength: 50, payload: [] }]);
  });

  test.each([
    ['a negative time', () => new PcapWriter().record(-1, frame)],
    ['half a microsecond', () => new PcapWriter().record(0.5, frame)],
    ['a time after 2106', () => new PcapWriter().record(2 ** 32 * 1e6, frame)],
    ['a link type that does not fit', () => new PcapWriter({ linkType: 65_536 })],
    ['no snap length', () => new PcapWriter({ snapLength: 0 })],
  ])('%s is refused', (_, call) => {
    expect(call).toThrow(RangeError);
  });
});

describe('recogniseCapture', () => {
  test.each([
    ['pcap', pcapFile({}, []), 'pcap'],
    [
      'pcap, big-endian nanoseconds',
      pcapFile({ magic: 0xa1b23c4d, littleEndian: false }, []),
      'pcap',
    ],
    ['pcap, modified', pcapFile({ magic: 0xa1b2cd34 }, []), 'pcap'],
    ['pcapng', sectionBlock(true), 'pcapng'],
    ['pcapng, big-endian', sectionBlock(false), 'pcapng'],
    [
      'a text that begins as pcapng does',
      bytes([10, 13, 13, 10], new Uint8Array(20).fill(0x20)),
      undefined,
    ],
    ['eleven bytes', sectionBlock(true).slice(0, 11), undefined],
    ['nothing', bytes(), undefined],
  ])('%s', (_, head, format) => {
    expect(recogniseCapture(head)).toBe(format);
  });
});

test('a link type without a name is called by its number', () => {
  expect([linkTypeName(1), linkTypeName(60_000)]).toEqual(['ethernet', 'linkType60000']);
});
