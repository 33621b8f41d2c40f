import { describe, expect, test } from 'vitest';
import { decodeAll, type PacketCopy } from './decode-all.ts';
import {
  bytes,
  ethernet,
  ipv4,
  ipv6,
  MACS,
  pcapFile,
  tcp,
  u16,
  u32,
  udp,
} from './frame-builder.ts';

function decodeFrame(
  frame: Uint8Array,
  linkType = 1,
  originalLength = frame.length,
): ReturnType<typeof decodeAll> {
  return decodeAll(pcapFile({ linkType }, [{ frame, originalLength }]));
}

function packetOf(frame: Uint8Array, linkType = 1, originalLength = frame.length): PacketCopy {
  const { values, skipped } = decodeFrame(frame, linkType, originalLength);
  expect([...skipped]).toEqual([]);
  expect(values).toHaveLength(1);
  return values[0]!;
}

function reasonOf(frame: Uint8Array, linkType = 1): string {
  const { values, skipped } = decodeFrame(frame, linkType);
  expect(values).toEqual([]);
  expect([...skipped.values()]).toEqual([1]);
  return [...skipped.keys()][0]!;
}

const hello = bytes([0x68, 0x65, 0x6c, 0x6c, 0x6f]);
const ip4 = ipv4({ protocol: 17 }, udp(1053, 53, hello));
const ip6 = ipv6({ nextHeader: 17 }, udp(1053, 53, hello));

const udpOver4 = { ipVersion: 4, sourcePort: 1053, destinationPort: 53, payload: [...hello] };
const udpOver6 = { ...udpOver4, ipVersion: 6 };

describe('IPv4', () => {
  test('every field of a TCP packet is read, with the top bits of its words', () => {
    const options = bytes([2, 4, 5, 0xb4]);
    const frame = ethernet(0x0800, ipv4({}, tcp({ flags: 0x12, options: [...options] }, hello)));
    expect(packetOf(frame)).toEqual({
      timeUs: 1_700_000_000_000_000,
      ipVersion: 4,
      source: '10.0.0.1',
      destination: '192.168.255.254',
      protocol: 6,
      ipLength: 20 + 24 + 5,
      laterFragment: false,
      tunnelDepth: 0,
      tunnel: '',
      outerSource: '10.0.0.1',
      outerDestination: '192.168.255.254',
      hasQuoted: false,
      quoted: { source: '::', destination: '::', protocol: 0, sourcePort: 0, destinationPort: 0 },
      sourcePort: 51234,
      destinationPort: 443,
      tcpFlags: 0x12,
      tcpSequence: 0xfedcba98,
      tcpAcknowledgment: 0x89abcdef,
      tcpWindow: 0xffff,
      payloadLength: 5,
      payload: [...hello],
    });
  });

  test('nothing of one packet stays in the next', () => {
    const frames = [
      ethernet(0x0800, ipv4({}, tcp({}, hello))),
      ethernet(0x0800, ip4),
      ethernet(0x0800, ipv4({ protocol: 50 }, hello)),
    ];
    const { values } = decodeAll(
      pcapFile(
        {},
        frames.map((frame) => ({ frame })),
      ),
    );
    expect(values[1]).toMatchObject({
      ...udpOver4,
      tcpFlags: 0,
      tcpSequence: 0,
      tcpAcknowledgment: 0,
      tcpWindow: 0,
    });
    expect(values[2]).toMatchObject({
      protocol: 50,
      sourcePort: 0,
      destinationPort: 0,
      payload: [...hello],
    });
  });

  test('Ethernet padding is no payload', () => {
    const frame = bytes(ethernet(0x0800, ipv4({}, tcp())), new Uint8Array(6).fill(0xee));
    expect(packetOf(frame)).toMatchObject({ ipLength: 40, payloadLength: 0, payload: [] });
  });

  test('options are stepped over', () => {
    expect(
      packetOf(
        ethernet(0x0800, ipv4({ protocol: 17, options: [1, 1, 1, 0] }, udp(1053, 53, hello))),
      ),
    ).toMatchObject({ ...udpOver4, ipLength: 24 + 13 });
  });

  test('a total length of 0 is as long as the frame was on the wire', () => {
    const frame = ethernet(0x0800, ipv4({ totalLength: 0 }, tcp({}, hello)));
    expect(packetOf(frame)).toMatchObject({ ipLength: 45, payloadLength: 5 });
    expect(packetOf(frame, 1, frame.length + 3000)).toMatchObject({
      ipLength: 3045,
      payloadLength: 3005,
      payload: [...hello],
    });
  });

  test('a snapped packet keeps its declared lengths', () => {
    const frame = ethernet(0x0800, ipv4({}, tcp({}, new Uint8Array(1000))));
    const packet = packetOf(frame.slice(0, 60), 1, frame.length);
    expect(packet).toMatchObject({ ipLength: 1040, payloadLength: 1000 });
    expect(packet.payload).toHaveLength(6);
  });

  test.each([
    ['a header cut short', ip4.slice(0, 19), 'truncatedIpv4'],
    [
      'options cut short',
      ipv4({ options: [1, 1, 1, 1], totalLength: 100 }, bytes()).slice(0, 22),
      'truncatedIpv4',
    ],
    ['a header length under 20', ipv4({ first: 0x44 }, hello), 'malformedIpv4'],
    ['another version', ipv4({ first: 0x65 }, hello), 'malformedIpv4'],
    ['a total length under its header', ipv4({ totalLength: 19 }, hello), 'malformedIpv4'],
  ])('%s is counted', (_, packet, reason) => {
    expect(reasonOf(ethernet(0x0800, packet))).toBe(reason);
  });
});

