import type { Packet } from '../../capture/packet.ts';

const decoder = new TextDecoder('latin1');

/** The first characters of the payload, a byte each, as far as they were captured. */
export function payloadText(packet: Packet, maxLength: number): string {
  const start = packet.payloadOffset;
  const length = Math.min(packet.payloadCaptured, maxLength);
  return decoder.decode(packet.data.subarray(start, start + length));
}

/** The lines of a text that are complete (a last one without its newline is left out), at most `most`. */
export function completeLines(text: string, most: number): string[] {
  const lines: string[] = [];
  let start = 0;
  while (lines.length < most) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    lines.push(text.slice(start, text[end - 1] === '\r' ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}
