import { LINK_TYPE } from '../../src/capture/link-type.ts';
import { bytes, ethernet, ipv4, ipv6, tcp, u16, u32, udp } from '../capture/frame-builder.ts';

export interface LinkFrames {
  readonly name: string;
  readonly linkType: number;
  readonly frames: readonly Uint8Array[];
}

const PAYLOAD = Uint8Array.from({ length: 24 }, (_, i) => i);
const IPV4 = ipv4({}, tcp({ flags: 2 }, PAYLOAD));
const IPV6 = ipv6({ nextHeader: 6 }, tcp({}, PAYLOAD));
const INNER_FRAME = ethernet(0x0800, IPV4);

/** Frames of every link type, tunnel and extension there is, each on its own and whole. */
export function handMadeFrames(): LinkFrames[] {
  return [...linkTypes(), ...inEthernet(), ...tunnels(), ...fragments()];
}

function linkTypes(): LinkFrames[] {
  const one = (name: string, linkType: number, ...frames: Uint8Array[]): LinkFrames => ({
    name,
    linkType,
    frames,
  });
  const mac = [0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 3];
  const wifi = bytes([0x08, 0x01, 0, 0], mac, [0x10, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0], IPV4);
  const qos = bytes(
    [0x88, 0x02, 0, 0],
    mac,
    [0, 0, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd],
    IPV6,
  );
  return [
    one('null', LINK_TYPE.null, bytes([2, 0, 0, 0], IPV4), bytes([30, 0, 0, 0], IPV6)),
    one('loop', LINK_TYPE.loop, bytes([0, 0, 0, 2], IPV4)),
    one('raw', LINK_TYPE.raw, IPV4, IPV6),
    one('raw bsd', LINK_TYPE.rawBsd, IPV4),
    one('ipv4', LINK_TYPE.ipv4, IPV4),
    one('ipv6', LINK_TYPE.ipv6, IPV6),
    one('ppp', LINK_TYPE.ppp, bytes([0xff, 3, 0, 0x21], IPV4), bytes([0x57], IPV6)),
    one('ppp hdlc', LINK_TYPE.pppHdlc, bytes([0xff, 3, 0, 0x57], IPV6)),
    one('pppoe', LINK_TYPE.pppEthernet, bytes([0x11, 0, 0, 1, ...u16(IPV4.length + 2), 0, 0x21], IPV4)),
    one('linux cooked', LINK_TYPE.linuxCooked, bytes([0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], IPV4)),
    one('linux cooked 2', LINK_TYPE.linuxCooked2, bytes([8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0], IPV4)),
    one('802.11', LINK_TYPE.ieee80211, wifi, qos),
    one('radiotap', LINK_TYPE.ieee80211Radiotap, bytes([0, 0, 8, 0, 0, 0, 0, 0], wifi)),
    one('unknown', 147, PAYLOAD),
  ]; // prettier-ignore
}

function onEthernet(name: string, ...frames: Uint8Array[]): LinkFrames {
  return { name, linkType: LINK_TYPE.ethernet, frames };
}

function inEthernet(): LinkFrames[] {
  const options = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
  const quoted = ipv4({ protocol: 17 }, udp(33_000, 33_434, PAYLOAD));
  const quoted6 = ipv6({}, udp(33_000, 33_434, PAYLOAD));
  const chain = bytes(
    [43, 0, 5, 2, 0, 0, 0, 0],
    [44, 0, 0, 0, 0, 0, 0, 0],
    [60, 0, 0, 1, 0, 0, 0, 7],
  );
  return [
    onEthernet('tcp', ethernet(0x0800, ipv4({}, tcp({ options, flags: 2 })))),
    onEthernet('udp', ethernet(0x0800, ipv4({ protocol: 17, options: [1, 1, 1, 0] }, udp(5353, 5353, PAYLOAD)))),
    onEthernet('vlan', ethernet(0x8100, bytes([0, 9, 8, 0], IPV4)), ethernet(0x88a8, bytes([0, 9, 0x81, 0, 0, 8, 0x86, 0xdd], IPV6))),
    onEthernet('snap', ethernet(IPV4.length + 8, bytes([0xaa, 0xaa, 3, 0, 0, 0, 8, 0], IPV4))),
    onEthernet('pppoe', ethernet(0x8864, bytes([0x11, 0, 0, 1, ...u16(IPV4.length + 2), 0, 0x21], IPV4))),
    onEthernet('arp', ethernet(0x0806, PAYLOAD)),
    onEthernet('sctp', ethernet(0x0800, ipv4({ protocol: 132 }, bytes(u16(2905), u16(2905), u32(1), u32(2), [1, 0, 0, 20], PAYLOAD)))),
    onEthernet('icmp echo', ethernet(0x0800, ipv4({ protocol: 1 }, bytes([8, 0, 0, 0, 0, 1, 0, 1], PAYLOAD)))),
    onEthernet('icmp error', ethernet(0x0800, ipv4({ protocol: 1 }, bytes([3, 3, 0, 0, 0, 0, 0, 0], quoted))), ethernet(0x0800, ipv4({ protocol: 1 }, bytes([11, 0, 0, 0, 0, 0, 0, 0], quoted)))),
    onEthernet('icmpv6 error', ethernet(0x86dd, ipv6({ nextHeader: 58 }, bytes([1, 4, 0, 0, 0, 0, 0, 0], quoted6)))),
    onEthernet('extensions', ethernet(0x86dd, ipv6({ nextHeader: 0 }, bytes(chain, [6, 0, 1, 4, 0, 0, 0, 0], tcp({}, PAYLOAD))))),
    onEthernet('ah', ethernet(0x86dd, ipv6({ nextHeader: 51 }, bytes([17, 4, 0, 0], u32(1), u32(1), u32(0), u32(0), u32(0), udp(1, 2, PAYLOAD))))),
    onEthernet('esp', ethernet(0x0800, ipv4({ protocol: 50 }, bytes(u32(7), u32(1), PAYLOAD)))),
  ]; // prettier-ignore
}

