/** Little-endian numbers and texts at an offset; the caller has made sure that the bytes are there. */

export function u16le(data: Uint8Array, at: number): number {
  return data[at]! | (data[at + 1]! << 8);
}

export function u32le(data: Uint8Array, at: number): number {
  return (u16le(data, at) | (data[at + 2]! << 16) | (data[at + 3]! << 24)) >>> 0;
}

export function u16be(data: Uint8Array, at: number): number {
  return (data[at]! << 8) | data[at + 1]!;
}

export function u32be(data: Uint8Array, at: number): number {
  return ((u16be(data, at) << 16) | u16be(data, at + 2)) >>> 0;
}

const latin1 = new TextDecoder('latin1');
const utf16 = new TextDecoder('utf-16le');

export function latin1Text(data: Uint8Array, start: number, end: number): string {
  return start < end ? latin1.decode(data.subarray(start, end)) : '';
}

/** UTF-16, little-endian; a last half character is left out. */
export function utf16Text(data: Uint8Array, start: number, end: number): string {
  return start < end ? utf16.decode(data.subarray(start, end - ((end - start) & 1))) : '';
}

/** True when the bytes at an offset are this ASCII text and lie before the end. */
export function hasText(data: Uint8Array, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (data[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
