/** Makes LZ4 frames for tests, by the format's description: greedy matches, the checksums left at zero. */

export interface Lz4Fields {
  readonly linked?: boolean;
  /** 4 … 7: 64 KiB, 256 KiB, 1 MiB, 4 MiB. */
  readonly blockCode?: number;
  readonly blockChecksums?: boolean;
  readonly contentChecksum?: boolean;
  readonly contentSize?: boolean;
  readonly stored?: boolean;
  readonly legacy?: boolean;
}

export function lz4Frame(content: Uint8Array, fields: Lz4Fields = {}): Buffer {
  const { blockCode = 4, legacy = false } = fields;
  const blockBytes = legacy ? 8 << 20 : 1 << (2 * blockCode + 8);
  const parts: (readonly number[] | Uint8Array)[] = [legacy ? [2, 0x21, 0x4c, 0x18] : header(content.length, fields)]; // prettier-ignore
  for (let start = 0; start < content.length; start += blockBytes) {
    const end = Math.min(content.length, start + blockBytes);
    const block = fields.stored === true ? content.subarray(start, end) : compress(content, start, end, fields.linked ?? false); // prettier-ignore
    parts.push(u32(block.length + (fields.stored === true ? 0x80000000 : 0)), block);
    if (fields.blockChecksums === true) parts.push(u32(0));
  }
  if (!legacy) parts.push(u32(0));
  if (fields.contentChecksum === true) parts.push(u32(0));
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)));
}

function header(length: number, fields: Lz4Fields): number[] {
  const flags =
    0x40 |
    (fields.linked === true ? 0 : 0x20) |
    (fields.blockChecksums === true ? 0x10 : 0) |
    (fields.contentSize === true ? 8 : 0) |
    (fields.contentChecksum === true ? 4 : 0);
  const size = fields.contentSize === true ? [...u32(length), 0, 0, 0, 0] : [];
  return [4, 0x22, 0x4d, 0x18, flags, (fields.blockCode ?? 4) << 4, ...size, 0];
}

function u32(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255];
}

/** One block of `content`; a match may reach back before the block if blocks are linked. */
function compress(content: Uint8Array, start: number, end: number, linked: boolean): Uint8Array {
  const out: number[] = [];
  const seen = new Map<number, number>();
  const key = (at: number): number =>
    content[at]! | (content[at + 1]! << 8) | (content[at + 2]! << 16) | (content[at + 3]! << 24);
  if (linked) for (let at = Math.max(0, start - 65_535); at < start; at++) seen.set(key(at), at);
  let literals = start;
  let at = start;
  while (at < end - 12) {
    const from = seen.get(key(at));
    seen.set(key(at), at);
    if (from === undefined || at - from > 65_535 || key(from) !== key(at)) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < end - 5 && content[from + length] === content[at + length]) length++;
    sequence(out, content.subarray(literals, at), at - from, length);
    at += length;
    literals = at;
  }
  sequence(out, content.subarray(literals, end), 0, 0);
  return Uint8Array.from(out);
}

function sequence(out: number[], literals: Uint8Array, offset: number, length: number): void {
  const match = offset === 0 ? 0 : length - 4;
  out.push((Math.min(15, literals.length) << 4) | Math.min(15, match));
  if (literals.length >= 15) more(out, literals.length - 15);
  for (const byte of literals) out.push(byte);
  if (offset === 0) return;
  out.push(offset & 255, offset >> 8);
  if (match >= 15) more(out, match - 15);
}

function more(out: number[], rest: number): void {
  for (let left = rest; ; left -= 255) {
    out.push(Math.min(255, left));
    if (left < 255) return;
  }
}
