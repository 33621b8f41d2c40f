/**
 * A packet of the usual shape as thirty-two 32-bit words, of which the first two are its time as a 64-bit float, and
 * what stands in the others; those that are not named are for whoever takes it.
 *
 * Hot code takes such an object apart into constants of its own: a number that is imported by its name is read from
 * memory every time, and a loop over packets was 2.4 times as slow for it (V8 11.3).
 */
export const PLAIN_LAYOUT = {
  PLAIN_WORDS: 32,
  /** Addresses: all there is of IPv4, the lowest word of IPv6, whose other three stand in `…_UPPER` and behind. */
  PLAIN_SOURCE: 2,
  PLAIN_DESTINATION: 3,
  /** The source's in the upper half; of ICMP type and code. */
  PLAIN_PORTS: 4,
  PLAIN_PROTOCOL: 5,
  /** 4 or 6. */
  PLAIN_VERSION: 6,
  PLAIN_SOURCE_UPPER: 7,
  PLAIN_DESTINATION_UPPER: 10,
  PLAIN_IP_LENGTH: 14,
  PLAIN_PAYLOAD_LENGTH: 15,
  /** Fields of TCP, 0 for others: data offset and flags in the upper half, window in the lower. */
  PLAIN_FLAGS: 16,
  PLAIN_SEQUENCE: 17,
  PLAIN_ACKNOWLEDGMENT: 18,
  /** 0: for a number of the service, which whoever takes the packet may find out. */
  PLAIN_SERVICE: 19,
  /** The payload inside the sink's bytes. */
  PLAIN_PAYLOAD_OFFSET: 21,
  PLAIN_PAYLOAD_CAPTURED: 22,
} as const;

/**
 * Takes packets of the usual shape before any `Packet` is filled for them: their words say what the `Packet` would.
 * They are written one behind the other, and taken some at a time.
 */
export interface PlainSink {
  readonly ints: Int32Array;
  /** The same memory. */
  readonly numbers: Float64Array;
  /** First word of the packet to come; whoever writes one moves it on. */
  place: number;
  /** Where `place` must not be when a packet comes. */
  readonly end: number;
  /**
   * Takes what stands before `place`, payloads inside `bytes`: called when there is no more room, before a packet
   * that comes as a `Packet`, and before `bytes` are others. Afterwards there is room.
   */
  take(bytes: Uint8Array): void;
}
