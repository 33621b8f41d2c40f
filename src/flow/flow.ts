/** Zeek's `conn_state` values (Zeek documentation, `base/protocols/conn/main.zeek`). */
export const CONN_STATES = [
  'S0', 'S1', 'SF', 'REJ', 'S2', 'S3', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'OTH',
] as const; // prettier-ignore

export type ConnState = (typeof CONN_STATES)[number];

/**
 * One bidirectional flow, whatever it was read from. Quantities that the input cannot show are `NaN`,
 * texts it cannot show are `''`: missing is not zero.
 */
export interface Flow {
  /** First and last packet, integer microseconds since the Unix epoch. */
  readonly startUs: number;
  readonly endUs: number;
  /** Canonical address texts: dotted quad, or RFC 5952. The originator sent the first packet. */
  readonly originator: string;
  readonly responder: string;
  /**
   * 0 for protocols without ports. ICMP, as Zeek has it: the type in `originatorPort`, and in `responderPort` the
   * type that answers it; the code instead where nothing answers it (errors, redirects …).
   */
  readonly originatorPort: number;
  readonly responderPort: number;
  /** IANA protocol number: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6 … */
  readonly protocol: number;
  /** Application protocol in Zeek's words (`dns`, `http`, `ssl`, `ssh`, `smtp`, `ftp` …) when seen in the payload, else `''`. */
  readonly service: string;
  readonly originatorPackets: number;
  readonly responderPackets: number;
  /** Bytes of whole IP packets. */
  readonly originatorIpBytes: number;
  readonly responderIpBytes: number;
  /** Transport payload bytes that were seen; of TCP those that came again count once (see `sequence-span.ts`). */
  readonly originatorBytes: number;
  readonly responderBytes: number;
  /** `''` where the input does not say. */
  readonly connState: ConnState | '';
  /** Zeek's history letters, each once (`flow-letters.ts` says which), `''` where the input does not say. */
  readonly history: string;
  /** The TCP handshake was completed by the originator: its address is not spoofed. */
  readonly established: boolean;
  /** Absent without a tunnel, and where the input does not say. The addresses above are the innermost. */
  readonly tunnel?: FlowTunnel;
  /** What an ICMP error said of the originator's packets; absent if none did, and where the input does not say. */
  readonly icmpError?: IcmpError;
}

/** The outermost tunnel that a flow's first packet came through. */
export interface FlowTunnel {
  /** `gre`, `vxlan`, `ipip`, `teredo` …, as `Packet.tunnel`. */
  readonly kind: string;
  /** Canonical addresses of the outermost IP header, on the side of the flow's originator and responder. */
  readonly originator: string;
  readonly responder: string;
}

/** The worst of what was said: that a host or port cannot be reached, that time ran out on the way, anything else. */
export type IcmpError = 'unreachable' | 'timeExceeded' | 'other';
