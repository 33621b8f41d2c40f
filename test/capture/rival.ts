import { Readable } from 'node:stream';
import pcapParser from 'pcap-parser';

/** A record as the npm package pcap-parser 0.2.1 sees it. */
export interface RivalRecord {
  readonly header: {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly capturedLength: number;
    readonly originalLength: number;
  };
  readonly data: Buffer;
}

/** Runs pcap-parser over the chunks of a classic pcap. */
export async function readWithRival(
  chunks: readonly Uint8Array[],
  onRecord: (record: RivalRecord) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const buffers = chunks.map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength));
    const parser = pcapParser.parse(Readable.from(buffers));
    parser.on('packet', (record) => onRecord(record as RivalRecord));
    parser.on('end', () => resolve());
    parser.on('error', reject);
  });
}
