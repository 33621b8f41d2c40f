import { describe, expect, it } from 'vitest';

import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';

describe('ByteWriter', () => {
  it('keeps every number that is written across the point where it grows', () => {
    for (let capacity = 1; capacity < 32; capacity++) {
      const writer = new ByteWriter(capacity);
      for (let i = 0; i < 20; i++) {
        writer.u8(i);
        writer.u16(0x0102);
        writer.u16le(0x0304);
        writer.u32(0x05060708);
        writer.u32le(0x090a0b0c);
        writer.f64le(i + 0.5);
      }
      const reader = new ByteReader(writer.toBytes());
      for (let i = 0; i < 20; i++) {
        expect([reader.u8(), reader.u16(), reader.u16le()]).toEqual([i, 0x0102, 0x0304]);
        expect([reader.u32(), reader.u32le()]).toEqual([0x05060708, 0x090a0b0c]);
        expect(reader.f64le()).toBe(i + 0.5);
      }
      expect([reader.left, reader.truncated]).toEqual([0, false]);
    }
  });
});
