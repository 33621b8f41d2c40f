import { i32 } from './frame.ts';

/** Writes an IPv4 address in its mapped form. */
export function writeMapped(words: Uint32Array, address: number): void {
  words[0] = 0;
  words[1] = 0;
  words[2] = 0xffff;
  words[3] = address;
}

/** Writes the IPv6 address at `offset`. */
export function writeAddress(words: Uint32Array, bytes: Uint8Array, offset: number): void {
  words[0] = i32(bytes, offset);
  words[1] = i32(bytes, offset + 4);
  words[2] = i32(bytes, offset + 8);
  words[3] = i32(bytes, offset + 12);
}
