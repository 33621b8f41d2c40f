/**
 * Which ICMP message answers which, as Zeek pairs them (`ICMP4_counterpart`, `ICMP6_counterpart` in its
 * analyzer/protocol/icmp/ICMP.cc): request type → reply type. Everything else is one-way.
 */

const ICMP = 1;
const ICMPV6 = 58;

const REPLY_OF_4 = new Map([[8, 0], [13, 14], [15, 16], [17, 18], [10, 9]]); // prettier-ignore
const REPLY_OF_6 = new Map([[128, 129], [133, 134], [135, 136], [139, 140], [144, 145], [130, 131]]); // prettier-ignore

const ONE_WAY = -1;
const counterpart4 = bothWays(REPLY_OF_4);
const counterpart6 = bothWays(REPLY_OF_6);

function bothWays(replies: ReadonlyMap<number, number>): Int16Array {
  const table = new Int16Array(256).fill(ONE_WAY);
  for (const [request, reply] of replies) {
    table[request] = reply;
    table[reply] = request;
  }
  return table;
}

export function isIcmp(protocol: number): boolean {
  return protocol === ICMP || protocol === ICMPV6;
}

/** The type that answers `type` (or that `type` answers), `-1` when it stands alone. */
export function icmpCounterpart(protocol: number, type: number): number {
  return (protocol === ICMP ? counterpart4 : counterpart6)[type] ?? ONE_WAY;
}

/** True for the type that asks: its sender is the originator. */
export function isIcmpRequest(protocol: number, type: number): boolean {
  return (protocol === ICMP ? REPLY_OF_4 : REPLY_OF_6).has(type);
}

/**
 * True for a reply that nobody sends unasked (echo, timestamp, information, mask): its receiver is the
 * originator even if the request was not captured. Advertisements are sent unasked all the time.
 */
export function isIcmpAnswer(protocol: number, type: number): boolean {
  return protocol === ICMP ? [0, 14, 16, 18].includes(type) : [129, 140, 145].includes(type);
}
