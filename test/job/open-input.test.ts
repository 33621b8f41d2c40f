import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompress, recogniseCompression } from '../../src/job/decompress.ts';
import { RapsheetError } from '../../src/job/errors.ts';
import { openInput } from '../../src/job/open-input.ts';
import { lz4Frame } from './lz4-writer.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

/** Bytes that compress somewhat, more than one chunk and one head of them. */
const content = Buffer.from(
  Array.from({ length: 3_000_000 }, (_, i) => (Math.imul(i ^ (i >> 7), 0x9e3779b1) >>> 27) & 255),
);

// `printf 'hello rapsheet' | zstd -19 -c`, zstd 1.5.4.
const ZSTD_FRAME = Buffer.from('28b52ffd046871000068656c6c6f207261707368656574e3c9780a', 'hex');

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(new Uint8Array(chunk));
  return Buffer.concat(parts);
}

async function opened(name: string, bytes: Uint8Array) {
  const damage: string[] = [];
  let read = 0;
  const path = put(folder, name, bytes);
  const input = await openInput(
    { path, named: true, bytes: bytes.length },
    { onDamage: (reason) => damage.push(reason), onBytes: (count) => void (read += count) },
  );
  const all = await readAll(input.chunks);
  return { all, head: Buffer.from(input.head), compression: input.compression, damage, read };
}

describe('opening an input', () => {
  test('gives every byte again, and a head to recognise it by', async () => {
    const { all, head, compression, read } = await opened('plain', content);
    expect(all.equals(content)).toBe(true);
    expect(head.length).toBeGreaterThanOrEqual(1 << 16);
    expect(head.equals(content.subarray(0, head.length))).toBe(true);
    expect(compression).toEqual([]);
    expect(read).toBe(content.length);
  });

  test('takes gzip off, whatever the file is called, and counts the compressed bytes', async () => {
    const packed = gzipSync(content);
    const { all, compression, damage, read } = await opened('looks.pcap', packed);
    expect(all.equals(content)).toBe(true);
    expect(compression).toEqual(['gzip']);
    expect(damage).toEqual([]);
    expect(read).toBe(packed.length);
  });

  test('reads several gzip members one after another, and gzip in gzip', async () => {
    const half = content.length >> 1;
    const members = Buffer.concat([
      gzipSync(content.subarray(0, half)),
      gzipSync(content.subarray(half)),
    ]);
    expect((await opened('members.gz', members)).all.equals(content)).toBe(true);
    expect((await opened('twice.gz.gz', gzipSync(members))).all.equals(content)).toBe(true);
  });

  test('gives what stood before the damage, and tells of it', async () => {
    const packed = gzipSync(content);
    const cut = await opened('cut.gz', packed.subarray(0, packed.length >> 1));
    expect(cut.damage).toEqual(['truncatedGzip']);
    expect(cut.all.length).toBeGreaterThan(content.length / 3);
    expect(cut.all.equals(content.subarray(0, cut.all.length))).toBe(true);
    const flipped = Buffer.from(packed);
    flipped.fill(0xff, packed.length >> 1, (packed.length >> 1) + 64);
    const broken = await opened('broken.gz', flipped);
    expect(broken.damage).toEqual(['corruptGzip']);
    expect(broken.all.length).toBeGreaterThan(content.length / 3);
  });

  test('reads a zstd frame, several frames, and says when one is cut', async () => {
    const hello = Buffer.from('hello rapsheet');
    expect((await opened('one.zst', ZSTD_FRAME)).all).toEqual(hello);
    const two = await opened('two.zst', Buffer.concat([ZSTD_FRAME, ZSTD_FRAME]));
    expect(two.all.toString()).toBe('hello rapsheethello rapsheet');
    const cut = await opened('cut.zst', ZSTD_FRAME.subarray(0, 15));
    expect(cut.damage).toEqual(['truncatedZstd']);
  });

  test('reads lz4, gzip in lz4, and says when it is cut', async () => {
    const packed = lz4Frame(content, { linked: true, blockCode: 7 });
    const { all, compression, damage } = await opened('x.pcap.lz4', packed);
    expect(all.equals(content)).toBe(true);
    expect({ compression, damage }).toEqual({ compression: ['lz4'], damage: [] });
    const twice = await opened('x.gz.lz4', lz4Frame(gzipSync(content)));
    expect(twice.compression).toEqual(['lz4', 'gzip']);
    expect(twice.all.equals(content)).toBe(true);
    const cut = await opened('cut.lz4', packed.subarray(0, -100));
    expect(cut.damage).toEqual(['truncatedLz4']);
  });

  test('refuses a zstd window that would fill the memory', async () => {
    // Window descriptor 0xa8: exponent 21, so 2 GiB (RFC 8878 §3.1.1.1.2).
    const bomb = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    expect((await opened('bomb.zst', bomb)).damage).toEqual(['zstdWindowTooLarge']);
    // Not the first frame alone: behind one, behind a frame to skip, and with a checksum before it.
    const skippable = Buffer.from('502a4d18050000000102030405', 'hex');
    const later = await opened(
      'later.zst',
      Buffer.concat([ZSTD_FRAME, skippable, ZSTD_FRAME, bomb]),
    );
    expect(later.damage).toEqual(['zstdWindowTooLarge']);
    expect(later.all.toString()).toBe('hello rapsheethello rapsheet');
  });

  test('refuses a zstd block that says it is larger than blocks may be', async () => {
    // Last block, of one byte repeated 128 KiB + 1 times (RFC 8878 §3.1.1.2), in a window of 1 MiB.
    const header = ((0x20001 << 3) | 0b011).toString(16).padStart(6, '0');
    const block = Buffer.from([...Buffer.from(header, 'hex').reverse(), 0x61]);
    const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50]), block]);
    const refused = await opened('block.zst', Buffer.concat([ZSTD_FRAME, frame]));
    expect(refused.damage).toEqual(['corruptZstd']);
    expect(refused.all.toString()).toBe('hello rapsheet');
  });

  test('an empty file has an empty head and no chunks', async () => {
    expect(await opened('empty', new Uint8Array(0))).toMatchObject({
      all: Buffer.alloc(0),
      damage: [],
    });
  });

  test('a file that went away is an error that names it', async () => {
    await expect(openInput({ path: '/nowhere/x.pcap', named: true, bytes: 1 })).rejects.toThrow(
      '/nowhere/x.pcap: no such file or folder',
    );
    await expect(openInput({ path: folder, named: true, bytes: 1 })).rejects.toBeInstanceOf(
      RapsheetError,
    );
  });

  test('can be closed before it is read', async () => {
    const path = put(folder, 'closed', content);
    const input = await openInput({ path, named: true, bytes: content.length });
    await input.close();
    expect((await readAll(input.chunks)).length).toBe(0);
  });
});

