import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lz4Decoder } from '../../src/job/lz4.ts';
import { lz4Frame, type Lz4Fields } from './lz4-writer.ts';

function decode(bytes: Uint8Array, pieceBytes = bytes.length): { all: Buffer; damage: string } {
  const parts: Uint8Array[] = [];
  const decoder = new Lz4Decoder((part) => parts.push(part));
  let damage = '';
  for (let at = 0; at < bytes.length && damage === ''; at += pieceBytes) {
    damage = decoder.push(bytes.subarray(at, at + pieceBytes));
  }
  return { all: Buffer.concat(parts), damage: damage === '' ? decoder.end() : damage };
}

/** Somewhat repetitive, longer than a block and a window. */
const content = Buffer.from(
  Array.from({ length: 400_000 }, (_, i) => (Math.imul((i % 5003) ^ (i >> 9), 0x9e3779b1) >>> 25) & 255), // prettier-ignore
);

const TEXT = 'hello rapsheet, hello rapsheet, hello rapsheet, hello';
// `printf … | lz4 -c` and `lz4 -l -c`, lz4 1.9.4.
const FRAME = Buffer.from(
  '04224d186440a71b000000ff0168656c6c6f2072617073686565742c2010000d5068656c6c6f0000000031fd3bbd',
  'hex',
);
const LEGACY = Buffer.from(
  '02214c181b000000ff0168656c6c6f2072617073686565742c2010000d5068656c6c6f',
  'hex',
);

describe('LZ4 frames', () => {
  test('that the lz4 command wrote, new and legacy, one and several', () => {
    expect(decode(FRAME)).toEqual({ all: Buffer.from(TEXT), damage: '' });
    expect(decode(LEGACY)).toEqual({ all: Buffer.from(TEXT), damage: '' });
    const skipped = Buffer.from('532a4d1803000000010203', 'hex');
    const many = Buffer.concat([LEGACY, FRAME, skipped, FRAME, LEGACY, LEGACY]);
    for (const size of [1, 7, many.length]) {
      expect(decode(many, size)).toEqual({ all: Buffer.from(TEXT.repeat(5)), damage: '' });
    }
  });

  const fields: fc.Arbitrary<Lz4Fields> = fc.record({
    linked: fc.boolean(),
    blockCode: fc.constantFrom(4, 5, 7),
    blockChecksums: fc.boolean(),
    contentChecksum: fc.boolean(),
    contentSize: fc.boolean(),
    stored: fc.boolean(),
  });

  test('of every kind give their content, whatever the pieces', () => {
    fc.assert(
      fc.property(fields, fc.integer({ min: 1000, max: 500_000 }), (kind, size) => {
        const frame = lz4Frame(content, kind);
        expect(kind.stored === true || frame.length < content.length).toBe(true);
        const { all, damage } = decode(frame, size);
        expect(damage).toBe('');
        expect(all.equals(content)).toBe(true);
      }),
      { numRuns: 20 },
    );
    expect(decode(lz4Frame(content, { legacy: true })).all.equals(content)).toBe(true);
  });

  test('of short contents, byte by byte', () => {
    const bytes = fc.array(fc.constantFrom(1, 2, 3), { maxLength: 400 }).map((a) => Uint8Array.from(a)); // prettier-ignore
    fc.assert(
      fc.property(fields, bytes, (kind, short) => {
        const { all, damage } = decode(lz4Frame(short, kind), 1);
        expect({ all: [...all], damage }).toEqual({ all: [...short], damage: '' });
      }),
    );
  });
});

describe('damaged LZ4', () => {
  test('any prefix gives a prefix and says that it is cut', () => {
    const frame = lz4Frame(content, { linked: true, contentChecksum: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: frame.length - 1 }), (length) => {
        const { all, damage } = decode(frame.subarray(0, length), 4096);
        expect(damage).toBe('truncatedLz4');
        expect(all.equals(content.subarray(0, all.length))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('changed bytes never throw, and pieces do not matter to them', () => {
    const frame = lz4Frame(content.subarray(0, 3000), { linked: true });
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(255), fc.integer({ min: 1, max: 900 }), (at, byte, size) => {
        const broken = Buffer.from(frame);
        broken[at] = byte;
        expect(decode(broken, size)).toEqual(decode(broken));
      }), // prettier-ignore
      { numRuns: 800 },
    );
  });

  test('any bytes behind a magic number end in peace', () => {
    fc.assert(
      fc.property(fc.constantFrom(FRAME, LEGACY), fc.uint8Array({ maxLength: 300 }), (good, noise) => {
        decode(Buffer.concat([good.subarray(0, 4), noise]));
        decode(Buffer.concat([good, noise]));
      }), // prettier-ignore
      { numRuns: 800 },
    );
  });

  test('a match before the beginning, a block that is too long and a dictionary are refused', () => {
    const block = (bytes: readonly number[]): Buffer =>
      Buffer.from([4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, bytes.length, 0, 0, 0, ...bytes]);
    expect(decode(block([0x10, 65, 2, 0])).damage).toBe('corruptLz4');
    expect(decode(block([0x10, 65, 0, 0])).damage).toBe('corruptLz4');
    const long = Buffer.from([4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, 1, 0, 1, 0]);
    expect(decode(long).damage).toBe('corruptLz4');
    expect(decode(Buffer.from([4, 0x22, 0x4d, 0x18, 0x61, 0x40])).damage).toBe(
      'lz4NeedsDictionary',
    );
  });

  test('a block cannot make more than its frame allows', () => {
    // One literal, then a match of itself of 255 · 300 bytes: more than 64 KiB.
    const bomb = [0x1f, 65, 1, 0, ...Array.from({ length: 300 }, () => 255), 0, 0x00];
    const frame = [4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, bomb.length & 255, bomb.length >> 8, 0, 0, ...bomb]; // prettier-ignore
    expect(decode(Buffer.from(frame))).toEqual({ all: Buffer.alloc(0), damage: 'corruptLz4' });
  });
});

test.skipIf(!hasLz4())('reads what the lz4 command writes, in every way asked for', () => {
  for (const options of [
    ['-1'],
    ['-9', '-B4'],
    ['-BD', '-B5'],
    ['-BX', '--content-size'],
    ['-l'],
  ]) {
    const packed = execFileSync('lz4', [...options, '-c'], { input: content, maxBuffer: 1 << 24 });
    const { all, damage } = decode(packed, 10_000);
    expect(damage, options.join(' ')).toBe('');
    expect(all.equals(content), options.join(' ')).toBe(true);
  }
});

function hasLz4(): boolean {
  try {
    execFileSync('lz4', ['--version']);
    return true;
  } catch {
    console.warn(
      'SKIPPED: the lz4 command is not installed: its files are tested on two frames only',
    );
    return false;
  }
}
