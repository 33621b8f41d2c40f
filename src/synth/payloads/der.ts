import { joinBytes } from './text-bytes.ts';

export const DER_SEQUENCE = 0x30;

/** One element (X.690 §8.1): tag, length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(...content);
  const { length } = body;
  if (length < 128) return joinBytes(Uint8Array.of(tag, length), body);
  if (length < 256) return joinBytes(Uint8Array.of(tag, 0x81, length), body);
  return joinBytes(Uint8Array.of(tag, 0x82, length >> 8, length & 0xff), body);
}

/** A small INTEGER, 0 … 32,767. */
export function derNumber(value: number): Uint8Array {
  return value < 128 ? der(2, Uint8Array.of(value)) : der(2, Uint8Array.of(value >> 8, value & 0xff)); // prettier-ignore
}
