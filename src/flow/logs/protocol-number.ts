/** IANA protocol numbers by the names that log formats use for them. */
const NUMBERS: Readonly<Record<string, number>> = {
  hopopt: 0, icmp: 1, igmp: 2, ipnip: 4, ipip: 4, ipv4: 4, tcp: 6, egp: 8, igp: 9, udp: 17, dccp: 33,
  ipv6: 41, 'ipv6-route': 43, 'ipv6-frag': 44, rsvp: 46, gre: 47, esp: 50, ah: 51, 'ipv6-icmp': 58,
  icmp6: 58, icmpv6: 58, 'ipv6-no': 59, 'ipv6-opts': 60, eigrp: 88, ospf: 89, ospfigp: 89, pim: 103,
  vrrp: 112, l2tp: 115, sctp: 132, udplite: 136,
}; // prettier-ignore

/** What flow tables list beside IP: link-layer protocols and the exporter's own records. */
const NOT_IP = new Set([
  'arp',
  'rarp',
  'llc',
  'man',
  'stp',
  'loop',
  'lldp',
  'ipx',
  'isis',
  'evt',
  '',
]);

/** The number of a protocol given by name or number; `NaN` for a name we do not know. */
export function protocolNumber(name: string): number {
  const lower = name.toLowerCase();
  if (/^\d{1,3}$/.test(lower)) return Number(lower) <= 255 ? Number(lower) : Number.NaN;
  return Object.hasOwn(NUMBERS, lower) ? NUMBERS[lower]! : Number.NaN;
}

export function isIpProtocol(name: string): boolean {
  return !NOT_IP.has(name.toLowerCase());
}
