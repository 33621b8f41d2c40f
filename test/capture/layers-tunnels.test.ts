import { describe, expect, test } from 'vitest';
import { decodeAll, type PacketCopy } from './decode-all.ts';
import { bytes, ethernet, ipv4, ipv6, pcapFile, tcp, u16, u32, udp } from './frame-builder.ts';

const hello = bytes([0x68, 0x65, 0x6c, 0x6c, 0x6f]);
const in4 = ipv4(
  { protocol: 17, source: '172.16.0.1', destination: '172.16.0.2' },
  udp(1053, 53, hello),
);
const in6 = ipv6({ source: '2001:db8::a', destination: '2001:db8::b' }, udp(1053, 53, hello));
const outer = { outerSource: '10.0.0.1', outerDestination: '192.168.255.254' };
const inner4 = {
  ipVersion: 4, source: '172.16.0.1', destination: '172.16.0.2', ipLength: in4.length, protocol: 17,
  sourcePort: 1053, destinationPort: 53, payloadLength: 5, payload: [...hello],
}; // prettier-ignore
const inner6 = {
  ipVersion: 6, source: '2001:db8::a', destination: '2001:db8::b', ipLength: in6.length,
  protocol: 17, sourcePort: 1053, destinationPort: 53, payloadLength: 5, payload: [...hello],
}; // prettier-ignore

const over4 = (protocol: number, body: Uint8Array): Uint8Array =>
  ethernet(0x0800, ipv4({ protocol }, body));
const overUdp = (port: number, body: Uint8Array, source = 50_000): Uint8Array =>
  over4(17, udp(source, port, body));
const eth4 = ethernet(0x0800, in4);
const eth6 = ethernet(0x86dd, in6);
const gre = (flags: number, kind: number, ...rest: Uint8Array[]): Uint8Array =>
  over4(47, bytes(u16(flags), u16(kind), ...rest));
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const label = (value: number, bottom: boolean): number[] =>
  u32(((value << 12) | (bottom ? 0x100 : 0) | 64) >>> 0);
const vxlan = (body: Uint8Array): Uint8Array => bytes([8, 0, 0, 0, 0, 0, 5, 0], body);
const gtp = (body: Uint8Array): Uint8Array =>
  bytes([0x30, 255], u16(body.length), u32(0xdeadbeef), body);

function decode(frame: Uint8Array, originalLength = frame.length): ReturnType<typeof decodeAll> {
  return decodeAll(pcapFile({}, [{ frame, originalLength }]));
}

function onlyPacket(frame: Uint8Array): PacketCopy {
  const { values, skipped } = decode(frame);
  expect([...skipped]).toEqual([]);
  expect(values).toHaveLength(1);
  return values[0]!;
}

