import type { QuantileSketch } from '../../stats/quantiles.ts';
import { flowRate } from '../neighbours.ts';
import type { Counter, SideProfile } from '../side-profile.ts';
import type { FlowOutcome } from '../flow-outcome.ts';
import { featureGroup, share, type FeatureDefinition, type HostView } from './feature.ts';

const side = (view: HostView): SideProfile | undefined => view.profile.originator;
const count = (view: HostView, counter: Counter): number => side(view)?.count(counter) ?? 0;
const perFlow = (view: HostView, counter: Counter): number =>
  share(count(view, counter), count(view, 'flows'));
const outcomeShare = (view: HostView, outcome: FlowOutcome): number =>
  share(side(view)?.outcome(outcome) ?? 0, count(view, 'flows'));
const distinct = (
  view: HostView,
  of: 'peers' | 'ports' | 'networks' | 'peerPorts' | 'answeredPeers' | 'heardPeers',
): number => side(view)?.[of].estimate() ?? 0;
const quantile = (sketch: QuantileSketch | undefined, q: number): number =>
  sketch?.quantile(q) ?? NaN;

/** Interquartile range over the median: 0 when all flows are alike. */
function spread(sketch: QuantileSketch | undefined): number {
  if (sketch === undefined || sketch.count < 4) return NaN;
  return (sketch.quantile(0.75) - sketch.quantile(0.25)) / (1 + sketch.quantile(0.5));
}

/**
 * log₂ of the likelihood ratio of Jung's sequential test (θ₀ = 0.8, θ₁ = 0.2). The paper counts first contacts; which
 * flow came first is no state that merges cheaply, so a responder succeeded here if it ever answered.
 */
function sequentialHypothesisRatio(view: HostView): number {
  const peers = distinct(view, 'peers');
  if (peers === 0) return NaN;
  const answered = Math.min(peers, distinct(view, 'answeredPeers'));
  return Math.log2(4) * (peers - 2 * answered);
}

function failedTargets(view: HostView): number {
  const { failedTargetsOnOnePort, channels } = view.channels;
  if (channels === 0) return 0;
  if (!Number.isNaN(failedTargetsOnOnePort)) return failedTargetsOnOnePort;
  const failed = Math.max(0, distinct(view, 'peers') - distinct(view, 'answeredPeers'));
  return Math.round(failed * (side(view)?.flowsByPort.share() ?? 0));
}

function failedPorts(view: HostView): number {
  const { failedPortsAtOneTarget, channels } = view.channels;
  if (channels === 0) return 0;
  if (!Number.isNaN(failedPortsAtOneTarget)) return failedPortsAtOneTarget;
  const failedShare = 1 - outcomeShare(view, 'succeeded');
  return Math.round(
    distinct(view, 'peerPorts') * (side(view)?.flowsByPeer.share() ?? 0) * failedShare,
  );
}

/** Signed log, so that a scan of ten thousand and one of a hundred stay comparable. */
function signedLog(value: number): number {
  return Math.sign(value) * Math.log2(1 + Math.abs(value));
}

type Peers = 'peers' | 'heardPeers' | 'answeredPeers';

/** Of the distinct responders, the share that is in `all` and not in its part. */
function missingShare(view: HostView, all: Peers, part: Peers): number {
  const left = Math.max(0, distinct(view, all) - distinct(view, part));
  return Math.min(1, share(left, distinct(view, 'peers')));
}

