import { formatAddress, networkHas, parseAddress, type Network } from '../bytes/ip-address.ts';
import type { CapturedFrame } from '../capture/frame-decoder.ts';
import type { Packet, QuotedPacket } from '../capture/packet.ts';
import { communityId } from '../flow/community-id.ts';

/** A flow by its Community ID, or all flows to one service: `channel tcp 10.0.0.1:80`, as a verdict's evidence says. */
export type FlowSelector =
  | { readonly communityId: string }
  | { readonly protocol: number; readonly responder: Uint32Array; readonly port: number };

/** Which packets are wanted: those to which everything that is given applies. */
export interface SliceQuery {
  readonly host?: Network;
  readonly flow?: FlowSelector;
  readonly port?: number;
  /** From this instant on. */
  readonly fromUs?: number;
  /** Before this instant. */
  readonly toUs?: number;
}

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 }; // prettier-ignore
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 132]);

/** The `flowId` of a verdict's evidence; `undefined` if the text is none. */
export function parseFlowSelector(text: string): FlowSelector | undefined {
  if (/^1:[A-Za-z0-9+/]{27}=$/.test(text)) return { communityId: text };
  const channel = /^channel (?:protocol (\d{1,3})|([a-z0-9]+)) (\S+)$/.exec(text);
  if (channel === null) return undefined;
  const protocol = channel[1] === undefined ? PROTOCOLS[channel[2]!] : Number(channel[1]);
  if (protocol === undefined) return undefined;
  const isIcmp = protocol === 1 || protocol === 58;
  const end = /^(.+):(\d{1,5})$/.exec(channel[3]!);
  const responder = parseAddress(isIcmp ? channel[3]! : (end?.[1] ?? ''));
  if (responder === undefined) return undefined;
  return { protocol, responder, port: isIcmp ? 0 : Number(end![2]) };
}

/** Says of one frame after the other whether it is wanted. What an ICMP error quotes counts as well, as in tshark. */
export function frameMatcher(
  query: SliceQuery,
): (frame: Pick<CapturedFrame, 'timeUs'>, packet: Packet) => boolean {
  const { fromUs = -Infinity, toUs = Infinity, host, port, flow } = query;
  const hasHost = host === undefined ? undefined : hostMatcher(host);
  const hasFlow = flow === undefined ? undefined : flowMatcher(flow);
  return ({ timeUs }, packet) => {
    if (timeUs < fromUs || timeUs >= toUs) return false;
    if (hasHost !== undefined && !hasHost(packet)) return false;
    if (port !== undefined && !eitherHas(packet, (ends) => hasPort(ends, port))) return false;
    return hasFlow === undefined || eitherHas(packet, hasFlow);
  };
}

/** The packet itself, or the one that caused the ICMP error it is. */
type Ends = Pick<
  QuotedPacket,
  'source' | 'destination' | 'protocol' | 'sourcePort' | 'destinationPort'
>;

function eitherHas(packet: Packet, has: (ends: Ends) => boolean): boolean {
  return has(packet) || (packet.hasQuoted && has(packet.quoted));
}

function hasPort({ protocol, sourcePort, destinationPort }: Ends, port: number): boolean {
  return WITH_PORTS.has(protocol) && (sourcePort === port || destinationPort === port);
}

function hostMatcher(host: Network): (packet: Packet) => boolean {
  const has = (words: Uint32Array): boolean => networkHas(host, words) && !isNothing(words);
  return (packet) =>
    has(packet.source) ||
    has(packet.destination) ||
    has(packet.outerSource) ||
    has(packet.outerDestination) ||
    (packet.hasQuoted && (has(packet.quoted.source) || has(packet.quoted.destination)));
}

/** All zeros is what stands there where no address was read; `0.0.0.0` has its prefix. */
function isNothing(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 0;
}

function flowMatcher(flow: FlowSelector): (ends: Ends) => boolean {
  if ('communityId' in flow) return communityMatcher(flow.communityId);
  const { protocol, responder, port } = flow;
  const isEnd = (words: Uint32Array, endPort: number): boolean =>
    (port === 0 || endPort === port) && words.every((word, i) => word === responder[i]);
  return (ends) =>
    ends.protocol === protocol &&
    (isEnd(ends.destination, ends.destinationPort) || isEnd(ends.source, ends.sourcePort));
}

/** Flows whose answer is kept: a hash for every packet would take longer than reading it. */
const MOST_ANSWERS = 1 << 16;

function communityMatcher(wanted: string): (ends: Ends) => boolean {
  const answers = new Map<string, boolean>();
  return ({ source, destination, protocol, sourcePort, destinationPort }) => {
    const key = `${source.join()},${destination.join()},${protocol},${sourcePort},${destinationPort}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    if (answers.size === MOST_ANSWERS) answers.clear();
    const isWanted =
      communityId({
        originator: formatAddress(source),
        responder: formatAddress(destination),
        originatorPort: sourcePort,
        responderPort: destinationPort,
        protocol,
      }) === wanted;
    answers.set(key, isWanted);
    return isWanted;
  };
}
