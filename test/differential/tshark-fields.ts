import { testimony } from './witness.ts';

/** What tshark is asked of every packet; several values of one field come in the order of the layers. */
const FIELDS = [
  'frame.number', 'frame.time_epoch', 'frame.len', 'frame.cap_len', 'frame.protocols',
  'ip.src', 'ip.dst', 'ip.proto', 'ip.len', 'ip.hdr_len', 'ip.frag_offset', 'ip.flags.mf', 'ip.id',
  'ipv6.src', 'ipv6.dst', 'ipv6.nxt', 'ipv6.plen', 'ipv6.fraghdr.offset', 'ipv6.fraghdr.nxt', 'ipv6.fraghdr.ident',
  'tcp.seq_raw', 'tcp.srcport', 'tcp.dstport', 'tcp.len', 'tcp.flags', 'tcp.analysis.retransmission',
  'tcp.analysis.out_of_order', 'tcp.analysis.keep_alive',
  'udp.srcport', 'udp.dstport', 'udp.length', 'sctp.srcport', 'sctp.dstport',
  'icmp.type', 'icmp.code', 'icmpv6.type', 'icmpv6.code',
  'dns.qry.name', 'dns.qry.type', 'dns.flags.response', 'dns.flags.rcode',
  'tls.handshake.type', 'tls.handshake.extensions_server_name', 'tls.handshake.ja3',
  'http.request.method', 'http.request.uri', 'http.host', 'http.user_agent', 'http.response.code',
  'ssh.protocol', '_ws.malformed',
] as const; // prettier-ignore

export type TsharkField = (typeof FIELDS)[number];

/** A head is shown though its body never ends, and segments are put in order before they are read. */
const PREFERENCES = ['-o', 'http.desegment_body:FALSE', '-o', 'tcp.reassemble_out_of_order:TRUE'];

const BETWEEN_VALUES = '\x1e';

/** One packet as tshark dissected it. */
export class TsharkPacket {
  readonly #cells: readonly string[];

  constructor(line: string) {
    this.#cells = line.split('\t');
  }

  /** All values, outermost layer first. */
  all(field: TsharkField): string[] {
    const cell = this.text(field);
    return cell === '' ? [] : cell.split(BETWEEN_VALUES);
  }

  text(field: TsharkField): string {
    return this.#cells[FIELDS.indexOf(field)] ?? '';
  }
}

/** Every packet of a capture, in its order. */
export function* tsharkPackets(name: string): Generator<TsharkPacket> {
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const shape = ['-T', 'fields', '-E', 'occurrence=a', '-E', `aggregator=${BETWEEN_VALUES}`];
  const text = testimony('tshark', ['-n', '-r', '{}', ...PREFERENCES, ...shape, ...fields], name);
  for (const line of text.split('\n')) if (line !== '') yield new TsharkPacket(line);
}
