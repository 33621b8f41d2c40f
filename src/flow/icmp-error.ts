import type { IcmpError } from './flow.ts';

/** What ICMP errors said of one side's packets, as bits that are merged by "or". */
const UNREACHABLE = 1;
const TIME_EXCEEDED = 2;
const OTHER = 4;
export const ERROR_BITS = 3;

const ICMPV6 = 58;

/** The bit of an error message (RFC 792; RFC 4443 §3). */
export function icmpErrorBit(protocol: number, type: number, code: number): number {
  if (protocol === ICMPV6) return type === 1 ? UNREACHABLE : type === 3 ? TIME_EXCEEDED : OTHER;
  // Code 4 asks for smaller packets and says nothing against the way there.
  if (type === 3) return code === 4 ? OTHER : UNREACHABLE;
  return type === 11 ? TIME_EXCEEDED : OTHER;
}

/** The worst of them. */
export function worstIcmpError(bits: number): IcmpError | undefined {
  if ((bits & UNREACHABLE) !== 0) return 'unreachable';
  if ((bits & TIME_EXCEEDED) !== 0) return 'timeExceeded';
  return bits === 0 ? undefined : 'other';
}
