import type { Packet } from '../../capture/packet.ts';

/** The first characters of the payload, a byte each, as far as they were captured. */
export function payloadText(packet: Packet, maxLength: number): string {
  const start = packet.payloadOffset;
  return bytesText(packet.data, start, start + Math.min(packet.payloadCaptured, maxLength));
}

// Half the time of a TextDecoder, whose latin1 is Windows-1252.
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice: (this: Uint8Array, start: number, end: number) => string;
};

/** Bytes as characters, one each. */
export function bytesText(data: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(data, start, end);
}

/** One for every byte: lower case, `?` for what is not printable ASCII (a blank is not). */
export const LOWER_CASE_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte <= 0x20 || byte >= 0x7f) return 0x3f;
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
});

/** Lower case; what is not printable ASCII becomes `?`. */
export function lowerCaseText(data: Uint8Array, start: number, end: number): string {
  const lower = data.slice(start, end);
  for (let i = 0; i < lower.length; i++) lower[i] = LOWER_CASE_BYTE[lower[i]!]!;
  return bytesText(lower, 0, lower.length);
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