export const VOLUME_FEATURES: readonly FeatureDefinition[] = [
  ...featureGroup('volume', undefined, [
    ['flows', 'count', 'flows opened', 'opened {} flows', (v) => count(v, 'flows')],
    ['tcp_share', 'share', 'TCP flows / flows opened', '{} of its flows were TCP', (v) => perFlow(v, 'tcpFlows')],
    ['udp_share', 'share', 'UDP flows / flows opened', '{} of its flows were UDP', (v) => perFlow(v, 'udpFlows')],
    ['icmp_share', 'share', 'ICMP flows / flows opened', '{} of its flows were ICMP', (v) => perFlow(v, 'icmpFlows')],
    ['multicast_share', 'share', 'flows to multicast or broadcast addresses / flows opened', '{} of its flows went to multicast or broadcast', (v) => perFlow(v, 'multicastFlows')],
    ['originated_share', 'share', 'flows opened / flows opened or answered', 'it opened {} of the flows it took part in', (v) => share(count(v, 'flows'), count(v, 'flows') + (v.profile.responder?.flows ?? 0))],
    ['duration_median', 'seconds', 'median flow duration', 'its flows lasted {} (median)', (v) => quantile(side(v)?.durations, 0.5) / 1e6],
    ['duration_p95', 'seconds', '95th percentile of flow duration', 'its longest flows lasted {}', (v) => quantile(side(v)?.durations, 0.95) / 1e6],
    ['duration_spread', 'score', 'interquartile range / (1 + median) of durations', 'spread of flow durations {}', (v) => spread(side(v)?.durations)],
    ['long_flow_share', 'share', 'flows over 10 minutes / flows opened', '{} of its flows lasted over ten minutes', (v) => perFlow(v, 'longFlows')],
    ['sent_bytes_median', 'bytes', 'median payload sent a flow', 'sent {} a flow (median)', (v) => quantile(side(v)?.ownBytes, 0.5)],
    ['sent_bytes_p95', 'bytes', '95th percentile of payload sent a flow', 'sent up to {} a flow', (v) => quantile(side(v)?.ownBytes, 0.95)],
    ['received_bytes_median', 'bytes', 'median payload received a flow', 'received {} a flow (median)', (v) => quantile(side(v)?.peerBytes, 0.5)],
    ['received_bytes_p95', 'bytes', '95th percentile of payload received a flow', 'received up to {} a flow', (v) => quantile(side(v)?.peerBytes, 0.95)],
    ['sent_bytes_spread', 'score', 'interquartile range / (1 + median) of payload sent', 'spread of what it sent a flow {}', (v) => spread(side(v)?.ownBytes)],
    ['received_bytes_spread', 'score', 'interquartile range / (1 + median) of payload received', 'spread of what it received a flow {}', (v) => spread(side(v)?.peerBytes)],
    ['upload_share', 'share', 'payload sent / payload sent and received', '{} of the payload went out', (v) => share(count(v, 'ownBytes'), count(v, 'ownBytes') + count(v, 'peerBytes'))],
    ['shape_share', 'share', 'flows of the commonest (bytes sent, bytes received, port) / flows', '{} of its flows were byte for byte the same size', (v) => side(v)?.flowsByShape.share() ?? NaN],
    ['empty_tcp_share', 'share', 'TCP flows without payload / TCP flows', '{} of its TCP flows carried nothing', (v) => share(count(v, 'handshakeOnlyFlows'), count(v, 'tcpFlows'))],
  ]),
  ...featureGroup('volume', 'packets', [
    ['sent_packets_median', 'count', 'median packets sent a flow', 'sent {} packets a flow (median)', (v) => quantile(side(v)?.ownPackets, 0.5)],
    ['sent_packets_p95', 'count', '95th percentile of packets sent a flow', 'sent up to {} packets a flow', (v) => quantile(side(v)?.ownPackets, 0.95)],
    ['sent_packet_size', 'bytes', 'IP bytes sent / packets sent', 'its packets held {} on average', (v) => share(count(v, 'ownIpBytes'), count(v, 'ownPackets'))],
    ['received_packet_size', 'bytes', 'IP bytes received / packets received', 'packets it got held {} on average', (v) => share(count(v, 'peerIpBytes'), count(v, 'peerPackets'))],
    ['packet_size_spread', 'score', 'interquartile range / (1 + median) of mean sent packet size', 'spread of its packet sizes {}', (v) => spread(side(v)?.packetSizes)],
    ['answer_packet_ratio', 'ratio', 'packets received / packets sent', 'got {} packets for each it sent', (v) => share(count(v, 'peerPackets'), count(v, 'ownPackets'))],
    ['answer_byte_ratio', 'ratio', 'IP bytes received / IP bytes sent', 'got {} bytes for each it sent', (v) => share(count(v, 'peerIpBytes'), count(v, 'ownIpBytes'))],
    ['one_sided_share', 'share', 'flows in which the other side sent nothing / flows', '{} of its flows got no packet back', (v) => share(count(v, 'oneSidedFlows'), count(v, 'packetFlows'))],
  ]),
]; // prettier-ignore