describe('IPv6', () => {
  test('addresses and ports are read', () => {
    expect(packetOf(ethernet(0x86dd, ip6))).toMatchObject({
      ...udpOver6,
      source: '2001:db8::1',
      destination: 'fe80::ffff:ffff',
      protocol: 17,
      ipLength: 40 + 13,
      payloadLength: 5,
    });
  });

  test('all extension headers are stepped over', () => {
    const chain = bytes(
      [60, 0, 1, 4, 0, 0, 0, 0], // hop-by-hop → destination options
      [43, 1, ...new Array<number>(14).fill(0)], // destination options, 16 bytes → routing
      [51, 0, 0, 0, 0, 0, 0, 0], // routing → authentication
      [44, 4, ...new Array<number>(22).fill(0)], // AH, 24 bytes → fragment
      [135, 0, 0, 0, 0, 0, 0, 9], // a fragment that is all there is → mobility
      [139, 1, ...new Array<number>(14).fill(0)], // mobility, 16 bytes → host identity
      [140, 0, 0, 0, 0, 0, 0, 0], // host identity → shim6
      [17, 0, 0x80, 0, 0, 0, 0, 0], // shim6 → UDP
      udp(1053, 53, hello),
    );
    expect(packetOf(ethernet(0x86dd, ipv6({ nextHeader: 0 }, chain)))).toMatchObject({
      ...udpOver6,
      protocol: 17,
      laterFragment: false,
      payloadLength: 5,
      ipLength: 40 + chain.length,
    });
  });

  test('a payload length of 0 is as long as the frame, but not without a next header', () => {
    expect(packetOf(ethernet(0x86dd, ipv6({ payloadLength: 0 }, udp(1, 2, hello))))).toMatchObject({
      ipLength: 53,
      payloadLength: 5,
    });
    expect(
      packetOf(ethernet(0x86dd, ipv6({ payloadLength: 0, nextHeader: 59 }, hello))),
    ).toMatchObject({ ipLength: 40, payloadLength: 0, protocol: 59 });
  });

  test.each([
    ['a header cut short', ip6.slice(0, 39), 'truncatedIpv6'],
    ['another version', bytes(0x40, ip6.subarray(1)), 'malformedIpv6'],
    [
      'an extension that leaves the packet',
      ipv6({ nextHeader: 0 }, bytes([17, 255], new Uint8Array(30))),
      'truncatedIpv6',
    ],
    ['a chain that does not end', ipv6({ nextHeader: 0 }, new Uint8Array(800)), 'truncatedIpv6'],
    [
      'an extension behind the declared end',
      bytes(
        ipv6(
          { nextHeader: 0, payloadLength: 4 },
          bytes([17, 0, 1, 1, 0, 0, 0, 0], udp(1, 2, hello)),
        ),
      ),
      'truncatedIpv6',
    ],
  ])('%s is counted', (_, packet, reason) => {
    expect(reasonOf(ethernet(0x86dd, packet))).toBe(reason);
  });
});

