/**
 * Where things stand in a row of `FlowSlots`: 128 bytes, two cache lines, read as sixteen 64-bit floats and as
 * thirty-two 32-bit integers. All floats hold integers. `+ side`: one for A (0), one for B (1).
 */
export const ROW_INTS = 32;
export const ROW_NUMBERS = 16;

// As floats.
export const START_US = 0;
export const END_US = 1;
export const PACKETS = 2; // + side
export const IP_BYTES = 4; // + side
/** Payload bytes as they came, retransmitted ones as often as they came. */
export const PAYLOAD = 6; // + side
/** Of the last packet, as `CaptureClock` counts; infinite in a free row. */
export const POSITION = 8;

// As integers.
/** Lowest words of the addresses (all there is of IPv4), ports, protocol with `FlowKey`'s bits; `FREE` in a free row. */
export const ADDRESS_A = 18;
export const ADDRESS_B = 19;
export const PORTS = 20;
export const PROTOCOL = 21;
/** Sequence number behind the last data segment, once `PAYLOAD` is not 0. */
export const NEXT_SEQUENCE = 22; // + side
/** Three words of first-occurrence letters, six letters each, and which were seen. */
export const LETTERS = 24;
export const SEEN = 27;
/** Bits of the flow table, and from `ERRORS_SHIFT` on what ICMP errors said of A's packets, then of B's. */
export const FLAGS = 28;
/** Numbers of the service's name and of the tunnel; 0 is none. */
export const NAMES = 29;
/** Row of `FlowExtras`; 0 is none. */
export const EXTRA = 30;
export const HASH = 31;

export const FREE = -1;
