import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import type { Packet } from '../../src/capture/packet.ts';
import { decoderLaws } from '../laws/decoder-laws.ts';
import { decodeAll } from './decode-all.ts';
import { bytes, ethernet, ipv4, pcapFile, tcp } from './frame-builder.ts';
import { anyPcap, anyPcapng } from './any-capture.ts';

const frame = ethernet(0x0800, ipv4({}, tcp()));

decoderLaws({ name: 'pcap', valid: anyPcap, decode: (chunks) => decodeAll(...chunks) });
decoderLaws({ name: 'pcapng', valid: anyPcapng, decode: (chunks) => decodeAll(...chunks) });

describe('pcap dialects', () => {
  const magics = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0x1c0001ac, 0x1c0001ab];
  const dialects = magics.flatMap((magic) => [true, false].map((order) => ({ magic, order })));

  test.each(dialects)('magic $magic, little-endian $order', ({ magic, order }) => {
    const isNano = magic === 0xa1b23c4d || magic === 0x1c0001ac;
    const fraction = isNano ? 999_999_999 : 999_999;
    const records = [
      { frame, seconds: 0xffffffff, fraction },
      { frame, seconds: 1, fraction: 0 },
    ];
    const { values, skipped } = decodeAll(pcapFile({ magic, littleEndian: order }, records));
    expect(values.map((packet) => packet.timeUs)).toEqual([4_294_967_295_999_999, 1_000_000]);
    expect(values.map((packet) => packet.destinationPort)).toEqual([443, 443]);
    expect(skipped.size).toBe(0);
  });

  test('the upper half of the link type is not the link type', () => {
    expect(decodeAll(pcapFile({ linkType: 0x24000001 }, [{ frame }])).values).toHaveLength(1);
  });
});

describe('broken files', () => {
  test.each([
    ['empty', bytes(), 'notACapture'],
    ['too short to tell', bytes([0xd4, 0xc3, 0xb2, 0xa1]), 'notACapture'],
    ['a JPEG', bytes([0xff, 0xd8, 0xff, 0xe0], new Uint8Array(60)), 'notACapture'],
  ])('%s is no capture', (_, file, reason) => {
    const { skipped, stopped } = decodeAll(file);
    expect(stopped).toBe(reason);
    expect([...skipped]).toEqual([[reason, 1]]);
  });

  test('a cut record is counted, and what stands before it is read', () => {
    const { values, skipped, stopped } = decodeAll(
      pcapFile({}, [{ frame }, { frame }]).slice(0, -1),
    );
    expect(values).toHaveLength(1);
    expect([...skipped]).toEqual([['truncatedFile', 1]]);
    expect(stopped).toBeUndefined();
  });

  test('a file header alone is an empty capture', () => {
    expect(decodeAll(pcapFile({}, [])).skipped.size).toBe(0);
  });

  test('behind an impossible record length the reading goes on with the next record', () => {
    const record = { frame: new Uint8Array(262_145) };
    const { values, skipped, stopped } = decodeAll(pcapFile({}, [{ frame }, record, { frame }]));
    expect(values).toHaveLength(2);
    expect(stopped).toBeUndefined();
    expect([...skipped]).toEqual([
      ['corruptRecord', 1],
      ['corruptBytes', 262_145 + 16],
    ]);
  });

  test('a larger snap length allows longer records', () => {
    const file = pcapFile({ snapLength: 300_000 }, [{ frame: new Uint8Array(262_145) }, { frame }]);
    expect(decodeAll(file)).toMatchObject({ frames: 2, stopped: undefined });
  });

  test('bytes after a stop are not read', () => {
    const decoder = new CaptureDecoder(() => expect.unreachable());
    decoder.push(new Uint8Array(12));
    decoder.push(pcapFile({}, [{ frame }]));
    decoder.end();
    expect(decoder.skipped).toEqual(new Map([['notACapture', 1]]));
  });

  test('distinct reasons are bounded', () => {
    const frames = Array.from({ length: 1000 }, (_, i) => ({
      frame: ethernet(0xa000 + i, bytes()),
    }));
    const { skipped } = decodeAll(pcapFile({}, frames));
    expect(skipped.size).toBeLessThanOrEqual(257);
    expect([...skipped.values()].reduce((sum, count) => sum + count, 0)).toBe(1000);
  });
});

describe('CaptureDecoder', () => {
  test('the same packet object is handed out each time, its data in the chunk itself', () => {
    const seen = new Set<Packet>();
    const chunk = pcapFile({}, [{ frame }, { frame }]);
    const decoder = new CaptureDecoder((packet) => {
      seen.add(packet);
      expect(packet.data.buffer).toBe(chunk.buffer); // a view of the same bytes, never a copy
    });
    decoder.push(chunk);
    expect(seen.size).toBe(1);
    expect(decoder).toMatchObject({ packets: 2, frames: 2, format: 'pcap' });
  });

  test('a bad call is thrown at once', () => {
    expect(() => new CaptureDecoder(undefined as never)).toThrow(TypeError);
    const decoder = new CaptureDecoder(() => undefined);
    expect(() => decoder.push('text' as never)).toThrow('chunk: expected a Uint8Array, got string');
  });

  test('a record is carried over any number of empty chunks', () => {
    fc.assert(
      fc.property(fc.nat(pcapFile({}, [{ frame }]).length), (at) => {
        const file = pcapFile({}, [{ frame }]);
        const none = bytes();
        const { values } = decodeAll(
          none,
          file.subarray(0, at),
          none,
          none,
          file.subarray(at),
          none,
        );
        expect(values).toHaveLength(1);
      }),
    );
  });
});
