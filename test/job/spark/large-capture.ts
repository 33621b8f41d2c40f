import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;
/** Copies of the traffic under other addresses; after so many the same hosts are seen again, later. */
const NETWORKS = 16;
/** Between one copy and the next: longer than any flow stays open. */
const PAUSE_SECONDS = 601;

/**
 * Writes a capture of about `bytes` bytes: a small one (little-endian pcap of microseconds, Ethernet, IPv4) again and
 * again, each time later and with other addresses. Gives how large it became.
 */
export function writeLargeCapture(path: string, from: string, bytes: number): number {
  const source = readFileSync(from);
  const records = recordsOf(source);
  const seconds = records.map((at) => source.readUInt32LE(at));
  const span = Math.max(...seconds) - Math.min(...seconds) + PAUSE_SECONDS;
  const out = openSync(path, 'w');
  let written = writeSync(out, source, 0, FILE_HEADER_BYTES);
  for (let copy = 0; written < bytes; copy++) {
    const body = Buffer.from(source.subarray(FILE_HEADER_BYTES));
    for (const [i, at] of records.entries()) {
      body.writeUInt32LE(seconds[i]! + copy * span, at - FILE_HEADER_BYTES);
      moveAddresses(body, at - FILE_HEADER_BYTES + RECORD_HEADER_BYTES, copy % NETWORKS);
    }
    for (let at = 0; at < body.length;) at += writeSync(out, body, at);
    written += body.length;
  }
  closeSync(out);
  return written;
}

function recordsOf(source: Buffer): number[] {
  const records: number[] = [];
  for (let at = FILE_HEADER_BYTES; at < source.length;) {
    records.push(at);
    at += RECORD_HEADER_BYTES + source.readUInt32LE(at + 8);
  }
  return records;
}

/** Another second octet for both ends of an IPv4 packet. */
function moveAddresses(bytes: Buffer, frame: number, network: number): void {
  if (bytes.readUInt16BE(frame + 12) !== 0x0800) return;
  for (const address of [12, 16]) bytes[frame + ETHERNET_BYTES + address + 1]! ^= network;
}