describe('tunnels are looked through', () => {
  test.each([
    ['ipip', 'IPv4 in IPv4', over4(4, in4), inner4],
    ['6in4', 'IPv6 in IPv4', over4(41, in6), inner6],
    ['gre', 'GRE with IPv4', gre(0, 0x0800, in4), inner4],
    ['gre', 'GRE with checksum, key and sequence', gre(0xb000, 0x86dd, zeros(12), in6), inner6],
    ['gre', 'GRE with Ethernet (NVGRE)', gre(0x2000, 0x6558, zeros(4), eth4), inner4],
    ['gre', 'GRE with MPLS', gre(0, 0x8847, bytes(label(5, true)), in4), inner4],
    ['gre', 'GRE with PPP', gre(0, 0x880b, bytes([0xff, 3, 0, 0x21]), in4), inner4],
    ['pptp', 'PPTP', gre(0x3081, 0x880b, bytes(u16(40), zeros(10)), bytes([0xff, 3, 0, 0x21]), in4), inner4],
    ['erspan', 'ERSPAN I', gre(0, 0x88be, eth4), inner4],
    ['erspan', 'ERSPAN II', gre(0x1000, 0x88be, zeros(4), bytes([0x10], zeros(7)), eth6), inner6],
    ['erspan', 'ERSPAN III', gre(0x1000, 0x22eb, zeros(4), bytes([0x20], zeros(11)), eth4), inner4],
    ['erspan', 'ERSPAN III with a platform header', gre(0x1000, 0x22eb, zeros(4), bytes([0x20], zeros(10), 1, zeros(8)), eth4), inner4],
    ['erspan', 'ERSPAN III with bare IP', gre(0x1000, 0x22eb, zeros(4), bytes([0x20], zeros(9), 8, 0), in4), inner4],
    ['vxlan', 'VXLAN', overUdp(4789, vxlan(eth4)), inner4],
    ['vxlan', "VXLAN on Linux's old port, with a VLAN tag inside", overUdp(8472, vxlan(ethernet(0x8100, bytes(u16(7), u16(0x86dd), in6)))), inner6],
    ['vxlan', 'VXLAN with a group', overUdp(4789, bytes([0x88, 0, 1, 2, 0, 0, 5, 0], eth4)), inner4],
    ['vxlan', 'VXLAN-GPE with IPv6', overUdp(4790, bytes([0x0c, 0, 0, 2, 0, 0, 5, 0], in6)), inner6],
    ['geneve', 'GENEVE with Ethernet', overUdp(6081, bytes([0, 0, 0x65, 0x58, 0, 0, 5, 0], eth4)), inner4],
    ['geneve', 'GENEVE with options, critical, and IPv4', overUdp(6081, bytes([2, 0x40, 8, 0, 0, 0, 5, 0], zeros(8), in4)), inner4],
    ['gtp', 'GTP-U', overUdp(2152, gtp(in4)), inner4],
    ['gtp', 'GTP-U with a sequence number', overUdp(2152, bytes([0x32, 255], u16(in6.length + 4), zeros(8), in6)), inner6],
    ['gtp', 'GTP-U with extension headers', overUdp(2152, bytes([0x34, 255], u16(in4.length + 16), zeros(7), 0x85, [1, 0, 0, 0x40, 2, 0, 0, 0, 0, 0, 0, 0], in4)), inner4],
    ['teredo', 'Teredo', overUdp(3544, in6), inner6],
    ['teredo', 'Teredo from the server, authenticated, with an origin', overUdp(40_000, bytes([0, 1, 2, 3], zeros(5 + 9), zeros(8), in6), 3544), inner6],
    ['l2tp', 'L2TP', overUdp(1701, bytes([0, 2], zeros(4), [0xff, 3, 0, 0x21], in4)), inner4],
    ['l2tp', 'L2TP with length, sequence and offset', overUdp(1701, bytes([0x4a, 2], u16(20), zeros(8), u16(3), zeros(3), [0, 0x57], in6)), inner6],
    ['etherip', 'EtherIP', over4(97, bytes([0x30, 0], eth4)), inner4],
    ['mpls', 'MPLS in IP', over4(137, bytes(label(5, false), label(6, true), in4)), inner4],
    ['mpls', 'MPLS in UDP', overUdp(6635, bytes(label(5, true), in6)), inner6],
  ])('%s: %s', (tunnel, _, frame, expected) => {
    expect(onlyPacket(frame)).toMatchObject({ ...expected, ...outer, tunnel, tunnelDepth: 1 });
  }); // prettier-ignore

  test.each([
    ['IPv4', bytes(label(16, true), in4), inner4],
    ['a stack of labels and IPv6', bytes(label(16, false), label(3, false), label(2, true), in6), inner6],
    ['a pseudowire with its control word', bytes(label(16, true), [0, 0, 0, 9], eth4), inner4],
    ['a pseudowire without', bytes(label(16, true), eth6), inner6],
  ])('MPLS on Ethernet with %s has no outer addresses but its own', (_, body, expected) => {
    const { source, destination } = expected;
    const own = { outerSource: source, outerDestination: destination };
    for (const etherType of [0x8847, 0x8848]) {
      expect(onlyPacket(ethernet(etherType, body))).toMatchObject({
        ...expected, ...own, tunnel: 'mpls', tunnelDepth: 1,
      }); // prettier-ignore
    }
  }); // prettier-ignore

  test('an IPv6 packet carries tunnels as well', () => {
    const frame = ethernet(0x86dd, ipv6({ nextHeader: 4 }, in4));
    const own = { outerSource: '2001:db8::1', outerDestination: 'fe80::ffff:ffff' };
    expect(onlyPacket(frame)).toMatchObject({ ...inner4, ...own, tunnel: 'ipip' });
    expect(onlyPacket(ethernet(0x86dd, ipv6({ nextHeader: 41 }, in6)))).toMatchObject({
      ...inner6,
      tunnel: 'ipip',
    });
  });

  test('tunnels in tunnels: the outermost is named, the innermost is the packet', () => {
    const deep = overUdp(4789, vxlan(ethernet(0x0800, ipv4({ protocol: 47, source: '1.1.1.1' },
      bytes([0, 0, 8, 0], ipv4({ protocol: 17, source: '2.2.2.2' }, udp(2152, 2152, gtp(in6)))))))); // prettier-ignore
    expect(onlyPacket(deep)).toMatchObject({
      ...inner6, ...outer, tunnel: 'vxlan', tunnelDepth: 3,
    }); // prettier-ignore
  });

  test('eight tunnels are opened, the ninth stays closed and is counted', () => {
    const nest = (levels: number): Uint8Array => {
      let body = in4;
      for (let i = 0; i < levels; i++) body = ipv4({ protocol: 4, source: `9.9.9.${i}` }, body);
      return ethernet(0x0800, body);
    };
    expect(onlyPacket(nest(8))).toMatchObject({ ...inner4, tunnelDepth: 8 });
    const { values, skipped } = decode(nest(9));
    expect([...skipped]).toEqual([['tunnelTooDeep', 1]]);
    expect(values).toMatchObject([{ source: '9.9.9.0', protocol: 4, tunnelDepth: 8 }]);
    expect(values[0]!.payloadLength).toBe(in4.length);
  });

  test('labels alone may be nested as deep as the frame, and no deeper', () => {
    const labels = Array.from({ length: 300 }, () => label(9, false)).flat();
    expect(onlyPacket(ethernet(0x8847, bytes(labels, label(9, true), in4)))).toMatchObject(inner4);
    expect([...decode(ethernet(0x8847, bytes(labels))).skipped]).toEqual([['truncatedMpls', 1]]);
  });

  test('an inner packet cut by the snap length keeps its declared lengths', () => {
    const long = ipv4({ protocol: 6, source: '172.16.0.9' }, tcp({}, zeros(900)));
    const frame = overUdp(4789, vxlan(ethernet(0x0800, long)));
    const { values } = decode(frame.slice(0, 110), frame.length);
    expect(values).toMatchObject([
      { source: '172.16.0.9', ipLength: 940, payloadLength: 900, tunnelDepth: 1 },
    ]);
    expect(values[0]!.payload).toHaveLength(110 - 50 - 14 - 40);
  });

  test('an inner packet ends where its carrier does, whatever padding follows', () => {
    const short = over4(4, ipv4({ protocol: 17, totalLength: 400 }, udp(1, 2, hello, 0)));
    const { values } = decode(bytes(short, zeros(30)));
    expect(values).toMatchObject([{ tunnelDepth: 1, payload: [...hello] }]);
  });
});

