import { canonicalAddress } from '../../src/bytes/ip-address.ts';
import {
  conversationKey,
  conversationOf,
  type Conversation,
  type Conversations,
} from './conversation.ts';
import { emptySayings, type Sayings } from './sayings.ts';
import { tsharkPackets, type TsharkField, type TsharkPacket } from './tshark-fields.ts';

const TRANSPORTS = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['sctp', 132],
]);
const TUNNELS = new Set([
  'gre',
  'vxlan',
  'geneve',
  'gtp',
  'teredo',
  'erspan',
  'mpls',
  'l2tp',
  'pptp',
]);

export interface TsharkReading {
  readonly frames: number;
  readonly conversations: Conversations;
  readonly sayings: Sayings;
}

/** Bytes of fragments that wait for the one that completes their datagram, by datagram. */
type Waiting = Map<string, { bytes: number; firstUs: number }>;

/** What tshark makes of a capture, added up by conversation. */
export function tsharkReading(name: string): TsharkReading {
  const conversations: Conversations = new Map();
  const sayings = emptySayings();
  const waiting: Waiting = new Map();
  const streams: Streams = new Map();
  let frames = 0;
  for (const packet of tsharkPackets(name)) {
    frames++;
    addPacket({ conversations, waiting, streams }, packet);
    addSayings(sayings, packet);
  }
  for (const stream of streams.values()) stream.conversation.payloadBytes += coveredBytes(stream.ranges);
  return { frames, conversations, sayings };
} // prettier-ignore

/** The innermost IP packet of a frame, the one in front of what an ICMP error quotes. */
interface Innermost {
  readonly version: 4 | 6;
  readonly index: number;
  readonly transport: string;
  /** Which of the frame's TCP (or UDP, SCTP) headers it is. */
  readonly transportIndex: number;
  readonly icmp: boolean;
  readonly marks: readonly string[];
}

function innermostOf(packet: TsharkPacket): Innermost | undefined {
  const layers = packet.text('frame.protocols').split(':');
  const seen = new Map<string, number>();
  let found: Innermost | undefined;
  const marks: string[] = [];
  let ipLayers = 0;
  for (const layer of layers) {
    const index = seen.get(layer) ?? 0;
    seen.set(layer, index + 1);
    if (layer === 'ip' || layer === 'ipv6') {
      ipLayers++;
      found = { version: layer === 'ip' ? 4 : 6, index, transport: '', transportIndex: 0, icmp: false, marks };
    } else if (found?.transport === '' && TRANSPORTS.has(layer)) {
      found = { ...found, transport: layer, transportIndex: index };
    } else if (found && (layer === 'icmp' || layer === 'icmpv6')) {
      return { ...found, icmp: true };
    } else if (layer === 'sflow') break; // samples of packets that others sent, in a report
    else if (TUNNELS.has(layer) || layer.startsWith('capwap')) marks.push(layer);
  }
  if (ipLayers > 1) marks.push('ipInIp');
  return found;
} // prettier-ignore

function addPacket({ conversations, waiting, streams }: Sums, packet: TsharkPacket): void {
  const innermost = innermostOf(packet);
  if (innermost === undefined) return;
  const { version, index, transport } = innermost;
  const at = (field: TsharkField, i: number): string => packet.all(field)[i] ?? '';
  const v4 = version === 4;
  const source = canonicalAddress(at(v4 ? 'ip.src' : 'ipv6.src', index));
  const destination = canonicalAddress(at(v4 ? 'ip.dst' : 'ipv6.dst', index));
  if (source === undefined || destination === undefined) return;
  let ipBytes = v4 ? Number(at('ip.len', index)) : Number(at('ipv6.plen', index)) + 40;
  const protocol = protocolOf(packet, innermost, at);
  const ports = (['srcport', 'dstport'] as const).map((end) =>
    transport === '' ? 0 : Number(at(`${transport}.${end}` as TsharkField, innermost.transportIndex)),
  );
  const timeUs = microseconds(packet.text('frame.time_epoch'));
  const fragment = fragmentOf(packet, innermost, at);
  const marks = [...innermost.marks];
  if (fragment !== undefined) {
    const key = `${source} ${destination} ${protocol} ${fragment}`;
    const held = waiting.get(key) ?? { bytes: 0, firstUs: timeUs };
    held.bytes += ipBytes;
    waiting.set(key, held);
    // tshark shows what a datagram carries at the fragment that completes it.
    if (transport === '' && !innermost.icmp) {
      conversationOf(conversations, conversationKey(protocol, source, 0, destination, 0)).marks.add('fragment');
      return;
    }
    ipBytes = held.bytes;
    waiting.delete(key);
    marks.push('fragment');
  }
  const key = conversationKey(protocol, source, ports[0]!, destination, ports[1]!);
  const found = conversationOf(conversations, key);
  found.packets++;
  found.ipBytes += ipBytes;
  if (transport === 'udp') found.payloadBytes += Math.max(0, Number(at('udp.length', innermost.transportIndex)) - 8);
  if (transport === 'tcp') addSegment(streams, `${source} ${key}`, found, at, innermost.transportIndex);
  found.firstUs = Math.min(found.firstUs, timeUs);
  found.lastUs = Math.max(found.lastUs, timeUs);
  for (const mark of marks) found.marks.add(mark);
  if (packet.text('frame.len') !== packet.text('frame.cap_len')) found.marks.add('cut');
  if (packet.text('_ws.malformed') !== '') found.marks.add('malformed');
  if (packet.text('tcp.analysis.retransmission') !== '') found.marks.add('retransmission');
  if (packet.text('tcp.analysis.out_of_order') !== '') found.marks.add('outOfOrder');
  if (packet.text('tcp.analysis.keep_alive') !== '') found.marks.add('keepAlive');
  if (v4 && at('ip.len', index) === '0') found.marks.add('noLength');
  if (!v4 && at('ipv6.plen', index) === '0') found.marks.add('noLength');
} // prettier-ignore

