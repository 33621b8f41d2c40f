import type { Flow } from '../flow/flow.ts';
import { Sha1 } from '../flow/sha1.ts';
import { known, type Cell, type Column, type ColumnType } from '../report/column.ts';
import { knownCommunityId } from './known-community-id.ts';

export type FlowColumn = Column<Flow>;

function column(
  name: string,
  type: ColumnType,
  meaning: string,
  read: (flow: Flow) => Cell,
): FlowColumn {
  return { name, type, meaning, read };
}

function zeekColumn(
  name: string,
  [type, zeekType]: readonly [ColumnType, string],
  meaning: string,
  read: (flow: Flow) => Cell,
): FlowColumn {
  return { name, type, meaning, zeekType, read };
}

/** A flow as the library has it. */
const OWN_COLUMNS: readonly FlowColumn[] = [
  column('startUs', 'timeUs', 'time of the first packet', (f) => known(f.startUs)),
  column('endUs', 'timeUs', 'time of the last packet', (f) => known(f.endUs)),
  column('originator', 'text', 'address that opened the flow', (f) => f.originator),
  column('originatorPort', 'integer', 'its port; type of an ICMP message', (f) => f.originatorPort),
  column('responder', 'text', 'address that was asked', (f) => f.responder),
  column('responderPort', 'integer', 'its port; code of an ICMP message', (f) => f.responderPort),
  column('protocol', 'integer', 'IANA protocol number: 1 ICMP, 6 TCP, 17 UDP …', (f) => known(f.protocol)), // prettier-ignore
  column('service', 'text', 'application protocol as seen in the payload', (f) => known(f.service)),
  column('originatorPackets', 'integer', 'packets sent by the originator', (f) => known(f.originatorPackets)), // prettier-ignore
  column('responderPackets', 'integer', 'packets sent by the responder', (f) => known(f.responderPackets)), // prettier-ignore
  column('originatorIpBytes', 'integer', 'bytes of its whole IP packets', (f) => known(f.originatorIpBytes)), // prettier-ignore
  column('responderIpBytes', 'integer', 'bytes of its whole IP packets', (f) => known(f.responderIpBytes)), // prettier-ignore
  column('originatorBytes', 'integer', 'bytes of its transport payload', (f) => known(f.originatorBytes)), // prettier-ignore
  column('responderBytes', 'integer', 'bytes of its transport payload', (f) => known(f.responderBytes)), // prettier-ignore
  column('connState', 'text', 'how it went, in Zeek’s words: S0, SF, REJ …', (f) => known(f.connState)), // prettier-ignore
  column('history', 'text', 'what happened in which order, in Zeek’s letters', (f) => known(f.history)), // prettier-ignore
  column('established', 'flag', 'the originator completed a TCP handshake', (f) => f.established),
  column('communityId', 'text', 'Community ID v1, seed 0: the flowId of a verdict’s evidence', knownCommunityId), // prettier-ignore
  column('tunnel', 'text', 'outermost tunnel it came through: gre, vxlan …', (f) => known(f.tunnel?.kind)), // prettier-ignore
  column('outerOriginator', 'text', 'tunnel’s address on the originator’s side', (f) => known(f.tunnel?.originator)), // prettier-ignore
  column('outerResponder', 'text', 'tunnel’s address on the responder’s side', (f) => known(f.tunnel?.responder)), // prettier-ignore
  column('icmpError', 'text', 'worst ICMP error about it: unreachable, timeExceeded, other', (f) => known(f.icmpError)), // prettier-ignore
];

const TIME = ['timeSeconds', 'time'] as const;
const COUNT = ['integer', 'count'] as const;
const PORT = ['integer', 'port'] as const;
const ADDRESS = ['text', 'addr'] as const;
const STRING = ['text', 'string'] as const;

/**
 * Zeek's conn.log: its names, order and meaning (`base/protocols/conn/main.zeek`), without the columns that only
 * Zeek knows (`local_orig`, `missed_bytes`, `tunnel_parents`); `ip_proto` is there since Zeek 7.1, `community_id`
 * with its policy of that name.
 */