describe('what only looks like a tunnel stays the packet it is', () => {
  test.each([
    ['VXLAN without its flag', 4789, bytes(zeros(8), eth4)],
    ['VXLAN with reserved bits', 4789, bytes([8, 0, 0, 1, 0, 0, 5, 0], eth4)],
    ['VXLAN cut short', 4789, bytes([8, 0, 0, 0, 0, 0, 5])],
    ['GENEVE of another version', 6081, bytes([0x40, 0, 0x65, 0x58, 0, 0, 5, 0], eth4)],
    ['a GENEVE control message', 6081, bytes([0, 0x80, 0x65, 0x58, 0, 0, 5, 0], eth4)],
    ['GENEVE with options that leave the packet', 6081, bytes([63, 0, 0x65, 0x58, 0, 0, 5, 0], eth4)],
    ['a GTP echo request', 2152, bytes([0x32, 1, 0, 4], zeros(8))],
    ['GTP prime', 2152, bytes([0x20, 255], u16(in4.length), zeros(4), in4)],
    ['GTP with a longer length', 2152, bytes([0x30, 255], u16(in4.length + 1), zeros(4), in4)],
    ['GTP with an extension of no length', 2152, bytes([0x34, 255, 0, 8], zeros(7), 0x85, zeros(4))],
    ['Teredo without IPv6', 3544, in4],
    ['an L2TP control message', 1701, bytes([0xc8, 2, 0, 12], zeros(8))],
    ['DNS', 53, vxlan(eth4)],
  ])('%s', (_, port, body) => {
    expect(onlyPacket(overUdp(port, body))).toMatchObject({
      source: '10.0.0.1', destinationPort: port, tunnelDepth: 0, tunnel: '', payload: [...body],
    }); // prettier-ignore
  }); // prettier-ignore

  test.each([
    ['source routes', gre(0x4000, 0x0800, in4)],
    ['another version', gre(2, 0x0800, in4)],
    ['a protocol that is no packet', gre(0, 0, in4)],
    ['a PPTP acknowledgement', gre(0x2081, 0x880b, bytes(u16(0), zeros(6)))],
  ])('GRE with %s', (_, frame) => {
    expect(onlyPacket(frame)).toMatchObject({ protocol: 47, tunnelDepth: 0, sourcePort: 0 });
  });

  const inside = (reason: string): [string, number][] => [[`inTunnel:${reason}`, 1]];
  test.each([
    ['ARP', overUdp(4789, vxlan(ethernet(0x0806, zeros(28)))), 'notIp:arp'],
    ['IP cut short', overUdp(2152, gtp(in4.slice(0, 19))), 'truncatedIpv4'],
    ['an IP header that lies', over4(4, ipv4({ first: 0x44 }, hello)), 'malformedIpv4'],
    ['a transport cut short', over4(41, ipv6({ nextHeader: 17, payloadLength: 3 }, zeros(3))), 'truncatedUdp'],
    ['LCP', gre(0x3001, 0x880b, bytes(u16(6), zeros(6), [0xff, 3, 0xc0, 0x21, 1, 1])), 'notIp:ppp'],
    ['nothing at all', over4(4, bytes()), 'truncatedIpv4'],
  ])('a tunnel with %s inside is counted and its carrier handed out', (_, frame, reason) => {
    const { values, skipped } = decode(frame);
    expect([...skipped]).toEqual(inside(reason));
    const { source, tunnelDepth, tunnel, outerSource, ipLength } = values[0]!;
    expect({ source, tunnelDepth, tunnel, outerSource, ipLength }).toEqual({
      source: '10.0.0.1', tunnelDepth: 0, tunnel: '', outerSource: '10.0.0.1', ipLength: frame.length - 14,
    }); // prettier-ignore
  }); // prettier-ignore

  test('a carrier within a carrier is handed out as what it is', () => {
    const frame = over4(4, ipv4({ protocol: 17, source: '7.7.7.7' }, udp(9, 4789, vxlan(hello))));
    const { values, skipped } = decode(frame);
    expect([...skipped]).toEqual(inside('truncatedFrame'));
    expect(values).toMatchObject([
      { source: '7.7.7.7', destinationPort: 4789, tunnel: 'ipip', tunnelDepth: 1, ...outer },
    ]);
  });

  test('MPLS with nothing known inside has no carrier to hand out', () => {
    const { values, skipped } = decode(ethernet(0x8847, bytes(label(16, true), [0x10], hello)));
    expect(values).toEqual([]);
    expect([...skipped]).toEqual([['notIp:mpls', 1]]);
  });

  test('ESP is a packet without ports, and AH is stepped over', () => {
    expect(onlyPacket(over4(50, zeros(40)))).toMatchObject({
      protocol: 50, sourcePort: 0, destinationPort: 0, payloadLength: 40, tunnelDepth: 0,
    }); // prettier-ignore
    const header = bytes([17, 4], zeros(22));
    expect(onlyPacket(over4(51, bytes(header, udp(1053, 53, hello))))).toMatchObject({
      protocol: 17, sourcePort: 1053, payload: [...hello],
    }); // prettier-ignore
    expect(onlyPacket(over4(51, bytes([4, 4], zeros(22), in4)))).toMatchObject(inner4);
    expect([...decode(over4(51, header)).skipped]).toEqual([['truncatedUdp', 1]]);
    expect([...decode(over4(51, bytes([51, 4], zeros(8)))).skipped]).toEqual([['truncatedAh', 1]]);
  });

  test('UDP-Lite and DCCP have ports, SCTP the data of its first chunk', () => {
    expect(onlyPacket(over4(136, udp(7, 8, hello, 0)))).toMatchObject({
      sourcePort: 7, destinationPort: 8, payload: [...hello],
    }); // prettier-ignore
    const dccp = bytes(u16(5001), u16(5002), [4], zeros(11), hello);
    expect(onlyPacket(over4(33, dccp))).toMatchObject({
      sourcePort: 5001, destinationPort: 5002, payload: [...hello],
    }); // prettier-ignore
    const chunk = bytes([0, 3], u16(21), zeros(12), hello, zeros(3), [3, 0, 0, 4]);
    const sctp = bytes(u16(2905), u16(2906), zeros(8), chunk);
    expect(onlyPacket(over4(132, sctp))).toMatchObject({
      sourcePort: 2905, payloadLength: 5, payload: [...hello],
    }); // prettier-ignore
  });
});