type At = (field: TsharkField, index: number) => string;

function protocolOf(packet: TsharkPacket, { version, index, transport, icmp }: Innermost, at: At): number {
  if (transport !== '') return TRANSPORTS.get(transport)!;
  if (icmp) return version === 4 ? 1 : 58; // also behind an authentication header
  if (version === 4) return Number(at('ip.proto', index));
  const behindFragment = packet.all('ipv6.fraghdr.nxt');
  return Number(behindFragment[0] ?? at('ipv6.nxt', index));
} // prettier-ignore

/** What the fragments of a datagram have in common; `undefined` for a packet that is whole. */
function fragmentOf(packet: TsharkPacket, { version, index }: Innermost, at: At): string | undefined {
  if (version === 6) return packet.all('ipv6.fraghdr.ident')[0];
  const offset = at('ip.frag_offset', index);
  const more = at('ip.flags.mf', index);
  const isWhole = (offset === '0' || offset === '') && (more === '0' || more === '' || more === 'False');
  return isWhole ? undefined : at('ip.id', index);
} // prettier-ignore

/** The sequence numbers of one direction's data, unwrapped, as ranges. */
interface Stream {
  readonly conversation: Conversation;
  sequence: number;
  position: number;
  readonly ranges: [from: number, to: number][];
}

type Streams = Map<string, Stream>;

interface Sums {
  readonly conversations: Conversations;
  readonly waiting: Waiting;
  readonly streams: Streams;
}

function addSegment(
  streams: Streams,
  key: string,
  conversation: Conversation,
  at: At,
  index: number,
): void {
  const length = Number(at('tcp.len', index));
  if (!(length > 0)) return;
  const sequence =
    Number(at('tcp.seq_raw', index)) + ((Number(at('tcp.flags', index)) & 2) === 0 ? 0 : 1);
  let stream = streams.get(key);
  if (stream === undefined) {
    stream = { conversation, sequence, position: 0, ranges: [] };
    streams.set(key, stream);
  }
  stream.position += (sequence - stream.sequence) | 0;
  stream.sequence = sequence;
  stream.ranges.push([stream.position, stream.position + length]);
}

/** Bytes that came at least once. */
function coveredBytes(ranges: [from: number, to: number][]): number {
  ranges.sort((a, b) => a[0] - b[0]);
  let bytes = 0;
  let covered = -Infinity;
  for (const [from, to] of ranges) {
    bytes += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return bytes;
}

/** Nanoseconds are floored, as we do. */
function microseconds(epoch: string): number {
  const [seconds = '0', fraction = ''] = epoch.split('.');
  return Number(seconds) * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function addSayings(sayings: Sayings, packet: TsharkPacket): void {
  if (packet.text('frame.protocols').includes(':sflow')) return; // what others said, in a report

  for (const name of packet.all('dns.qry.name')) {
    if (name !== '<Root>' && name !== '') sayings.dnsName.add(printable(name));
  }
  for (const name of packet.all('tls.handshake.extensions_server_name')) {
    sayings.serverName.add(name.toLowerCase());
  }
  // SSDP, and what tunnels HTTP's fields inside of something else, has these fields too.
  if (!/:http(:|$)/.test(packet.text('frame.protocols'))) {
    addBanners(sayings, packet);
    return;
  }
  for (const host of packet.all('http.host'))
    if (host !== '') sayings.httpHost.add(host.toLowerCase());
  for (const agent of packet.all('http.user_agent')) if (agent !== '') sayings.userAgent.add(agent);
  for (const method of packet.all('http.request.method')) sayings.httpMethod.add(method);
  for (const status of packet.all('http.response.code')) sayings.httpStatus.add(status);
  addBanners(sayings, packet);
}

/** What is no printable character is one `?`, however many bytes each side made of it. */
export function printable(name: string): string {
  return name.toLowerCase().replaceAll(/(\\\d{3}|[^\x21-\x7e]|\?)+/g, '?');
}

function addBanners(sayings: Sayings, packet: TsharkPacket): void {
  for (const banner of packet.all('ssh.protocol')) {
    const software = /^SSH-[^-]*-(\S*)/.exec(banner)?.[1];
    if (software !== undefined) sayings.sshSoftware.add(software);
  }
} // prettier-ignore
