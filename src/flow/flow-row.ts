/**
 * Where things stand in a row of `FlowSlots`: 128 bytes, two cache lines, read as sixteen 64-bit floats and as
 * thirty-two 32-bit integers. All floats hold integers. `+ side`: one for A (0), one for B (1). See `PLAIN_LAYOUT`
 * for why it is one object.
 */
export const ROW_LAYOUT = {
  ROW_INTS: 32,
  ROW_NUMBERS: 16,

  // As floats.
  START_US: 0,
  END_US: 1,
  PACKETS: 2, // + side
  IP_BYTES: 4, // + side
  /** Payload bytes as they came, retransmitted ones as often as they came. */
  PAYLOAD: 6, // + side
  /** Of the last packet, as `CaptureClock` counts; infinite in a free row. */
  POSITION: 8,

  // As integers.
  /** Lowest words of the addresses (all there is of IPv4), ports, protocol with `FlowKey`'s bits; `FREE` in a free row. */
  ADDRESS_A: 18,
  ADDRESS_B: 19,
  PORTS: 20,
  PROTOCOL: 21,
  /** Sequence number behind the last data segment, once `PAYLOAD` is not 0. */
  NEXT_SEQUENCE: 22, // + side
  /** Three words of first-occurrence letters, six letters each, and which were seen. */
  LETTERS: 24,
  SEEN: 27,
  /** Bits of the flow table, and from `ERRORS_SHIFT` on what ICMP errors said of A's packets, then of B's. */
  FLAGS: 28,
  /** Numbers of the service's name and of the tunnel; 0 is none. */
  NAMES: 29,
  /** Row of `FlowExtras`; 0 is none. */
  EXTRA: 30,
  HASH: 31,

  FREE: -1,
} as const;
