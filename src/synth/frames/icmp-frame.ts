import { isIpv4 } from '../../bytes/ip-address.ts';
import { foldChecksum, sumWords } from './checksum.ts';
import { type Route, startFrame, transportChecksum } from './ip-frame.ts';

/** Types in both numberings: ICMP (RFC 792) and ICMPv6 (RFC 4443). */
const ICMP_TYPES = {
  echoReply: [0, 129],
  unreachable: [3, 1],
  echoRequest: [8, 128],
  timeExceeded: [11, 3],
} as const;

type IcmpType = keyof typeof ICMP_TYPES;

export interface IcmpMessage {
  readonly type: IcmpType;
  /** In ICMP's numbering; of the ICMPv6 codes only "port unreachable" is translated. */
  readonly code: number;
  /** The four bytes behind the checksum: identifier and sequence of an echo, else 0. */
  readonly rest: number;
  readonly payload: Uint8Array;
}

/** A whole Ethernet frame that carries one ICMP or ICMPv6 message. */
export function icmpFrame(route: Route, message: IcmpMessage): Uint8Array {
  const four = isIpv4(route.source);
  const protocol = four ? 1 : 58;
  const frame = startFrame(route, protocol, 8 + message.payload.length);
  const start = frame.length - 8 - message.payload.length;
  const view = new DataView(frame.buffer);
  view.setUint8(start, ICMP_TYPES[message.type][four ? 0 : 1]);
  view.setUint8(start + 1, four ? message.code : icmpv6Code(message));
  view.setUint32(start + 4, message.rest);
  frame.set(message.payload, start + 8);
  const checksum = four
    ? foldChecksum(sumWords(frame, start, frame.length))
    : transportChecksum(route, protocol, frame, start);
  view.setUint16(start + 2, checksum);
  return frame;
}

/** ICMP 3/3 (port) is ICMPv6 1/4; 3/1 (host) is 1/3; 3/13 (prohibited) is 1/1. */
function icmpv6Code(message: IcmpMessage): number {
  if (message.type !== 'unreachable') return 0;
  if (message.code === 3) return 4;
  return message.code === 13 ? 1 : 3;
}