describe('ICMP errors', () => {
  const icmp = (type: number, code: number, quoted: Uint8Array): Uint8Array =>
    over4(1, bytes([type, code], zeros(6), quoted));
  const probe = ipv4({ protocol: 6, source: '10.1.1.1', destination: '10.2.2.2' }, tcp());
  const quoted = {
    source: '10.1.1.1', destination: '10.2.2.2', protocol: 6, sourcePort: 51_234, destinationPort: 443,
  }; // prettier-ignore
  const nothing = {
    source: '::', destination: '::', protocol: 0, sourcePort: 0, destinationPort: 0,
  }; // prettier-ignore

  test.each([3, 4, 11, 12])('type %i quotes the packet that caused it', (type) => {
    const packet = onlyPacket(icmp(type, 1, probe.slice(0, 28)));
    expect(packet).toMatchObject({ hasQuoted: true, quoted, sourcePort: type, destinationPort: 1 });
  });

  test.each([0, 5, 8, 13])('type %i is no error', (type) => {
    expect(onlyPacket(icmp(type, 0, probe))).toMatchObject({ hasQuoted: false, quoted: nothing });
  });

  test('ICMPv6 quotes IPv6 behind its extension headers', () => {
    const fragment = bytes([17, 0, 0, 1, 0, 0, 0, 9], udp(1053, 53, hello));
    const body = ipv6({ source: '2001:db8::5', nextHeader: 0 }, bytes([44, 0], zeros(6), fragment));
    for (const type of [1, 2, 3, 4]) {
      const frame = ethernet(0x86dd, ipv6({ nextHeader: 58 }, bytes([type, 0], zeros(6), body)));
      expect(onlyPacket(frame).quoted).toMatchObject({
        source: '2001:db8::5', protocol: 17, sourcePort: 1053, destinationPort: 53,
      }); // prettier-ignore
    }
    for (const type of [128, 137]) {
      const frame = ethernet(0x86dd, ipv6({ nextHeader: 58 }, bytes([type, 0], zeros(6), body)));
      expect(onlyPacket(frame).hasQuoted).toBe(false);
    }
  });

  test('a quotation without ports has none, one without a header is none', () => {
    const later = ipv4({ fragment: 5, protocol: 17 }, udp(1, 2, hello));
    expect(onlyPacket(icmp(3, 3, later)).quoted).toMatchObject({ protocol: 17, sourcePort: 0 });
    expect(onlyPacket(icmp(3, 3, probe.slice(0, 23))).quoted).toMatchObject({
      ...quoted, sourcePort: 0, destinationPort: 0,
    }); // prettier-ignore
    const ping = ipv4({ protocol: 1 }, bytes([8, 0, 0, 0, 0, 1, 0, 2]));
    expect(onlyPacket(icmp(3, 1, ping)).quoted).toMatchObject({ protocol: 1, sourcePort: 8 });
    for (const broken of [probe.slice(0, 19), ipv4({ first: 0x44 }, hello), in6]) {
      expect(onlyPacket(icmp(3, 3, broken))).toMatchObject({ hasQuoted: false, quoted: nothing });
    }
  });
});
