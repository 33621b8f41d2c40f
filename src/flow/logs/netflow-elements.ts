/**
 * Information elements that are read (IANA IPFIX registry; NetFlow 9 has the same numbers, RFC 3954 §8), and the slot
 * of `NetflowRecord.values` each goes to. Of two with one slot a record has one.
 */
export const SLOT = {
  octets: 0, packets: 1, protocol: 2, flags: 3, sourcePort: 4, destinationPort: 5, icmp: 6, icmpType: 7, icmpCode: 8,
  backOctets: 9, backPackets: 10, backFlags: 11,
  startUptimeMs: 12, endUptimeMs: 13, startSeconds: 14, endSeconds: 15, startMs: 16, endMs: 17, startNtp: 18, endNtp: 19,
  startDeltaUs: 20, endDeltaUs: 21, durationMs: 22, initMs: 23, sampling: 24, samplingSpace: 25,
} as const; // prettier-ignore

export const SLOTS = 26;

/** Slots beyond the numbers: addresses, which are texts. */
export const SOURCE_ADDRESS = 100;
export const DESTINATION_ADDRESS = 101;
export const NO_SLOT = -1;

const ELEMENTS: ReadonlyMap<number, number> = new Map([
  [1, SLOT.octets], [2, SLOT.packets], [85, SLOT.octets], [86, SLOT.packets], [231, SLOT.octets], [298, SLOT.packets],
  [4, SLOT.protocol], [6, SLOT.flags], [7, SLOT.sourcePort], [11, SLOT.destinationPort],
  [180, SLOT.sourcePort], [181, SLOT.destinationPort], [182, SLOT.sourcePort], [183, SLOT.destinationPort],
  [32, SLOT.icmp], [139, SLOT.icmp], [176, SLOT.icmpType], [177, SLOT.icmpCode], [178, SLOT.icmpType], [179, SLOT.icmpCode],
  [23, SLOT.backOctets], [24, SLOT.backPackets], [232, SLOT.backOctets], [299, SLOT.backPackets],
  [22, SLOT.startUptimeMs], [21, SLOT.endUptimeMs], [150, SLOT.startSeconds], [151, SLOT.endSeconds],
  [152, SLOT.startMs], [153, SLOT.endMs], [154, SLOT.startNtp], [155, SLOT.endNtp], [156, SLOT.startNtp], [157, SLOT.endNtp],
  [158, SLOT.startDeltaUs], [159, SLOT.endDeltaUs], [161, SLOT.durationMs], [160, SLOT.initMs],
  [34, SLOT.sampling], [50, SLOT.sampling], [305, SLOT.sampling], [306, SLOT.samplingSpace],
  [8, SOURCE_ADDRESS], [27, SOURCE_ADDRESS], [12, DESTINATION_ADDRESS], [28, DESTINATION_ADDRESS],
]); // prettier-ignore

/** The private enterprise number under which IPFIX has the reverse direction (RFC 5103 §6.1). */
const REVERSE = 29305;
const REVERSED: ReadonlyMap<number, number> = new Map([
  [1, SLOT.backOctets], [2, SLOT.backPackets], [85, SLOT.backOctets], [86, SLOT.backPackets], [6, SLOT.backFlags],
]); // prettier-ignore

/** Where an element goes; `NO_SLOT` if it is not read. */
export function slotOf(element: number, enterprise: number): number {
  if (enterprise === 0) return ELEMENTS.get(element) ?? NO_SLOT;
  return enterprise === REVERSE ? (REVERSED.get(element) ?? NO_SLOT) : NO_SLOT;
}
