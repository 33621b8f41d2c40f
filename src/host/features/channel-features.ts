import type { NotableChannel } from '../channel-readings.ts';
import { featureGroup, share, type FeatureDefinition, type HostView } from './feature.ts';

const flows = (view: HostView): number => view.profile.originator?.flows ?? 0;

/** Seconds from a channel's first contact to its last. */
function spanS(notable: NotableChannel | undefined): number {
  if (notable === undefined) return NaN;
  const activity = notable.channel.contacts.activity();
  return (activity.lastUs - activity.firstUs) / 1e6;
}

/** Flows a second over the seconds in which one began. */
function channelRate(notable: NotableChannel | undefined): number {
  const contacts = notable?.channel.contacts;
  return share(contacts?.count ?? 0, contacts?.activeSeconds() ?? 0);
}

function bytesPerPacket(
  notable: NotableChannel | undefined,
  of: 'originator' | 'responder',
): number {
  const channel = notable?.channel;
  if (channel === undefined) return NaN;
  return share(channel.count(`${of}Bytes`), channel.count(`${of}Packets`));
}

export const BRUTEFORCE_FEATURES: readonly FeatureDefinition[] = featureGroup('bruteforce', undefined, [
  ['login_attempts', 'count', 'flows of the login channel (responder and port of a service that asks for a password) with most of them', 'opened {} sessions to one login service', (v) => v.channels.login?.channel.count('flows') ?? 0],
  ['login_alike_share', 'share', 'flows of the commonest shape on that channel / its flows', '{} of those sessions were alike', (v) => v.channels.login?.channel.shapes.share() ?? NaN],
  ['login_rate', 'per-second', 'its flows / distinct seconds of the clock in which one began', 'opened {} login sessions a second', (v) => channelRate(v.channels.login)],
  ['login_success_share', 'share', 'answered flows / flows of that channel', '{} of those sessions were answered', (v) => share(v.channels.login?.channel.count('succeeded') ?? 0, v.channels.login?.channel.count('flows') ?? 0)],
  ['login_session_bytes', 'bytes', 'median payload sent a session on that channel', 'sent {} a login session (median)', (v) => v.channels.login?.channel.originatorSizes.quantile(0.5) ?? NaN],
  ['login_answer_bytes', 'bytes', 'median payload received a session on that channel', 'received {} a login session (median)', (v) => v.channels.login?.channel.responderSizes.quantile(0.5) ?? NaN],
  ['login_session_duration', 'seconds', 'median duration of a session on that channel', 'login sessions lasted {} (median)', (v) => (v.channels.login?.channel.durations.quantile(0.5) ?? NaN) / 1e6],
  ['login_targets', 'count', 'login channels with at least three sessions of one shape', 'knocked again and again at {} login services', (v) => v.channels.loginTargets],
  ['login_flow_share', 'share', 'flows to login services / flows', '{} of its flows went to login services', (v) => share(v.profile.originator?.count('loginFlows') ?? 0, flows(v))],
  ['channel_login_failures', 'count', 'refused logins on that channel, where payload or a log tells', '{} logins were refused at one service', (v) => v.channels.login?.channel.count('loginFailures') ?? 0],
]); // prettier-ignore

export const FLOOD_FEATURES: readonly FeatureDefinition[] = featureGroup('flood', undefined, [
  ['busiest_channel_flows', 'count', 'flows of the busiest (responder, port)', 'opened {} flows to one address and port', (v) => v.channels.busiest?.channel.count('flows') ?? 0],
  ['busiest_channel_share', 'share', 'flows of the busiest channel / flows', '{} of its flows went to one address and port', (v) => share(v.channels.busiest?.channel.count('flows') ?? 0, flows(v))],
  ['busiest_channel_rate', 'per-second', "the busiest channel's flows / distinct seconds of the clock in which one began", 'opened {} flows a second to one address and port', (v) => channelRate(v.channels.busiest)],
  ['busiest_channel_span', 'seconds', 'time from first to last contact of the busiest channel', 'kept at one address and port for {}', (v) => spanS(v.channels.busiest)],
  ['busiest_channel_success_share', 'share', 'answered flows / flows of the busiest channel', '{} of the flows on its busiest channel were answered', (v) => share(v.channels.busiest?.channel.count('succeeded') ?? 0, v.channels.busiest?.channel.count('flows') ?? 0)],
  ['busiest_channel_alike_share', 'share', 'flows of the commonest shape on the busiest channel', '{} of the flows on its busiest channel were alike', (v) => v.channels.busiest?.channel.shapes.share() ?? NaN],
  ['busiest_channel_reset_share', 'share', 'flows reset after a handshake / flows of the busiest channel', '{} of the flows on its busiest channel were reset', (v) => share(v.channels.busiest?.channel.count('resetFlows') ?? 0, v.channels.busiest?.channel.count('flows') ?? 0)],
  ['busiest_channel_sent', 'bytes', 'median payload sent a flow on the busiest channel', 'sent {} a flow on its busiest channel (median)', (v) => v.channels.busiest?.channel.originatorSizes.quantile(0.5) ?? NaN],
  ['busiest_channel_received', 'bytes', 'median payload received a flow on the busiest channel', 'received {} a flow on its busiest channel (median)', (v) => v.channels.busiest?.channel.responderSizes.quantile(0.5) ?? NaN],
  ['slow_flow_share', 'share', 'TCP flows over 30 s that sent under 2 KiB / TCP flows', '{} of its TCP flows were slow and nearly empty', (v) => share(v.profile.originator?.count('slowFlows') ?? 0, v.profile.originator?.count('tcpFlows') ?? 0)],
  ['slow_flows', 'count', 'TCP flows over 30 s that sent under 2 KiB', 'held {} slow, nearly empty TCP flows', (v) => v.profile.originator?.count('slowFlows') ?? 0],
  ['packet_rate', 'per-second', 'packets sent, of flows whose packets are known / (distinct seconds of the clock in which a flow began + mean duration of its flows in seconds)', 'sent {} packets a second while active', (v) => packetRate(v)],
]); // prettier-ignore

