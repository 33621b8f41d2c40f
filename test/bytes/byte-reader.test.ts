import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(1);
  write(writer);
  return writer.toBytes();
}

describe('ByteReader', () => {
  test('a varint comes back, in at most eight bytes', () => {
    const value = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(300),
      fc.constantFrom(127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER),
    );
    fc.assert(
      fc.property(value, (number) => {
        const bytes = written((writer) => writer.varint(number));
        const reader = new ByteReader(bytes);
        expect(reader.varint()).toBe(number);
        expect([reader.left, reader.truncated]).toEqual([0, false]);
        expect(bytes.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  test.each([
    ['one that is cut', [0x80]],
    ['one above 2^53 - 1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['one that does not end', new Array<number>(20).fill(0x80)],
  ])('of varints, %s is truncated', (_, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(reader.varint()).toBe(0);
    expect(reader.truncated).toBe(true);
  });

  test('a varint that cannot be written is refused', () => {
    for (const value of [-1, 0.5, 2 ** 53, NaN])
      expect(() => new ByteWriter().varint(value)).toThrow(RangeError);
  });

  test('a text comes back behind its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(new ByteReader(written((writer) => writer.text(text))).text()).toBe(text);
      }),
    );
  });

  test('after the first read past the end nothing is read, though bytes are left', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3));
    expect([reader.u16(), reader.u32(), reader.u8(), reader.left]).toEqual([0x0102, 0, 0, 0]);
    expect(reader.slice(1)).toHaveLength(0);
    expect(reader.offset).toBe(2);
  });

  test('its own end holds, not that of the bytes', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
    expect([reader.left, reader.u16(), reader.u8(), reader.truncated]).toEqual([
      2,
      0x0203,
      0,
      true,
    ]);
    expect(new ByteReader(Uint8Array.of(1), 0, 99).left).toBe(1);
  });

  test.each([
    ['skip', (reader: ByteReader) => reader.skip(-1)],
    ['slice', (reader: ByteReader) => void reader.slice(-1)],
  ])('a negative length does not go back: %s', (_, read) => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 2);
    read(reader);
    expect([reader.offset, reader.truncated]).toEqual([2, true]);
  });

  test('any reads of any bytes stay inside and do not throw', () => {
    const step = fc.tuple(
      fc.constantFrom(
        'u8',
        'u16',
        'u32',
        'u16le',
        'u32le',
        'f64le',
        'varint',
        'text',
        'slice',
        'skip',
      ),
      fc.nat(20),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(step), (bytes, steps) => {
        const reader = new ByteReader(bytes);
        for (const [name, length] of steps) {
          if (name === 'slice') reader.slice(length);
          else if (name === 'skip') reader.skip(length);
          else reader[name]();
          expect(reader.offset).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });
});
