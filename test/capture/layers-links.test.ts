import { describe, expect, test } from 'vitest';
import { linkTypeName } from '../../src/capture/link-type.ts';
import { decodeAll } from './decode-all.ts';
import { bytes, ethernet, ipv4, ipv6, pcapFile, u16, u32, udp } from './frame-builder.ts';

const hello = bytes([0x68, 0x65, 0x6c, 0x6c, 0x6f]);
const ip4 = ipv4({ protocol: 17 }, udp(1053, 53, hello));
const ip6 = ipv6({ nextHeader: 17 }, udp(1053, 53, hello));
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const snap = (etherType: number, body: Uint8Array): Uint8Array =>
  bytes([0xaa, 0xaa, 3, 0, 0, 0], u16(etherType), body);
const wifi = (control: number, flags: number, rest: Uint8Array): Uint8Array =>
  bytes(control, flags, zeros(22), rest);
const data = wifi(0x08, 0x01, snap(0x0800, ip4));
const little = (value: number): number[] => u16(value).reverse();

function decode(linkType: number, frame: Uint8Array): ReturnType<typeof decodeAll> {
  return decodeAll(pcapFile({ linkType }, [{ frame }]));
}

describe('link layers that wrap others', () => {
  test.each([
    [100, 'ATM with SNAP', snap(0x0800, ip4), 4],
    [104, 'Cisco HDLC', bytes([0x0f, 0, 8, 0], ip4), 4],
    [50, 'Cisco HDLC on a PPP link', bytes([0x8f, 0, 0x86, 0xdd], ip6), 6],
    [205, 'Cisco HDLC with direction', bytes([1, 0x0f, 0, 8, 0], ip4), 4],
    [107, 'frame relay with NLPID', bytes([0x18, 0x41, 3, 0xcc], ip4), 4],
    [107, 'frame relay, padded, IPv6', bytes([0x18, 0x41, 3, 0, 0x8e], ip6), 6],
    [107, 'frame relay with SNAP and a long address', bytes([0x18, 0x40, 0x40, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0], ip4), 4],
    [107, "Cisco's frame relay", bytes([0x18, 0x41, 8, 0], ip4), 4],
    [206, 'frame relay with direction', bytes([0, 0x18, 0x41, 3, 0xcc], ip4), 4],
    [117, 'pflog of OpenBSD', bytes([61, 24], zeros(62), ip6), 6],
    [117, 'pflog, IPv4', bytes([100, 2], zeros(98), ip4), 4],
    [119, 'Prism', bytes(u32(0x44000000), u32(0x90000000), zeros(136), data), 4],
    [119, 'AVS in place of Prism', bytes(u32(0x80211001), u32(64), zeros(56), data), 4],
    [163, 'AVS', bytes(u32(0x80211002), u32(64), zeros(56), data), 4],
    [122, 'IP over Fibre Channel', bytes(zeros(16), snap(0x0800, ip4)), 4],
    [138, 'IP over FireWire', bytes(zeros(16), u16(0x0800), ip4), 4],
    [166, "pppd's PPP", bytes([1, 3, 0, 0x21], ip4), 4],
    [166, "pppd's PPP without control", bytes([0, 0, 0x57], ip6), 6],
    [204, 'PPP with direction', bytes([1, 0xff, 3, 0, 0x57], ip6), 6],
    [192, 'PPI with 802.11', bytes([0, 0], little(32), little(105), [0, 0], zeros(24), data), 4],
    [192, 'PPI with Ethernet', bytes([0, 0], little(8), little(1), [0, 0], ethernet(0x0800, ip4)), 4],
    [219, 'MPLS', bytes(u32(0x00010140), ip4), 4],
    [226, 'IPNET', bytes([2, 26], zeros(22), ip6), 6],
    [239, 'nflog, little-endian', bytes([2, 0, 0, 0], little(8), little(1), zeros(4), little(7), little(10), zeros(4), little(4 + ip4.length), little(9), ip4, zeros(3)), 4],
    [239, 'nflog, big-endian', bytes([10, 0, 0, 0], u16(8), u16(1), zeros(4), u16(4 + ip6.length), u16(9), ip6), 6],
    [240, 'netANALYZER', bytes(zeros(4), ethernet(0x0800, ip4)), 4],
    [242, 'IP over InfiniBand', bytes(zeros(40), u16(0x86dd), zeros(2), ip6), 6],
    [258, 'pktap with Ethernet', bytes(little(108), zeros(2), little(1), zeros(2), little(1), zeros(98), ethernet(0x0800, ip4)), 4],
    [258, 'pktap with loopback', bytes(little(108), zeros(6), little(0), zeros(98), [2, 0, 0, 0], ip4), 4],
    [258, 'pktap with raw IP', bytes(little(108), zeros(6), little(12), zeros(98), ip6), 6],
    [1, '802.1BR', ethernet(0x893f, bytes(zeros(6), u16(0x8100), [0, 5], u16(0x0800), ip4)), 4],
    [105, '802.11 with its header padded', bytes([0x88, 1], zeros(22), [0, 0], [0, 0], snap(0x0800, ip4)), 4],
    [105, '802.11 with HT control', bytes([0x88, 0x81], zeros(22), [0, 0], zeros(4), snap(0x86dd, ip6)), 6],
    [105, '802.11 with four addresses, QoS and HT control', bytes([0x88, 0x83], zeros(22), zeros(6), [0, 0], zeros(4), snap(0x0800, ip4)), 4],
  ])('%i: %s', (linkType, _, frame, ipVersion) => {
    const { values, skipped } = decode(linkType, frame);
    expect([...skipped]).toEqual([]);
    expect(values).toMatchObject([
      { ipVersion, sourcePort: 1053, destinationPort: 53, payload: [...hello] },
    ]);
  }); // prettier-ignore

  const subframe = (body: Uint8Array): Uint8Array => {
    const plain = bytes(zeros(12), u16(body.length), body);
    return bytes(plain, zeros(-plain.length & 3));
  };

  test('every packet of an A-MSDU is handed out, and what is none is counted', () => {
    const frames = [snap(0x0800, ip4), snap(0x0806, zeros(28)), snap(0x86dd, ip6)].map(subframe);
    const { values, skipped } = decode(105, bytes([0x88, 1], zeros(22), [0x80, 0], ...frames));
    expect([...skipped]).toEqual([['notIp:arp', 1]]);
    expect(values).toMatchObject([
      { ipVersion: 4, payload: [...hello] },
      { ipVersion: 6, payload: [...hello] },
    ]);
  });

  test('subframes that say they are longer than the frame end with it', () => {
    const liar = bytes(zeros(12), u16(0xffff), snap(0x0800, ip4));
    const { values } = decode(105, bytes([0x88, 1], zeros(22), [0x80, 0], liar));
    expect(values).toMatchObject([{ payload: [...hello] }]);
  });

  test.each([
    [104, 'SLARP', bytes([0x8f, 0, 0x80, 0x35], zeros(14)), 'notIp:slarp'],
    [104, 'CDP', bytes([0x8f, 0, 0x20, 0], zeros(14)), 'notIp:cisco'],
    [104, 'no EtherType', bytes([0x0f, 0, 1, 0], zeros(14)), 'notIp:ciscoHdlc'],
    [107, 'an address that does not end', bytes([0, 0, 0, 0, 0, 1]), 'truncatedFrame'],
    [107, 'LMI', bytes([0, 1, 3, 8, 0, 0x75]), 'notIp:frameRelay'],
    [117, 'another family', bytes([61, 7], zeros(62), ip4), 'notIp:pflog'],
    [119, 'a short Prism header', zeros(143), 'truncatedFrame'],
    [163, 'another magic number', zeros(80), 'malformedAvs'],
    [163, 'a length of nothing', bytes(u32(0x80211001), u32(0), data), 'malformedAvs'],
    [163, 'a length of too much', bytes(u32(0x80211001), u32(0xffffffff), data), 'truncatedFrame'],
    [192, 'PPI with Bluetooth', bytes([0, 0], little(8), little(251), [0, 0]), 'notIp:ppi'],
    [192, 'a PPI length of nothing', bytes([0, 0], little(0), little(105), [0, 0]), 'malformedPpi'],
    [226, 'IPNET of another version', zeros(60), 'malformedIpNet'],
    [239, 'nflog of a bridge', bytes([7, 0, 0, 0], zeros(8)), 'notIp:nflog'],
    [239, 'nflog without a packet', bytes([2, 0, 0, 0], little(8), little(1), zeros(4)), 'notIp:nflog'],
    [239, 'a length that does not go on', bytes([2, 0, 0, 0], zeros(8)), 'malformedNflog'],
    [242, 'no EtherType over InfiniBand', zeros(60), 'notIp:linkProtocol'],
    [258, 'pktap with 802.11', bytes(little(108), zeros(6), little(105), zeros(98)), 'notIp:pktap'],
    [105, 'a later 802.11 fragment', bytes([0x08, 1], zeros(20), [3, 0], hello), 'notIp:ieee80211LaterFragment'],
  ])('%i: %s is counted', (linkType, _, frame, reason) => {
    const { values, skipped } = decode(linkType, frame);
    expect(values).toEqual([]);
    expect([...skipped]).toEqual([[reason, 1]]);
  }); // prettier-ignore
});

test('link types have the names of the registry', () => {
  expect([128, 157, 166, 204, 248, 259, 281, 290, 301].map(linkTypeName)).toEqual([
    'tzsp', 'user10', 'pppPppd', 'pppWithDirection', 'sctp', 'epon', 'dsaTagBroadcom', 'windowsEvents', 'dectNr',
  ]); // prettier-ignore
  expect(linkTypeName(4711)).toBe('linkType4711');
  const names = Array.from({ length: 302 }, (_, i) => linkTypeName(i));
  const told = names.filter((name) => !name.startsWith('linkType'));
  // Only "raw" stands for several numbers.
  expect(new Set(told).size).toBe(told.length - 2);
});