/** Headers as their RFCs have them: 2784 and 2890, 7348, 8926, 2003, 4213, 4380, 3032; GTP-U of 3GPP TS 29.281. */
function tunnels(): LinkFrames[] {
  const over = (protocol: number, body: Uint8Array): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol, source: '198.51.100.1', destination: '203.0.113.9' }, body));
  const inUdp = (port: number, body: Uint8Array): Uint8Array => over(17, udp(40_000, port, body));
  const erspan2 = bytes([0x10, 0, 0x88, 0xbe], u32(1), [0x10, 1, 0, 1, 0, 0, 0, 0], INNER_FRAME);
  const erspan3 = bytes(
    [0x10, 0, 0x22, 0xeb],
    u32(1),
    [0x20, 1, 0, 1],
    u32(0),
    u32(0),
    INNER_FRAME,
  );
  const vxlan = bytes([8, 0, 0, 0, 0, 0, 1, 0], INNER_FRAME);
  const teredo = ipv6({ source: '2001:0:1::1', destination: '2001:0:2::2' }, udp(1, 2, PAYLOAD));
  return [
    onEthernet('gre', over(47, bytes([0, 0, 8, 0], IPV4)), over(47, bytes([0xb0, 0, 0x86, 0xdd], u32(0), u32(5), u32(6), IPV6))),
    onEthernet('gre bridge', over(47, bytes([0, 0, 0x65, 0x58], INNER_FRAME))),
    onEthernet('pptp', over(47, bytes([0x30, 0x81, 0x88, 0x0b], u16(IPV4.length + 4), u16(1), u32(1), u32(2), [0xff, 3, 0, 0x21], IPV4))),
    onEthernet('erspan', over(47, erspan2), over(47, erspan3)),
    onEthernet('ipip', over(4, IPV4), over(41, IPV6)),
    onEthernet('ip in ip in ip', over(4, ipv4({ protocol: 4 }, ipv4({ protocol: 41 }, IPV6)))),
    onEthernet('vxlan', inUdp(4789, vxlan)),
    onEthernet('vxlan in vxlan', inUdp(4789, bytes([8, 0, 0, 0, 0, 0, 1, 0], inUdp(4789, vxlan)))),
    onEthernet('geneve', inUdp(6081, bytes([1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 0], INNER_FRAME))),
    onEthernet('gtp-u', inUdp(2152, bytes([0x30, 0xff, ...u16(IPV4.length)], u32(7), IPV4)), inUdp(2152, bytes([0x34, 0xff, ...u16(IPV4.length + 8)], u32(7), [0, 1, 0, 0x85, 1, 0, 9, 0], IPV4))),
    onEthernet('teredo', inUdp(3544, teredo), inUdp(3544, bytes([0, 1, 0, 0], u32(1), u32(2), [0], [0, 0, 1, 2, 3, 4, 5, 6], teredo))),
    onEthernet('mpls', ethernet(0x8847, bytes([0, 1, 0, 64, 0, 2, 1, 64], IPV4)), ethernet(0x8847, bytes([0, 1, 1, 64], u32(0), INNER_FRAME))),
  ]; // prettier-ignore
}

function fragments(): LinkFrames[] {
  const datagram = udp(53, 40_000, new Uint8Array(64).fill(7));
  const piece = (from: number, to: number, more: boolean): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol: 17, fragment: (more ? 0x2000 : 0) | (from / 8) }, datagram.slice(from, to))); // prettier-ignore
  const piece6 = (from: number, to: number, more: boolean): Uint8Array => {
    const header = bytes([17, 0, ...u16(from | (more ? 1 : 0))], u32(9));
    return ethernet(0x86dd, ipv6({ nextHeader: 44 }, bytes(header, datagram.slice(from, to))));
  };
  return [
    onEthernet('fragments', piece(0, 24, true), piece(24, 48, true), piece(48, 72, false)),
    onEthernet('late first', piece(48, 72, false), piece(24, 48, true), piece(0, 24, true)),
    onEthernet('overlap', piece(0, 32, true), piece(16, 48, true), piece(40, 72, false)),
    onEthernet('fragments 6', piece6(0, 40, true), piece6(40, 72, false)),
  ];
}
