import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameDecoder, FrameEncoder } from '../../../src/job/cluster/frames.ts';
import { WireError, type JobRecord } from '../../../src/job/cluster/job-record.ts';
import { fromTsvLine, toTsvLine } from '../../../src/job/cluster/tsv-record.ts';
import { readRecords, recordSink, WIRES } from '../../../src/job/cluster/wire.ts';

const record = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 40 }),
  value: fc.uint8Array({ maxLength: 300 }),
});
const records = fc.array(record, { maxLength: 20 });

function encoded(list: readonly JobRecord[], pieceBytes = 64): Uint8Array {
  const pieces: Uint8Array[] = [];
  const encoder = new FrameEncoder((piece) => pieces.push(piece.slice()), pieceBytes);
  for (const { key, value } of list) encoder.put(key, value);
  encoder.end();
  return new Uint8Array(Buffer.concat(pieces));
}

function decoded(bytes: Uint8Array, chunkBytes: number): JobRecord[] {
  const decoder = new FrameDecoder();
  const found: JobRecord[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    decoder.push(bytes.subarray(at, at + chunkBytes));
    for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
      found.push({ key: next.key, value: next.value.slice() });
    }
  }
  decoder.end();
  return found;
}

describe('frames', () => {
  test('come out as they went in, cut into any chunks', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 100 }), (list, chunkBytes) => {
        expect(decoded(encoded(list), chunkBytes)).toEqual(list);
      }),
    );
  });

  test('are big-endian lengths before key and value, and a trailer that counts', () => {
    const bytes = encoded([{ key: 'h1', value: Uint8Array.of(9) }]);
    expect(Buffer.from(bytes).toString('hex')).toBe('00000002683100000001' + '09' + 'ffffffff' + '0000000000000001'); // prettier-ignore
  });

  test('that end before their trailer are refused at every length', () => {
    const bytes = encoded([{ key: 'h1', value: Uint8Array.of(1, 2, 3) }, { key: '', value: new Uint8Array(0) }]); // prettier-ignore
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decoded(bytes.subarray(0, length), 7)).toThrow(WireError);
    }
  });

  test('that another number was announced of are refused', () => {
    const bytes = encoded([{ key: 'h1', value: Uint8Array.of(1) }]);
    bytes[bytes.length - 1] = 2;
    expect(() => decoded(bytes, 100)).toThrow('the trailer says 2 records, 1 came');
  });

  test('with bytes behind the trailer are refused', () => {
    expect(() => decoded(Buffer.concat([encoded([]), Uint8Array.of(0)]), 100)).toThrow(
      'bytes after',
    );
    expect(() => decoded(Buffer.concat([encoded([]), Uint8Array.of(0)]), 12)).toThrow(
      'bytes after',
    );
  });

  test('whose length says more than any record has are refused, whatever comes', () => {
    for (const length of ['7fffffff', '80000000', 'fffffffe']) {
      expect(() => decoded(Buffer.from(`${length}00000000`, 'hex'), 100)).toThrow(WireError);
      expect(() => decoded(Buffer.from(`00000000${length}`, 'hex'), 100)).toThrow(WireError);
    }
  });

  test('of any bytes are read to a refusal or to records that encode to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        let list: JobRecord[];
        try {
          list = decoded(bytes, 5);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        expect(encoded(list)).toHaveLength(bytes.length);
      }),
    );
  });
});

describe('lines of the tsv wire', () => {
  test('give back the record, and hold no tab, blank or line break but their own', () => {
    fc.assert(
      fc.property(record, (one) => {
        const line = toTsvLine(one);
        expect(line).toMatch(/^[!-~]*\t[!-~]*\n$/);
        const back = fromTsvLine(line.slice(0, -1));
        expect(back.key).toBe(one.key);
        expect(new Uint8Array(back.value)).toEqual(one.value);
      }),
    );
  });

  test.each(['h1', 'h1\tAA=\tAA=', 'h1\t!!', 'h%zz\tAAAA'])('refuse %j', (line) => {
    expect(() => fromTsvLine(line)).toThrow(WireError);
  });
});

test.each(WIRES)('the %s wire carries records from sink to source', (wire) => {
  fc.assert(
    fc.property(records, (list) => {
      const pieces: Uint8Array[] = [];
      const sink = recordSink(wire, (piece) => pieces.push(piece.slice()));
      for (const { key, value } of list) sink.put(key, value);
      sink.end();
      const back: JobRecord[] = [];
      for (const { key, value } of readRecords(wire, pieces)) back.push({ key, value: new Uint8Array(value) }); // prettier-ignore
      expect(back).toEqual(list);
    }),
  );
});
