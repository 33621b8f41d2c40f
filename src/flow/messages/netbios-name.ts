import type { Message } from './message.ts';

const HEADER = 12;
/** A first-level encoded name (RFC 1001 §14.1): 32 letters A to P behind their length. */
const NAME = 32;

/** Whether a datagram is one of the NetBIOS name service (RFC 1002 §4.2), which looks like DNS and is not. */
export function isNetbiosName({ data, start, length }: Message): boolean {
  if (length < HEADER + 1 + NAME) return false;
  const records = data[start + 5]! + data[start + 7]! + data[start + 9]! + data[start + 11]!;
  if (records === 0 || data[start + HEADER] !== NAME) return false;
  for (let i = 1; i <= NAME; i++) {
    const byte = data[start + HEADER + i]!;
    if (byte < 0x41 || byte > 0x50) return false;
  }
  return true;
}
