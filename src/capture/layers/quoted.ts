import { WITH_PORTS } from '../fragmented-datagram.ts';
import type { Packet } from '../packet.ts';
import { i32, u16, type Frame } from './frame.ts';
import { extensionLength, FRAGMENT, isExtension } from './ipv6-extension.ts';
import { writeAddress, writeMapped } from './write-address.ts';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const ICMP = 1;

const ICMPV6 = 58;

/** The packet that an ICMP error quotes at `at`: its IP header and, if they are there, its ports. */
export function quote(frame: Frame, at: number, packet: Packet): void {
  if (packet.protocol === ICMP) quoteIpv4(frame, at, packet);
  else quoteIpv6(frame, at, packet);
}

/** RFC 792: the header and 64 bits; many send more (RFC 1812 §4.3.2.3). */
function quoteIpv4(frame: Frame, at: number, packet: Packet): void {
  const { bytes, end } = frame;
  if (end - at < IPV4_HEADER) return;
  const headerLength = (bytes[at]! & 15) * 4;
  if (bytes[at]! >>> 4 !== 4 || headerLength < IPV4_HEADER) return;
  const { quoted } = packet;
  packet.hasQuoted = true;
  quoted.protocol = bytes[at + 9]!;
  writeMapped(quoted.source, i32(bytes, at + 12));
  writeMapped(quoted.destination, i32(bytes, at + 16));
  const isLater = (u16(bytes, at + 6) & 0x1fff) !== 0;
  quotePorts(frame, isLater ? end : at + headerLength, packet);
}

/** RFC 4443 §2.4 (c): as much as fits into the least MTU. */
function quoteIpv6(frame: Frame, at: number, packet: Packet): void {
  const { bytes, end } = frame;
  if (end - at < IPV6_HEADER || bytes[at]! >>> 4 !== 6) return;
  const { quoted } = packet;
  packet.hasQuoted = true;
  quoted.protocol = bytes[at + 6]!;
  writeAddress(quoted.source, bytes, at + 8);
  writeAddress(quoted.destination, bytes, at + 24);
  let next = at + IPV6_HEADER;
  while (isExtension(quoted.protocol) && end - next >= 8) {
    const length = extensionLength(quoted.protocol, bytes[next + 1]!);
    const isLater = quoted.protocol === FRAGMENT && (u16(bytes, next + 2) & 0xfff8) !== 0;
    quoted.protocol = bytes[next]!;
    next = isLater ? end : next + length;
  }
  quotePorts(frame, next, packet);
}

function quotePorts({ bytes, end }: Frame, at: number, { quoted }: Packet): void {
  quoted.sourcePort = 0;
  quoted.destinationPort = 0;
  if (WITH_PORTS.has(quoted.protocol)) {
    if (end - at < 4) return;
    quoted.sourcePort = u16(bytes, at);
    quoted.destinationPort = u16(bytes, at + 2);
  } else if (quoted.protocol === ICMP || quoted.protocol === ICMPV6) {
    if (end - at < 2) return;
    quoted.sourcePort = bytes[at]!;
    quoted.destinationPort = bytes[at + 1]!;
  }
}