const ZEEK_COLUMNS: readonly FlowColumn[] = [
  zeekColumn('ts', TIME, 'time of the first packet', (f) => known(f.startUs)),
  zeekColumn('uid', STRING, 'made from addresses, ports, protocol and start', flowUid),
  zeekColumn('id.orig_h', ADDRESS, 'originator', (f) => f.originator),
  zeekColumn('id.orig_p', PORT, 'its port; ICMP type', (f) => f.originatorPort),
  zeekColumn('id.resp_h', ADDRESS, 'responder', (f) => f.responder),
  zeekColumn('id.resp_p', PORT, 'its port; ICMP code', (f) => f.responderPort),
  zeekColumn('proto', ['text', 'enum'], 'tcp, udp, icmp, unknown_transport', zeekProtocol),
  zeekColumn('service', STRING, 'application protocol', zeekService),
  // Zeek leaves the duration of a single packet unset.
  zeekColumn('duration', ['seconds', 'interval'], 'last packet − first; unset for one', (f) =>
    f.endUs > f.startUs ? f.endUs - f.startUs : null,
  ),
  zeekColumn('orig_bytes', COUNT, 'payload sent by the originator', (f) => known(f.originatorBytes)), // prettier-ignore
  zeekColumn('resp_bytes', COUNT, 'payload sent by the responder', (f) => known(f.responderBytes)),
  zeekColumn('conn_state', STRING, 'S0, SF, REJ …', (f) => known(f.connState)),
  zeekColumn('history', STRING, 'what happened, letter by letter', (f) => known(f.history)),
  zeekColumn('orig_pkts', COUNT, 'packets sent by the originator', (f) => known(f.originatorPackets)), // prettier-ignore
  zeekColumn('orig_ip_bytes', COUNT, 'bytes of their IP packets', (f) => known(f.originatorIpBytes)), // prettier-ignore
  zeekColumn('resp_pkts', COUNT, 'packets sent by the responder', (f) => known(f.responderPackets)),
  zeekColumn('resp_ip_bytes', COUNT, 'bytes of their IP packets', (f) => known(f.responderIpBytes)),
  zeekColumn('ip_proto', COUNT, 'IANA protocol number', (f) => known(f.protocol)),
  zeekColumn('community_id', STRING, 'Community ID v1', knownCommunityId),
];

/**
 * NFStream's names and units (6.6, `NFlow`), those that are known of a flow whatever it was read from. Bytes are of
 * whole IP packets, which is its `accounting_mode=1`; ICMP has no ports there.
 */
const NFSTREAM_COLUMNS: readonly FlowColumn[] = [
  column('src_ip', 'text', 'originator', (f) => f.originator),
  column('src_port', 'integer', 'its port; 0 for ICMP', (f) => portOf(f, f.originatorPort)),
  column('dst_ip', 'text', 'responder', (f) => f.responder),
  column('dst_port', 'integer', 'its port; 0 for ICMP', (f) => portOf(f, f.responderPort)),
  column('protocol', 'integer', 'IANA protocol number', (f) => known(f.protocol)),
  column('ip_version', 'integer', '4 or 6', (f) => (f.originator.includes(':') ? 6 : 4)),
  column('bidirectional_first_seen_ms', 'integer', 'first packet, ms since 1970', (f) => ms(f.startUs)), // prettier-ignore
  column('bidirectional_last_seen_ms', 'integer', 'last packet, ms since 1970', (f) => ms(f.endUs)),
  column('bidirectional_duration_ms', 'integer', 'last − first', (f) => known(Math.floor(f.endUs / 1000) - Math.floor(f.startUs / 1000))), // prettier-ignore
  column('bidirectional_packets', 'integer', 'packets both ways', (f) => known(f.originatorPackets + f.responderPackets)), // prettier-ignore
  column('bidirectional_bytes', 'integer', 'IP bytes both ways', (f) => known(f.originatorIpBytes + f.responderIpBytes)), // prettier-ignore
  column('src2dst_packets', 'integer', 'packets sent by the originator', (f) => known(f.originatorPackets)), // prettier-ignore
  column('src2dst_bytes', 'integer', 'their IP bytes', (f) => known(f.originatorIpBytes)),
  column('dst2src_packets', 'integer', 'packets sent by the responder', (f) => known(f.responderPackets)), // prettier-ignore
  column('dst2src_bytes', 'integer', 'their IP bytes', (f) => known(f.responderIpBytes)),
];

export type FlowColumnSet = 'rapsheet' | 'zeek' | 'nfstream';

/** The column sets of `flows --columns`. */
export const FLOW_COLUMNS: Readonly<Record<FlowColumnSet, readonly FlowColumn[]>> = {
  rapsheet: OWN_COLUMNS,
  zeek: ZEEK_COLUMNS,
  nfstream: NFSTREAM_COLUMNS,
};

function ms(us: number): number | null {
  return known(Math.floor(us / 1000));
}

function isIcmp({ protocol }: Flow): boolean {
  return protocol === 1 || protocol === 58;
}

function portOf(flow: Flow, port: number): number {
  return isIcmp(flow) ? 0 : port;
}

function zeekProtocol(flow: Flow): string {
  if (isIcmp(flow)) return 'icmp';
  return flow.protocol === 6 ? 'tcp' : flow.protocol === 17 ? 'udp' : 'unknown_transport';
}

/** What Zeek's one DNS analyser reads; its reader tells them apart again by their ports. */
const ZEEK_DNS: ReadonlySet<string> = new Set(['mdns', 'llmnr', 'netbios-ns']);

function zeekService({ service }: Flow): string | null {
  return ZEEK_DNS.has(service) ? 'dns' : known(service);
}

const sha1 = new Sha1();
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `C` and 17 letters and digits, as Zeek's look: a hash of what the flow is, so that a run repeats another's. */
function flowUid(flow: Flow): string {
  const { originator, originatorPort, responder, responderPort, protocol, startUs } = flow;
  const identity = `${originator} ${originatorPort} ${responder} ${responderPort} ${protocol} ${startUs}`;
  const digest = sha1.ofText(identity);
  let uid = 'C';
  for (let i = 0; i < 17; i++)
    uid += BASE62[((digest[i >>> 2]! >>> (24 - 8 * (i & 3))) & 255) % 62]!;
  return uid;
}
