/**
 * One decoded IP packet, in a shape that is filled again for every packet: nothing is allocated on the way.
 * A reader must copy what it wants to keep before the next packet is decoded.
 *
 * Addresses are four big-endian 32-bit words; an IPv4 address is held as its IPv4-mapped form
 * `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), so that one code path serves both.
 */
export interface Packet {
  /** Capture time, integer microseconds since the Unix epoch (nanoseconds are floored). */
  timeUs: number;
  ipVersion: 4 | 6;
  readonly source: Uint32Array; // 4 words
  readonly destination: Uint32Array; // 4 words
  /** IANA protocol number of the transport (after IPv6 extension headers). */
  protocol: number;
  /**
   * Length of the whole IP packet as its header says (header and payload), in bytes. Of a datagram that came in
   * fragments: the sum of theirs, each with its header, as they were on the wire.
   */
  ipLength: number;
  /**
   * There is no transport header: the first fragment of its datagram was not captured, or the capture cut the
   * fragments so that they stay packets of their own and this is not the first. A datagram whose fragments all came
   * is one packet, with the time of the one that completed it and the payload of all.
   */
  laterFragment: boolean;
  /** How many tunnels this packet was taken out of; 0 if it came as it is. Everything else here is the innermost's. */
  tunnelDepth: number;
  /** The outermost tunnel: `gre`, `vxlan`, `ipip`, `teredo` … ; `''` without one. */
  tunnel: string;
  /** Addresses of the outermost IP header; those of this packet without a tunnel, or where a tunnel has no IP of its own (MPLS). */
  readonly outerSource: Uint32Array; // 4 words
  readonly outerDestination: Uint32Array; // 4 words
  /** An ICMP or ICMPv6 error: the packet it quotes is in `quoted`. */
  hasQuoted: boolean;
  readonly quoted: QuotedPacket;
  /** Ports of TCP, UDP, SCTP; type and code of ICMP and ICMPv6; 0 otherwise. */
  sourcePort: number;
  destinationPort: number;
  /** TCP only, else 0. */
  tcpFlags: number;
  tcpSequence: number;
  tcpAcknowledgment: number;
  tcpWindow: number;
  /** The transport's payload inside `data`: `payloadLength` as the headers say, `payloadCaptured` of it is there. */
  data: Uint8Array;
  payloadOffset: number;
  payloadLength: number;
  payloadCaptured: number;
}

/** What an ICMP error quotes of the packet that caused it (RFC 792, RFC 4443 §3): enough to find its flow. */
export interface QuotedPacket {
  readonly source: Uint32Array; // 4 words
  readonly destination: Uint32Array; // 4 words
  protocol: number;
  /** As in `Packet`; both 0 where the quotation ends before them. */
  sourcePort: number;
  destinationPort: number;
}

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;

/** Takes the quotation out again: a packet without one has none of an earlier packet. */
export function clearQuoted(packet: Packet): void {
  const { quoted } = packet;
  packet.hasQuoted = false;
  quoted.source.fill(0);
  quoted.destination.fill(0);
  quoted.protocol = 0;
  quoted.sourcePort = 0;
  quoted.destinationPort = 0;
}

/** A packet to be filled by a decoder. */
export function emptyPacket(): Packet {
  return {
    timeUs: 0,
    ipVersion: 4,
    source: new Uint32Array(4),
    destination: new Uint32Array(4),
    protocol: 0,
    ipLength: 0,
    laterFragment: false,
    tunnelDepth: 0,
    tunnel: '',
    outerSource: new Uint32Array(4),
    outerDestination: new Uint32Array(4),
    hasQuoted: false,
    quoted: {
      source: new Uint32Array(4),
      destination: new Uint32Array(4),
      protocol: 0,
      sourcePort: 0,
      destinationPort: 0,
    },
    sourcePort: 0,
    destinationPort: 0,
    tcpFlags: 0,
    tcpSequence: 0,
    tcpAcknowledgment: 0,
    tcpWindow: 0,
    data: new Uint8Array(0),
    payloadOffset: 0,
    payloadLength: 0,
    payloadCaptured: 0,
  };
}