export const OUTCOME_FEATURES: readonly FeatureDefinition[] = [
  ...featureGroup('outcome', undefined, [
    ['succeeded_share', 'share', 'flows answered in protocol / flows opened', '{} of its flows were answered', (v) => outcomeShare(v, 'succeeded')],
    ['unanswered_share', 'share', 'flows without answer / flows opened', '{} of its flows were never answered', (v) => outcomeShare(v, 'unanswered')],
    ['rejected_share', 'share', 'flows refused with RST / flows opened', '{} of its flows were refused', (v) => outcomeShare(v, 'rejected')],
    ['established_share', 'share', 'TCP flows with a full handshake / TCP flows', '{} of its TCP flows completed a handshake', (v) => share(count(v, 'established'), count(v, 'tcpFlows'))],
    ['outcome_entropy', 'bits', 'entropy over answered, refused, unanswered, unsolicited', 'entropy of outcomes {}', (v) => outcomeEntropy(side(v))],
  ]),
  ...featureGroup('outcome', 'payload', [
    ['icmp_unreachable_share', 'share', 'flows of which an ICMP error said that host or port cannot be reached / flows opened', '{} of its flows were answered by an ICMP error', (v) => perFlow(v, 'unreachableFlows')],
  ]),
  ...featureGroup('outcome', 'connState', [
    ['sf_share', 'share', 'TCP flows closed normally (SF) / TCP flows', '{} of its TCP flows ended normally', (v) => share(side(v)?.connState('SF') ?? 0, count(v, 'tcpFlows'))],
    ['reset_by_originator_share', 'share', 'TCP flows it reset (RSTO) / TCP flows', 'it reset {} of its TCP flows', (v) => share(side(v)?.connState('RSTO') ?? 0, count(v, 'tcpFlows'))],
    ['reset_by_responder_share', 'share', 'TCP flows the responder reset (RSTR) / TCP flows', '{} of its TCP flows were reset by the other side', (v) => share(side(v)?.connState('RSTR') ?? 0, count(v, 'tcpFlows'))],
    ['half_open_share', 'share', 'TCP flows whose SYN was answered and whose originator never acknowledged that (S1, RSTO or RSTR without ACK: a SYN scan of an open port) / TCP flows', '{} of its TCP flows were left half-open', (v) => share(count(v, 'halfOpenFlows'), count(v, 'tcpFlows'))],
    ['midstream_share', 'share', 'TCP flows seen without their start (OTH) / TCP flows', '{} of its TCP flows were seen from the middle', (v) => share(side(v)?.connState('OTH') ?? 0, count(v, 'tcpFlows'))],
  ]),
]; // prettier-ignore