describe('decompression', () => {
  async function* chunksOf(bytes: Uint8Array, size: number) {
    for (let i = 0; i < bytes.length; i += size)
      yield await Promise.resolve(bytes.subarray(i, i + size));
  }

  test('any bytes after a magic number end in peace', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('gzip' as const, 'zstd' as const),
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        async (kind, noise, size) => {
          const magic = kind === 'gzip' ? [0x1f, 0x8b, 8] : [0x28, 0xb5, 0x2f, 0xfd];
          const bytes = Uint8Array.from([...magic, ...noise]);
          const damage: string[] = [];
          await readAll(decompress(kind, chunksOf(bytes, size), (reason) => damage.push(reason)));
          expect(damage.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('only the magic bytes of a format are taken for it', () => {
    expect(recogniseCompression(gzipSync('x'))).toBe('gzip');
    expect(recogniseCompression(ZSTD_FRAME)).toBe('zstd');
    expect(recogniseCompression(lz4Frame(content.subarray(0, 9)))).toBe('lz4');
    expect(recogniseCompression(lz4Frame(content, { legacy: true }))).toBe('lz4');
    expect(recogniseCompression(Uint8Array.of(0x53, 0x2a, 0x4d, 0x18))).toBe('zstd');
    for (const other of [
      [],
      [0x1f],
      [0x1f, 0x8b, 7],
      [0x28, 0xb5, 0x2f, 0x18],
      [0x53, 0x2a, 0x4d, 0xfd],
    ]) {
      expect(recogniseCompression(Uint8Array.from(other))).toBeUndefined();
    }
  });

  test.skipIf(!hasZstd())(
    'reads what the zstd command writes, at every level asked for',
    async () => {
      for (const level of ['-1', '-19', '--long=27']) {
        const packed = execFileSync('zstd', [level, '-c'], { input: content, maxBuffer: 1 << 26 });
        expect(
          (await readAll(decompress('zstd', chunksOf(packed, 100_000), fail))).equals(content),
        ).toBe(true);
      }
    },
  );
});

function fail(reason: string): never {
  throw new Error(reason);
}

function hasZstd(): boolean {
  try {
    execFileSync('zstd', ['--version']);
    return true;
  } catch {
    console.warn('zstd is not installed: reading its files is tested on one frame only');
    return false;
  }
}
