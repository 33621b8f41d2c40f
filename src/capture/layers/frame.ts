import type { FragmentTable } from '../fragment-table.ts';
import type { PacketSnapshot } from '../packet-snapshot.ts';
import type { Packet } from '../packet.ts';
import type { ReasonCounts } from '../reason-counts.ts';

/** The frame being decoded. Layers narrow `end` to what their own length fields allow, and never widen it. */
export interface Frame {
  bytes: Uint8Array;
  /** First offset in `bytes` that is not the frame's, or not the present layer's. */
  end: number;
  /** Bytes of the frame that were on the wire and that the capture left out (snap length). */
  cut: number;
  /** What a tunnel header announces to stand at `innerAt`; `INNER.none` where there is no tunnel (any more). */
  inner: number;
  innerAt: number;
  /** The tunnel's kind, as in `Packet.tunnel`. */
  innerTunnel: string;
  /** The packet's outermost addresses stand already: they were an outer IP header's. */
  outerKnown: boolean;
  /** The packet that carries what is being decoded. */
  readonly outer: PacketSnapshot;
  /** Where the frame's next packet begins and the frame ends (802.11 A-MSDU); 0 where it holds one. */
  more: number;
  moreEnd: number;
  /** Fragments of datagrams that are not complete. */
  readonly fragments: FragmentTable;
  /** Payloads of datagrams that came in fragments, one for each depth of tunnels. */
  readonly whole: Uint8Array[];
  /** Counts of what is odd but no reason to give no packet. */
  readonly notes: ReasonCounts;
}

/**
 * Reads one header at `offset`, writes what it says into `packet`, and passes on to the next layer. Gives
 * `undefined` when the packet is filled, else the reason why there is none: a short text that is counted.
 *
 * A tunnel is not entered but announced in `frame.inner`: `decodeInner` goes on from there, so that nesting
 * is a loop with a bound and the layers stay a tree.
 */
export type Layer = (frame: Frame, offset: number, packet: Packet) => string | undefined;

/** What can stand inside a tunnel. */
export const INNER = { none: 0, ip: 1, ipv4: 2, ipv6: 3, ethernet: 4, ppp: 5 } as const;

/** No packet yet and nothing wrong: the fragment waits for the others. */
export const HELD = 'fragmentHeld';

/** No packet yet and nothing wrong: a tunnel without an IP header of its own; see `frame.inner`. */
export const AHEAD = 'tunnelAhead';

/** Announces a tunnel. Gives what a layer without an IP header returns. */
export function announce(frame: Frame, tunnel: string, inner: number, offset: number): string {
  frame.innerTunnel = tunnel;
  frame.inner = inner;
  frame.innerAt = offset;
  return AHEAD;
}

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
