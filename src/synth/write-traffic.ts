import { PcapWriter } from '../capture/pcap-writer.ts';
import type { TimedFrame } from './network.ts';
import type { LabelRow } from './recipe.ts';

const CHUNK_BYTES = 1 << 18;

/** A pcap file in chunks of about a quarter of a megabyte. */
export function* pcapChunks(packets: Iterable<TimedFrame>): Generator<Uint8Array, void, undefined> {
  const writer = new PcapWriter();
  let parts: Uint8Array[] = [writer.header()];
  let bytes = 0;
  for (const { timeUs, frame } of packets) {
    const record = writer.record(timeUs, frame);
    parts.push(record);
    bytes += record.length;
    if (bytes < CHUNK_BYTES) continue;
    yield join(parts);
    parts = [];
    bytes = 0;
  }
  if (parts.length > 0) yield join(parts);
}

/** The truth as a labels file; read `packets` to their end first. Starts are floored, ends are ceiled. */
export function labelsCsv(inputName: string, labels: readonly LabelRow[]): string {
  const lines = labels.map((row) =>
    [
      field(inputName),
      row.host,
      row.label,
      Math.floor(row.startUs / 1e6),
      Math.floor(row.endUs / 1e6) + 1,
    ].join(','),
  );
  return `${['input,host,label,start,end', ...lines].join('\n')}\n`;
}

/** RFC 4180: quoted where it has to be. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
