import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import {
  bytes,
  ethernet,
  interfaceBlock,
  ipv4,
  packetBlock,
  sectionBlock,
  tcp,
} from './frame-builder.ts';

/** A capture of known records, long enough that a chain of them can be believed. */
export interface LongCapture {
  readonly file: Uint8Array;
  /** Where record n begins; the last entry is the file's length. */
  readonly starts: readonly number[];
}

/** The destination port of record n says which it is; its payload is `payload(n)`. */
export function longCapture(
  format: 'pcap' | 'pcapng',
  count: number,
  payload: (index: number) => Uint8Array,
): LongCapture {
  const writer = new PcapWriter();
  const head =
    format === 'pcap' ? writer.header() : bytes(sectionBlock(true), interfaceBlock(true));
  const parts = [head];
  const starts: number[] = [];
  let length = head.length;
  for (let i = 0; i < count; i++) {
    const timeUs = 1_700_000_000_000_000 + i * 1500;
    const body = tcp({ destinationPort: i & 0xffff, sequence: i }, payload(i));
    const frame = ethernet(0x0800, ipv4({}, body));
    const record =
      format === 'pcap'
        ? writer.record(timeUs, frame)
        : packetBlock(true, frame, { ticks: BigInt(timeUs) });
    starts.push(length);
    parts.push(record);
    length += record.length;
  }
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return { file, starts: [...starts, length] };
}

/** Payloads of many sizes. */
export function mixedPayload(index: number): Uint8Array {
  return new Uint8Array((index * 7919) % 1400).fill(index);
}

/** Payloads that are pieces of another capture, as when one is downloaded: its headers look like the real ones. */
export function captureInside(pieceBytes: number): (index: number) => Uint8Array {
  const inner = longCapture('pcap', 4000, (i) => new Uint8Array(i % 200)).file;
  return (index) => {
    const at = (index * pieceBytes) % (inner.length - pieceBytes);
    return inner.subarray(at, at + pieceBytes);
  };
}
