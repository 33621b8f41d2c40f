import { communityId } from '../flow/community-id.ts';
import type { Flow } from '../flow/flow.ts';
import { serviceOf } from '../flow/service.ts';
import type { NotableChannel } from './channel-readings.ts';
import type { HostProfile } from './host-profile.ts';

/** Where to look: a flow, or a channel of many. */
export interface EvidenceItem {
  /** Community ID of the flow; `channel` and its key for a channel. */
  readonly flowId: string;
  readonly startUs: number;
  readonly text: string;
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp6',
  132: 'sctp',
};

const MESSAGES = [
  ['loginFailures', 'logins refused'],
  ['ircMessages', 'IRC commands'],
  ['miningMessages', 'messages of a mining pool'],
  ['controlMessages', 'messages that administer the other machine'],
] as const;

/** The sampled flows of a host, those it opened first, each in time order. */
export function flowEvidence(host: string, profile: HostProfile): EvidenceItem[] {
  const received = (flow: Flow): number => (flow.originator === host ? 0 : 1);
  return profile.evidence
    .values()
    .sort((a, b) => received(a) - received(b) || a.startUs - b.startUs)
    .map((flow) => ({ flowId: communityId(flow), startUs: flow.startUs, text: flowText(flow) }));
}

/** One line on a channel that stands out; `undefined` for a lane, which has no name. */
export function channelEvidence(
  host: string,
  notable: NotableChannel | undefined,
): EvidenceItem | undefined {
  if (notable?.key === undefined) return undefined;
  const { key, channel } = notable;
  const protocol = PROTOCOL_NAMES[key.protocol] ?? `protocol ${key.protocol}`;
  const service = serviceOf(key.protocol, key.responderPort, '');
  const flows = channel.count('flows');
  const activity = channel.contacts.activity();
  const parts = [
    `${flows.toLocaleString('en-US')} flow${flows === 1 ? '' : 's'}`,
    `${channel.count('succeeded').toLocaleString('en-US')} answered`,
    `${channel.shapes.top().toLocaleString('en-US')} of one shape`,
  ];
  if (channel.count('byteFlows') > 0) {
    const sent = channel.count('originatorBytes').toLocaleString('en-US');
    parts.push(`${sent} bytes out, ${channel.count('responderBytes').toLocaleString('en-US')} in`);
  }
  for (const [counter, what] of MESSAGES) {
    const count = channel.count(counter);
    if (count > 0) parts.push(`${count.toLocaleString('en-US')} ${what}`);
  }
  const port = key.protocol === 1 || key.protocol === 58 ? '' : `:${key.responderPort}`;
  return {
    flowId: `channel ${protocol} ${key.responder}${port}`,
    startUs: activity.total > 0 ? activity.firstUs : 0,
    text: `${host} → ${key.responder}${port} ${protocol}${service === '' ? '' : ` (${service})`}: ${parts.join(', ')}`,
  };
}

/** One flow in one line. */
export function flowText(flow: Flow): string {
  const icmp = flow.protocol === 1 || flow.protocol === 58;
  const end = (address: string, port: number): string =>
    icmp ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const what = [
    PROTOCOL_NAMES[flow.protocol] ?? `protocol ${flow.protocol}`,
    flow.service,
    flow.connState,
  ];
  return `${end(flow.originator, flow.originatorPort)} → ${end(flow.responder, flow.responderPort)} ${what.filter(Boolean).join(' ')}`;
}