export const SCANNING_FEATURES: readonly FeatureDefinition[] = featureGroup('scanning', undefined, [
  ['destinations', 'count', 'distinct responders', 'contacted {} addresses', (v) => distinct(v, 'peers')],
  ['destination_ports', 'count', 'distinct (protocol, responder port)', 'contacted {} ports', (v) => distinct(v, 'ports')],
  ['destination_port_pairs', 'count', 'distinct (responder, protocol, port)', 'contacted {} address and port pairs', (v) => distinct(v, 'peerPorts')],
  ['destination_networks', 'count', 'distinct /24 (IPv4) or /64 (IPv6) of responders', 'contacted {} networks', (v) => distinct(v, 'networks')],
  ['addresses_per_network', 'ratio', 'distinct responders / distinct /24 or /64', 'contacted {} addresses a network', (v) => share(distinct(v, 'peers'), distinct(v, 'networks'))],
  ['ports_per_destination', 'ratio', 'distinct (responder, port) / distinct responders', 'knocked at {} ports of each address', (v) => share(distinct(v, 'peerPorts'), distinct(v, 'peers'))],
  ['destinations_per_port', 'ratio', 'distinct (responder, port) / distinct ports', 'tried each port at {} addresses', (v) => share(distinct(v, 'peerPorts'), distinct(v, 'ports'))],
  ['ports_at_one_destination', 'count', 'distinct ports at the responder with most of them', 'knocked at {} ports of one address', (v) => v.channels.portsAtOneResponder],
  ['failed_targets_on_one_port', 'count', 'most responders at one (protocol, port) that answered no flow there in protocol; beyond 1,024 channels responders that answered nothing x share of flows to the commonest port', 'got no answer at one port from {} addresses', failedTargets],
  ['failed_ports_at_one_target', 'count', 'most (protocol, port) of one responder that answered no flow in protocol; beyond 1,024 channels (responder, port) pairs x share of flows to the commonest responder x share of unanswered and refused flows', 'got no answer at {} ports of one address', failedPorts],
  ['flows_per_destination', 'ratio', 'flows / distinct responders', 'opened {} flows to each address', (v) => share(count(v, 'flows'), distinct(v, 'peers'))],
  ['flows_per_pair', 'ratio', 'flows / distinct (responder, port)', 'opened {} flows to each address and port', (v) => share(count(v, 'flows'), distinct(v, 'peerPorts'))],
  ['top_destination_share', 'share', 'flows to the commonest responder / flows', '{} of its flows went to one address', (v) => side(v)?.flowsByPeer.share() ?? NaN],
  ['top_port_share', 'share', 'flows to the commonest port / flows', '{} of its flows went to one port', (v) => side(v)?.flowsByPort.share() ?? NaN],
  ['top_source_port_share', 'share', 'flows from the commonest own (protocol, port) / flows', '{} of its flows came from one source port', (v) => side(v)?.flowsByOriginatorPort.share() ?? NaN],
  ['silent_destination_share', 'share', 'responders of which nothing was heard in any flow, not even a refusal / distinct responders', '{} of the addresses it contacted never answered', (v) => missingShare(v, 'peers', 'heardPeers')],
  ['refusing_destination_share', 'share', 'responders that were heard and answered no flow in protocol (they refused all) / distinct responders', '{} of the addresses it contacted only refused', (v) => missingShare(v, 'heardPeers', 'answeredPeers')],
  ['sequential_hypothesis_ratio', 'score', 'sign(x) log2(1 + |x|) of x = 2 x (responders that answered no flow in protocol - responders that answered at least one): the log2 likelihood ratio of Jung et al. 2004 (theta0 0.8, theta1 0.2), with each responder taken as one contact that succeeded if any flow to it did, first or later', 'sequential hypothesis test for scanning at {}', (v) => signedLog(sequentialHypothesisRatio(v))],
  ['privileged_port_share', 'share', 'flows to ports below 1024 / flows', '{} of its flows went to ports below 1024', (v) => perFlow(v, 'privilegedPortFlows')],
]); // prettier-ignore

const GROUPS = ['web', 'mail', 'dns', 'admin', 'smb', 'database', 'iot', 'ics', 'p2p', 'chat', 'infrastructure', 'other'] as const; // prettier-ignore

export const SERVICE_FEATURES: readonly FeatureDefinition[] = featureGroup('service', undefined, [
  ...GROUPS.map((group) => [
    `${group}_share`, 'share', `flows to ${group} services / flows`, `{} of its flows went to ${group} services`,
    (v: HostView) => side(v)?.groups.share(group) ?? NaN,
  ] as const),
  ['service_entropy', 'bits', 'entropy over service groups', 'entropy over service groups {}', (v) => side(v)?.groups.entropy() ?? NaN],
  ['services', 'count', 'distinct known services', 'used {} known services', (v) => side(v)?.services.distinct ?? 0],
]); // prettier-ignore

export const TIME_FEATURES: readonly FeatureDefinition[] = featureGroup('time', undefined, [
  ['flow_rate', 'per-second', 'flows / distinct seconds of the clock in which one began', 'opened {} flows a second while active', (v) => (side(v) ? flowRate(side(v)!) : NaN)],
  ['active_seconds_per_minute', 'ratio', 'distinct seconds of the clock in which a flow began / distinct minutes in which one did', 'opened flows in {} seconds of a minute with any', (v) => share(active(v, 'activeSeconds'), active(v, 'activeMinutes'))],
  ['active_minutes_per_hour', 'ratio', 'distinct minutes of the clock in which a flow began / distinct hours in which one did', 'opened flows in {} minutes of an hour with any', (v) => share(active(v, 'activeMinutes'), active(v, 'activeHours'))],
  ['active_share', 'share', 'distinct minutes of the clock in which a flow began / minutes from first to last, where those are at least 8', 'was active {} of the time', (v) => activeShare(side(v))],
]); // prettier-ignore