describe('transport headers', () => {
  const over4 = (protocol: number, body: Uint8Array): Uint8Array =>
    ethernet(0x0800, ipv4({ protocol }, body));

  test.each([
    ['ICMP', 1, bytes([8, 0, 0, 0, 0, 1, 0, 2], hello), 8, 0],
    ['ICMPv6', 58, bytes([128, 3, 0, 0, 0, 1, 0, 2], hello), 128, 3],
    ['SCTP', 132, bytes(u16(36412), u16(38412), u32(1), u32(2), hello), 36412, 38412],
  ])('%s', (_, protocol, body, sourcePort, destinationPort) => {
    expect(packetOf(over4(protocol, body))).toMatchObject({
      protocol,
      sourcePort,
      destinationPort,
      payloadLength: 5,
      payload: [...hello],
    });
  });

  test('a TCP header cut by the snap length gives what is there', () => {
    const frame = over4(6, tcp({}, hello));
    const at = (captured: number): PacketCopy =>
      packetOf(frame.slice(0, 34 + captured), 1, frame.length);
    expect(at(4)).toMatchObject({
      sourcePort: 51234,
      destinationPort: 443,
      tcpSequence: 0,
      tcpFlags: 0,
      payloadLength: 5,
    });
    expect(at(8)).toMatchObject({ tcpSequence: 0xfedcba98, tcpAcknowledgment: 0, tcpFlags: 0 });
    expect(at(14)).toMatchObject({ tcpAcknowledgment: 0x89abcdef, tcpFlags: 0x18, tcpWindow: 0 });
    expect(at(16)).toMatchObject({ tcpWindow: 0xffff, payloadLength: 5, payload: [] });
  });

  test('a TCP data offset that lies gives no payload that is not there', () => {
    expect(packetOf(over4(6, tcp({ dataOffset: 15 }, hello)))).toMatchObject({
      payloadLength: 0,
      payload: [],
    });
    expect(packetOf(over4(6, tcp({ dataOffset: 0 }, hello)))).toMatchObject({
      payloadLength: 5,
      payload: [...hello],
    });
  });

  test('the shorter of the UDP and IP lengths counts, and a UDP length under 8 does not', () => {
    expect(packetOf(over4(17, udp(1, 2, hello, 10)))).toMatchObject({
      payloadLength: 2,
      payload: [0x68, 0x65],
    });
    expect(packetOf(over4(17, udp(1, 2, hello, 500)))).toMatchObject({ payloadLength: 5 });
    expect(packetOf(over4(17, udp(1, 2, hello, 0)))).toMatchObject({ payloadLength: 5 });
  });

  test.each([
    ['TCP', 6, 3, 'truncatedTcp'],
    ['UDP', 17, 3, 'truncatedUdp'],
    ['SCTP', 132, 0, 'truncatedSctp'],
    ['ICMP', 1, 1, 'truncatedIcmp'],
  ])('%s without its first fields is counted', (_, protocol, length, reason) => {
    const padding = new Uint8Array(20).fill(0xee);
    expect(reasonOf(bytes(over4(protocol, new Uint8Array(length)), padding))).toBe(reason);
  });
});

