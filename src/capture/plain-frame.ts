import { isIcmpError } from './layers/icmp.ts';
import { mayCarryUdpTunnel } from './layers/udp-tunnel.ts';
import { PLAIN_LAYOUT } from './plain-packets.ts';

const {
  PLAIN_ACKNOWLEDGMENT,
  PLAIN_DESTINATION,
  PLAIN_DESTINATION_UPPER,
  PLAIN_FLAGS,
  PLAIN_IP_LENGTH,
  PLAIN_PAYLOAD_CAPTURED,
  PLAIN_PAYLOAD_LENGTH,
  PLAIN_PAYLOAD_OFFSET,
  PLAIN_PORTS,
  PLAIN_PROTOCOL,
  PLAIN_SEQUENCE,
  PLAIN_SERVICE,
  PLAIN_SOURCE,
  PLAIN_SOURCE_UPPER,
  PLAIN_VERSION,
} = PLAIN_LAYOUT;

/** Which frames can be plain: those of no link type, of Ethernet, of IP without a link layer. */
export const PLAIN_LINK = { none: 0, ethernet: 1, rawIp: 2 } as const;

const { ethernet: ETHERNET, rawIp: RAW_IP } = PLAIN_LINK;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;

const ETHERNET_HEADER = 14;
const VLAN_TAG = 4;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
/** What must be there of the transport's header for the words that are read of it. */
const LEAST_TRANSPORT = 8;
const LEAST_TCP = 16;

/**
 * Reads a frame of the usual shape straight into `words` from `place` on, all but its time: Ethernet II with at most one VLAN tag, or none;
 * IPv4 without options or fragments, or IPv6 without extensions; TCP, UDP, or ICMP that is no error. Gives false,
 * and nothing is done, for everything else: the layers say what that is. They and this say the same
 * (`test/capture/plain-frame.test.ts`), only this does so without passing a packet from hand to hand.
 */
export function readPlainFrame(
  view: DataView,
  link: number,
  offset: number,
  end: number,
  words: Int32Array,
  place: number,
): boolean {
  if (end - offset < IPV4_HEADER + LEAST_TRANSPORT) return false;
  if (link === ETHERNET) {
    const etherType = view.getUint16(offset + 12);
    const at = offset + ETHERNET_HEADER;
    if (etherType === IPV4) return readIpv4(view, at, end, words, place);
    if (etherType === IPV6) return readIpv6(view, at, end, words, place);
    if (etherType !== VLAN) return false;
    const tagged = view.getUint16(offset + 16);
    if (tagged === IPV4) return readIpv4(view, at + VLAN_TAG, end, words, place);
    return tagged === IPV6 && readIpv6(view, at + VLAN_TAG, end, words, place);
  }
  if (link !== RAW_IP) return false;
  return view.getUint8(offset) === 0x45
    ? readIpv4(view, offset, end, words, place)
    : readIpv6(view, offset, end, words, place);
}

function readIpv4(
  view: DataView,
  at: number,
  end: number,
  words: Int32Array,
  place: number,
): boolean {
  if (end - at < IPV4_HEADER + LEAST_TRANSPORT) return false;
  const first = view.getInt32(at);
  const ipLength = first & 0xffff;
  // Version 4 and a header of five words; nothing of a fragment.
  if (first >>> 24 !== 0x45 || ipLength < IPV4_HEADER) return false;
  if ((view.getInt32(at + 4) & 0x3fff) !== 0) return false;
  words[place + PLAIN_SOURCE] = view.getInt32(at + 12);
  words[place + PLAIN_DESTINATION] = view.getInt32(at + 16);
  words[place + PLAIN_VERSION] = 4;
  words[place + PLAIN_IP_LENGTH] = ipLength;
  const ipEnd = at + ipLength;
  return readTransport(view, at + IPV4_HEADER, ipEnd, end, view.getUint8(at + 9), words, place);
}

function readIpv6(
  view: DataView,
  at: number,
  end: number,
  words: Int32Array,
  place: number,
): boolean {
  if (end - at < IPV6_HEADER + LEAST_TRANSPORT) return false;
  const declared = view.getUint16(at + 4);
  if (view.getUint8(at) >>> 4 !== 6 || declared === 0) return false;
  words[place + PLAIN_SOURCE] = view.getInt32(at + 20);
  words[place + PLAIN_DESTINATION] = view.getInt32(at + 36);
  words[place + PLAIN_VERSION] = 6;
  words[place + PLAIN_IP_LENGTH] = IPV6_HEADER + declared;
  for (let i = 0; i < 3; i++) {
    words[place + PLAIN_SOURCE_UPPER + i] = view.getInt32(at + 8 + 4 * i);
    words[place + PLAIN_DESTINATION_UPPER + i] = view.getInt32(at + 24 + 4 * i);
  }
  const start = at + IPV6_HEADER;
  return readTransport(view, start, start + declared, end, view.getUint8(at + 6), words, place);
}

/** `ipEnd` is where the IP packet ends, `frameEnd` what there is of the frame: the rest was cut, or is padding. */
function readTransport(
  view: DataView,
  at: number,
  ipEnd: number,
  frameEnd: number,
  protocol: number,
  words: Int32Array,
  place: number,
): boolean {
  const end = ipEnd < frameEnd ? ipEnd : frameEnd;
  if (end - at < LEAST_TRANSPORT) return false;
  const ports = view.getInt32(at);
  let declared = ipEnd - at;
  let header = 8;
  let flags = 0;
  let sequence = 0;
  let acknowledgment = 0;
  if (protocol === TCP) {
    if (end - at < LEAST_TCP) return false;
    flags = view.getInt32(at + 12);
    sequence = view.getInt32(at + 4);
    acknowledgment = view.getInt32(at + 8);
    header = (flags >>> 28) * 4;
    if (header < 20) header = 20;
  } else if (protocol === UDP) {
    if (mayCarryUdpTunnel(ports >>> 16, ports & 0xffff)) return false;
    const length = view.getUint16(at + 4);
    if (length >= 8 && length < declared) declared = length;
  } else if (protocol === ICMP || protocol === ICMPV6) {
    if (isIcmpError(protocol, ports >>> 24)) return false;
  } else return false;
  words[place + PLAIN_PORTS] =
    protocol === TCP || protocol === UDP ? ports : ((ports >>> 8) & 0xff0000) | ((ports >>> 16) & 0xff); // prettier-ignore
  words[place + PLAIN_PROTOCOL] = protocol;
  const payload = declared > header ? declared - header : 0;
  const start = at + header < end ? at + header : end;
  words[place + PLAIN_PAYLOAD_LENGTH] = payload;
  words[place + PLAIN_FLAGS] = flags;
  words[place + PLAIN_SEQUENCE] = sequence;
  words[place + PLAIN_ACKNOWLEDGMENT] = acknowledgment;
  words[place + PLAIN_SERVICE] = 0;
  words[place + PLAIN_PAYLOAD_OFFSET] = start;
  words[place + PLAIN_PAYLOAD_CAPTURED] = payload < end - start ? payload : end - start;
  return true;
}