export const RESPONDER_FEATURES: readonly FeatureDefinition[] = [
  ...featureGroup('responder', undefined, [
    ['answered_flows', 'count', 'flows opened to it', 'was contacted {} times', (v) => v.profile.responder?.flows ?? 0],
    ['sources', 'count', 'distinct originators that contacted it', 'was contacted by {} addresses', (v) => v.profile.responder?.peers.estimate() ?? 0],
    ['own_ports', 'count', 'distinct ports it was contacted at', 'was contacted at {} ports', (v) => v.profile.responder?.ports.estimate() ?? 0],
    ['own_success_share', 'share', 'flows it answered / flows opened to it', 'answered {} of the flows opened to it', (v) => share(v.profile.responder?.outcome('succeeded') ?? 0, v.profile.responder?.flows ?? 0)],
    ['unsolicited_share', 'share', 'flows in which only it was heard / flows opened to it', '{} of its answers had no question', (v) => share(v.profile.responder?.outcome('unsolicited') ?? 0, v.profile.responder?.flows ?? 0)],
    ['refusing_share', 'share', 'flows it refused / flows opened to it', 'refused {} of the flows opened to it', (v) => share(v.profile.responder?.outcome('rejected') ?? 0, v.profile.responder?.flows ?? 0)],
    ['served_upload_share', 'share', 'payload it sent / payload both ways, as a responder', 'sent {} of the payload as a server', (v) => share(v.profile.responder?.count('ownBytes') ?? 0, (v.profile.responder?.count('ownBytes') ?? 0) + (v.profile.responder?.count('peerBytes') ?? 0))],
    ['own_top_port_share', 'share', 'flows to its commonest port / flows opened to it', '{} of the flows to it went to one port', (v) => v.profile.responder?.flowsByPort.share() ?? NaN],
  ]),
]; // prettier-ignore

export const NEIGHBOUR_FEATURES: readonly FeatureDefinition[] = featureGroup('neighbours', undefined, [
  ['target_sources', 'count', 'distinct originators of the responder of the busiest channel', 'its main target was contacted by {} addresses', (v) => v.context.targetSources],
  ['target_unanswered_share', 'share', "unanswered flows / flows of that responder", 'its main target left {} of all flows unanswered', (v) => v.context.targetUnansweredShare],
  ['target_flows_per_source', 'ratio', "flows / distinct originators of that responder", 'its main target got {} flows a source', (v) => v.context.targetFlowsPerSource],
  ['target_flow_rate', 'per-second', 'flows / distinct seconds of the clock in which one began, at that responder', 'its main target got {} flows a second', (v) => v.context.targetFlowRate],
  ['target_alike_share', 'share', 'flows of the commonest shape at that responder', '{} of the flows to its main target were alike', (v) => v.context.targetAlikeShare],
  ['target_own_share', 'share', "the busiest channel's flows / flows of that responder", "{} of its main target's flows were its own", (v) => v.context.targetOwnShare],
  ['victim_sources', 'count', 'distinct responders of the originator its unsolicited answers went to', 'the address it answered unasked got answers from {} others', (v) => v.context.victimSources],
  ['victim_unsolicited_share', 'share', "unsolicited flows / flows of that originator", '{} of what that address got was unasked', (v) => v.context.victimUnsolicitedShare],
  ['victim_flow_rate', 'per-second', 'flows / distinct seconds of the clock in which one began, of that originator', 'that address got {} flows a second', (v) => v.context.victimFlowRate],
]); // prettier-ignore

function outcomeEntropy(profile: SideProfile | undefined): number {
  if (profile === undefined) return NaN;
  let bits = 0;
  for (const n of profile.outcomes)
    if (n > 0) bits -= (n / profile.flows) * Math.log2(n / profile.flows);
  return bits;
}

function active(view: HostView, of: 'activeSeconds' | 'activeMinutes' | 'activeHours'): number {
  return side(view)?.[of].estimate() ?? 0;
}

function activeShare(profile: SideProfile | undefined): number {
  if (profile === undefined) return NaN;
  const { firstUs, lastUs } = profile.activity;
  const { widthUs } = profile.activeMinutes;
  const minutes = Math.floor(lastUs / widthUs) - Math.floor(firstUs / widthUs) + 1;
  return minutes < 8 ? NaN : Math.min(1, profile.activeMinutes.estimate() / minutes);
}