describe('link layers', () => {
  const snap = (etherType: number, body: Uint8Array): Uint8Array =>
    bytes([0xaa, 0xaa, 3, 0, 0, 0], u16(etherType), body);
  const cooked = (protocol: number, body: Uint8Array, device = 1): Uint8Array =>
    bytes(u16(0), u16(device), u16(6), new Uint8Array(8), u16(protocol), body);
  const cooked2 = (protocol: number, body: Uint8Array): Uint8Array =>
    bytes(u16(protocol), u16(0), u32(3), u16(1), [0, 6], new Uint8Array(8), body);
  const pppoe = (body: Uint8Array): Uint8Array => bytes([0x11, 0, 0, 1], u16(body.length), body);
  const wifi = (control: number, flags: number, extra: number, body: Uint8Array): Uint8Array =>
    bytes(control, flags, new Uint8Array(22 + extra), body);

  test.each([
    ['802.1Q', 1, ethernet(0x8100, bytes([0, 5, 8, 0], ip4)), udpOver4],
    ['QinQ', 1, ethernet(0x88a8, bytes([0, 5, 0x81, 0, 0, 6, 0x86, 0xdd], ip6)), udpOver6],
    ['802.3 with SNAP', 1, ethernet(8 + ip4.length, snap(0x0800, ip4)), udpOver4],
    [
      '802.1Q over SNAP in 802.3',
      1,
      ethernet(0x8100, bytes(u16(1), u16(60), snap(0x86dd, ip6))),
      udpOver6,
    ],
    ['PPPoE', 1, ethernet(0x8864, pppoe(bytes([0, 0x21], ip4))), udpOver4],
    ['PPPoE without Ethernet', 51, pppoe(bytes([0, 0x57], ip6)), udpOver6],
    ['PPP', 9, bytes([0, 0x21], ip4), udpOver4],
    ['PPP in HDLC framing, compressed protocol', 50, bytes([0xff, 3, 0x21], ip4), udpOver4],
    ['Linux cooked', 113, cooked(0x0800, ip4), udpOver4],
    ['Linux cooked with LLC', 113, cooked(4, snap(0x0800, ip4)), udpOver4],
    ['Linux cooked with a VLAN tag', 113, cooked(0x8100, bytes([0, 1, 0x86, 0xdd], ip6)), udpOver6],
    ['Linux cooked v2', 276, cooked2(0x86dd, ip6), udpOver6],
    ['loopback, little-endian', 0, bytes([2, 0, 0, 0], ip4), udpOver4],
    ['loopback, big-endian', 0, bytes([0, 0, 0, 2], ip4), udpOver4],
    ['loopback of Darwin, IPv6', 0, bytes([30, 0, 0, 0], ip6), udpOver6],
    ['loopback of OpenBSD, IPv6', 108, bytes([0, 0, 0, 24], ip6), udpOver6],
    ['raw IPv4', 101, ip4, udpOver4],
    ['raw IPv6', 12, ip6, udpOver6],
    ['IPv6 as link type', 229, ip6, udpOver6],
    ['802.11 data', 105, wifi(0x08, 0x01, 0, snap(0x0800, ip4)), udpOver4],
    [
      '802.11 QoS data between access points',
      105,
      wifi(0x88, 0x03, 8, snap(0x0800, ip4)),
      udpOver4,
    ],
    [
      '802.11 behind radiotap',
      127,
      bytes([0, 0, 12, 0], new Uint8Array(8), wifi(0x88, 0x02, 2, snap(0x86dd, ip6))),
      udpOver6,
    ],
  ])('%s', (_, linkType, frame, expected) => {
    expect(packetOf(frame, linkType)).toMatchObject(expected);
  });

  test.each([
    ['ARP', 1, ethernet(0x0806, new Uint8Array(28)), 'notIp:arp'],
    ['ARP in a VLAN', 1, ethernet(0x8100, bytes([0, 1, 8, 6], new Uint8Array(28))), 'notIp:arp'],
    ['an EtherType without a name here', 1, ethernet(0x88b6, hello), 'notIp:0x88b6'],
    ['spanning tree', 1, ethernet(38, bytes([0x42, 0x42, 3], new Uint8Array(35))), 'notIp:stp'],
    ['Novell raw 802.3', 1, ethernet(38, bytes([0xff, 0xff], new Uint8Array(36))), 'notIp:ipx'],
    [
      'Cisco over SNAP',
      1,
      ethernet(38, bytes([0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0], hello)),
      'notIp:cisco',
    ],
    ['a length where SNAP has its EtherType', 1, ethernet(38, snap(0x0100, hello)), 'notIp:snap'],
    ['an Ethernet header cut short', 1, bytes(MACS), 'truncatedFrame'],
    ['a VLAN tag cut short', 1, ethernet(0x8100, bytes([0, 1, 8])), 'truncatedFrame'],
    ['netlink in Linux cooked', 113, cooked(0, hello, 824), 'notIp:netlink'],
    ['CAN in Linux cooked', 113, cooked(0x0c, hello), 'notIp:linuxProtocol'],
    ['an unknown loopback family', 0, bytes([7, 0, 0, 0], ip4), 'notIp:loopbackFamily'],
    ['LCP', 9, bytes([0xff, 3, 0xc0, 0x21], hello), 'notIp:ppp'],
    ['raw bytes of no IP version', 101, hello.map(() => 0x51), 'notIp:raw'],
    ['an empty raw frame', 101, bytes(), 'truncatedFrame'],
    ['a beacon', 105, wifi(0x80, 0, 0, hello), 'notIp:ieee80211Management'],
    ['an acknowledgement', 105, bytes(0xd4, 0, new Uint8Array(8)), 'notIp:ieee80211Control'],
    ['encrypted 802.11', 105, wifi(0x08, 0x41, 0, hello), 'notIp:ieee80211Protected'],
    ['802.11 without data', 105, wifi(0x48, 0x01, 0, bytes()), 'notIp:ieee80211NoData'],
    [
      'a radiotap header longer than the frame',
      127,
      bytes([0, 0, 200, 0], new Uint8Array(20)),
      'truncatedFrame',
    ],
    ['a link type with a name', 189, hello, 'unknownLinkType:usbLinux'],
    ['a link type without a name', 4711, hello, 'unknownLinkType:linkType4711'],
  ])('%s is counted', (_, linkType, frame, reason) => {
    expect(reasonOf(frame, linkType)).toBe(reason);
  });
});
