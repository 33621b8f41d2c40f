import { gzipSync } from 'node:zlib';
import { decompress, type Compression } from '../../../src/job/decompress.ts';
import { Outcome } from '../digest.ts';
import { chunkStream, cutsOf, mustHold, type FuzzTarget } from '../fuzz-target.ts';

const TEXT = Buffer.from('to be compressed, to be compressed again and again, '.repeat(6));
/** What may come out of one byte: deflate gives at most 1,032, zstd a block of 128 KiB from four. */
const MOST_OUT_PER_BYTE = 140_000;
/** Of what comes out, so much is compared. */
const MOST_KEPT = 1 << 16;

/** Whatever is around a capture: damaged streams give what came before the damage, the same in any chunks. */
export const compressions: readonly FuzzTarget[] = (['gzip', 'zstd', 'lz4'] as const).map(
  (name) => ({
    name,
    maxLength: 900,
    seeds: () => seedsOf(name),
    run: async (input) => {
      const outcome = new Outcome();
      const whole = await read(name, input, [], outcome);
      const chunked = await read(name, input, cutsOf(input), outcome);
      // fzstd finds less of what is wrong when it is given more at once: its chunks are compared where all is well.
      if (name === 'zstd' && !isOneOf(input, seedsOf('zstd'))) return outcome.value;
      const shorter = Math.min(whole.kept.length, chunked.kept.length);
      const isPrefix =
        Buffer.compare(whole.kept.subarray(0, shorter), chunked.kept.subarray(0, shorter)) === 0;
      mustHold(isPrefix, 'chunks change what comes out');
      // How much of what came right before the damage is saved depends on how much was read at once.
      const isDamaged = whole.reason !== '' || chunked.reason !== '';
      mustHold(isDamaged || whole.bytes === chunked.bytes, 'chunks change how much comes out');
      return outcome.value;
    },
  }),
);

interface Inflated {
  readonly bytes: number;
  readonly kept: Uint8Array;
  readonly reason: string;
}

async function read(
  name: Compression,
  input: Uint8Array,
  cuts: readonly number[],
  outcome: Outcome,
): Promise<Inflated> {
  const kept: Uint8Array[] = [];
  const reasons: string[] = [];
  let bytes = 0;
  const out = decompress(name, chunkStream(input, cuts), (reason) => reasons.push(reason));
  for await (const chunk of out) {
    if (bytes < MOST_KEPT) kept.push(chunk.slice(0, MOST_KEPT - bytes));
    bytes += chunk.length;
  }
  mustHold(bytes <= MOST_OUT_PER_BYTE * (input.length + 1), 'more bytes than can come out');
  mustHold(reasons.length <= 1, 'damage told more than once');
  for (const reason of reasons) outcome.saw(reason);
  outcome.sawSize('bytes', bytes);
  return { bytes, kept: Buffer.concat(kept), reason: reasons.join() };
}

function seedsOf(name: Compression): Uint8Array[] {
  switch (name) {
    case 'gzip':
      return [gzipSync(TEXT), gzipSync(new Uint8Array(3000)), Buffer.concat([gzipSync('a'), gzipSync('b')])].map(
        (bytes) => new Uint8Array(bytes),
      );
    case 'zstd':
      return [zstdRaw(), zstdRle(), ...ZSTD_PACKED.map(fromHex), skippable(zstdRaw())];
    case 'lz4':
      return [lz4Frame(), lz4Legacy(), ...LZ4_PACKED.map(fromHex), skippable(lz4Frame())];
  }
} // prettier-ignore

/** A frame with one raw block (RFC 8878 §3.1.1): single segment, size in one byte. */
function zstdRaw(): Uint8Array {
  const text = TEXT.subarray(0, 40);
  return Uint8Array.from([
    0x28,
    0xb5,
    0x2f,
    0xfd,
    0x20,
    40,
    1 | (40 << 3),
    (40 << 3) >> 8,
    0,
    ...text,
  ]);
}

function zstdRle(): Uint8Array {
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 3 | 0x00, 0x40, 0, 0x61]);
}

/** `TEXT`, and 850 bytes that pack badly, as the reference programs pack them: sequences, Huffman tables, checksums. */
const ZSTD_PACKED = [
  '28b52ffd04488d01002402746f20626520636f6d707265737365642c2020616761696e20616e6420616761696e0400dfab28001e5094b71432c3ab749ab4',
  '28b52ffd04581d0c0086264e0ec0e501297515dc5d5284f07f71014a004a004700f5899f194c12f6a82092cc270f3c912fc34a52bc0c321deb21ae4b9c46ab12c372af79404b65458355260d1de8123773901cac51438ed9e4003f644b601de95d02f2fcea404c9737050df1606ea04ae4076fe49a14601ed847dce955fee6c05479d1b8d224a2a34e7134c76461911a916546b9e08b8c29d692864b21d7435dc47619a652ab0ce1b9db1c044fa545c175260f0d02adc81b3e901ba483f9b19bb8566079401f97ae37f98bc7b951a5c8171ec945a9605eec256e35543eccc59dab4ddee2e05c509dc813fec83d69603eec242e152b8ff370e55a93af52aec81a66203f8807b36369e29b816501e5f8742e552ff2888f72635a982f3b8a8b15cb0bbd5cbb86c987f89c3b558bfce141b9604a9827fb897b0dcb079ddcbae2e4312ee74a053420f0f53862ce98690549c178c44c3362ceb452ca1933cd8839d38c942b6d2c23e64c9b65a45c69b38c9833db2c23e54a3362ce342326cc95ad8839d38c983061dc150d0aad9c0241174bb5',
]; // prettier-ignore
const LZ4_PACKED = [
  '04224d186440a735000000fc03746f20626520636f6d707265737365642c2012009320616761696e20616e0a000e22000e1200022a000f3400c45061696e2c2000000000a1a7f652',
];

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function skippable(frame: Uint8Array): Uint8Array {
  return Uint8Array.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3, ...frame]);
}

/** LZ4 frame format 1.6: independent blocks, no checksums, one compressed block and one that is not. */
function lz4Frame(): Uint8Array {
  const packed = [
    0x8f, 0x74, 0x6f, 0x20, 0x62, 0x65, 0x20, 0x6f, 0x6b, 8, 0, 30, 0x50, 1, 2, 3, 4, 5,
  ];
  return Uint8Array.from([
    0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, packed.length, 0, 0, 0, ...packed,
    3, 0, 0, 0x80, 7, 8, 9, 0, 0, 0, 0,
  ]); // prettier-ignore
}

function lz4Legacy(): Uint8Array {
  const packed = [
    0x8f, 0x74, 0x6f, 0x20, 0x62, 0x65, 0x20, 0x6f, 0x6b, 8, 0, 30, 0x50, 1, 2, 3, 4, 5,
  ];
  return Uint8Array.from([0x02, 0x21, 0x4c, 0x18, packed.length, 0, 0, 0, ...packed]);
}

function isOneOf(input: Uint8Array, list: readonly Uint8Array[]): boolean {
  return list.some((one) => Buffer.compare(input, one) === 0);
}
