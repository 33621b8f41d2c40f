import type { Packet } from '../packet.ts';

/** The frame being decoded. Layers narrow `end` to what their own length fields allow, and never widen it. */
export interface Frame {
  bytes: Uint8Array;
  /** First offset in `bytes` that is not the frame's, or not the present layer's. */
  end: number;
  /** Bytes of the frame that were on the wire and that the capture left out (snap length). */
  cut: number;
}

/**
 * Reads one header at `offset`, writes what it says into `packet`, and passes on to the next layer. Gives
 * `undefined` when the packet is filled, else the reason why there is none: a short text that is counted.
 */
export type Layer = (frame: Frame, offset: number, packet: Packet) => string | undefined;

/** A big-endian 16-bit number; the caller has compared `offset` to the frame's end. */
export function u16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** A big-endian 32-bit number, as signed: store it in a `Uint32Array`, or put `>>> 0` behind it. */
export function i32(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! << 24) |
    (bytes[offset + 1]! << 16) |
    (bytes[offset + 2]! << 8) |
    bytes[offset + 3]!
  );
}