function packetRate(view: HostView): number {
  const side = view.profile.originator;
  if (side === undefined || side.count('packetFlows') === 0) return NaN;
  const meanDurationS = side.count('durationUs') / 1e6 / side.flows;
  return share(side.count('ownPackets'), side.activeSeconds.estimate() + meanDurationS);
}

export const BEACONING_FEATURES: readonly FeatureDefinition[] = [
  ...featureGroup('beaconing', undefined, [
    ['beacon_score', 'score', 'best score over channels of at least 4 contacts, after RITA: mean of the four parts below', 'beacon score {} on its most regular channel', (v) => v.channels.beacon?.beacon.score ?? NaN],
    ['beacon_timing', 'score', 'that channel: (1 - |Bowley skewness| + 1 - MAD / median) / 2 of intervals', 'regularity of contacts {}', (v) => v.channels.beacon?.beacon.timing ?? NaN],
    ['beacon_sizes', 'score', 'that channel: the same of payload sent', 'sameness of what it sent {}', (v) => v.channels.beacon?.beacon.sizes ?? NaN],
    ['beacon_histogram', 'score', "that channel: 1 - coefficient of variation of contacts over 24 bins of the host's span", 'evenness of contacts over time {}', (v) => v.channels.beacon?.beacon.histogram ?? NaN],
    ['beacon_coverage', 'score', "that channel: its span / the host's span", 'that channel covered {} of the time', (v) => v.channels.beacon?.beacon.duration ?? NaN],
    ['beacon_interval', 'seconds', 'that channel: median interval', 'contacts came every {}', (v) => v.channels.beacon?.beacon.intervalS ?? NaN],
    ['beacon_contacts', 'count', 'that channel: contacts', 'that channel had {} contacts', (v) => v.channels.beacon?.beacon.contacts ?? 0],
    ['beacon_channels', 'count', 'channels with a score of at least 0.8 over 8 contacts or more', '{} channels beaconed', (v) => v.channels.beacons],
    ['beacon_sent', 'bytes', 'that channel: median payload sent a flow', 'sent {} a contact (median)', (v) => v.channels.beacon?.channel.originatorSizes.quantile(0.5) ?? NaN],
    ['beacon_received', 'bytes', 'that channel: median payload received a flow', 'received {} a contact (median)', (v) => v.channels.beacon?.channel.responderSizes.quantile(0.5) ?? NaN],
    ['longest_flow', 'seconds', 'longest flow of any channel', 'its longest flow lasted {}', (v) => (v.channels.longest?.channel.durations.max ?? NaN) / 1e6],
    ['longest_channel_upload_share', 'share', 'payload sent / both ways, on the channel of the longest flow', '{} of the payload of its longest channel went out', (v) => uploadShare(v.channels.longest)],
    ['unlisted_channels', 'count', 'answered TCP channels to ports that no service is registered for, of at most 1,024 channels', 'held conversations at {} unusual (address, port) pairs', (v) => v.channels.unlisted],
    ['unlisted_channel_duration', 'seconds', 'longest flow of those channels', 'its longest flow to an unusual port lasted {}', (v) => v.channels.unlistedLongestUs / 1e6],
    ['unlisted_channel_bytes', 'bytes', 'most payload sent on one of those channels', 'sent {} to one unusual port', (v) => v.channels.unlistedUpload],
    ['upload_channel_bytes', 'bytes', 'payload sent on the channel that got most', 'sent {} to one address and port', (v) => v.channels.upload?.channel.count('originatorBytes') ?? 0],
    ['upload_channel_share', 'share', 'payload sent / both ways, on that channel', '{} of the payload of that channel went out', (v) => uploadShare(v.channels.upload)],
    ['upload_concentration', 'share', 'payload sent on that channel / all payload sent', '{} of all it sent went there', (v) => share(v.channels.upload?.channel.count('originatorBytes') ?? 0, v.profile.originator?.count('ownBytes') ?? 0)],
  ]),
  ...featureGroup('beaconing', 'packets', [
    ['longest_channel_sent_packet', 'bytes', 'payload sent / packets sent, on the channel of the longest flow', 'sent {} a packet on its longest channel', (v) => bytesPerPacket(v.channels.longest, 'originator')],
    ['longest_channel_received_packet', 'bytes', 'payload received / packets received, on that channel', 'received {} a packet on its longest channel', (v) => bytesPerPacket(v.channels.longest, 'responder')],
    ['longest_channel_packet_rate', 'per-second', 'packets sent / seconds of flows, on that channel', 'sent {} packets a second on its longest channel', (v) => share(v.channels.longest?.channel.count('originatorPackets') ?? 0, (v.channels.longest?.channel.count('durationUs') ?? 0) / 1e6)],
    ['icmp_payload', 'bytes', 'payload sent on the busiest ICMP channel', 'sent {} inside ICMP', (v) => v.channels.icmp?.channel.count('originatorBytes') ?? 0],
    ['icmp_payload_per_packet', 'bytes', 'that payload / packets', 'its ICMP packets carried {}', (v) => bytesPerPacket(v.channels.icmp, 'originator')],
  ]),
]; // prettier-ignore

function uploadShare(notable: NotableChannel | undefined): number {
  const sent = notable?.channel.count('originatorBytes') ?? 0;
  return share(sent, sent + (notable?.channel.count('responderBytes') ?? 0));
}
