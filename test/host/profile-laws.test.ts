import fc from 'fast-check';
import type { AppEvent } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { ChannelTable } from '../../src/host/channel-table.ts';
import { Channel, type ChannelMessage } from '../../src/host/channel.ts';
import { DnsProfile } from '../../src/host/dns-profile.ts';
import { digestFlow } from '../../src/host/flow-digest.ts';
import { FLOW_OUTCOMES, flowOutcome, type FlowOutcome } from '../../src/host/flow-outcome.ts';
import { HostProfile } from '../../src/host/host-profile.ts';
import { SessionProfile } from '../../src/host/session-profile.ts';
import { SideProfile } from '../../src/host/side-profile.ts';
import { TimeRange } from '../../src/host/time-range.ts';
import { WebProfile } from '../../src/host/web-profile.ts';
import { WindowsProfile } from '../../src/host/windows-profile.ts';
import { mergeableLaws } from '../laws/mergeable-laws.ts';
import { times } from '../stats/arbitraries.ts';
import { events, flows, makeFlow } from './any-traffic.ts';

// A run adds up to a thousand channels a side: few of them take seconds, a hundred a minute.
fc.configureGlobal({ numRuns: 25 });

const roles = fc.constantFrom('originator' as const, 'responder' as const);

/** One value that adds as often as it says: so that summaries cross their 64 and 128 without long arrays. */
interface Burst {
  readonly flow: Flow;
  readonly count: number;
}

const bursts: fc.Arbitrary<Burst> = fc.record({
  flow: flows,
  count: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(90) }),
});

/** The flows of a burst: other hosts, ports, sizes and times each. */
function* flowsOf({ flow, count }: Burst): Generator<Flow> {
  yield flow;
  for (let i = 1; i < count; i++) {
    yield {
      ...flow,
      startUs: Math.min(Number.MAX_SAFE_INTEGER - 1, flow.startUs + i * 700_000),
      originator: `10.1.${i >> 8}.${i & 255}`,
      responder: `10.2.${i >> 8}.${i & 255}`,
      originatorPort: i,
      originatorBytes: flow.originatorBytes + i <= 2 ** 52 ? flow.originatorBytes + i : Number.NaN,
    };
  }
}

mergeableLaws({
  name: 'SideProfile',
  empty: () => new SideProfile(),
  value: fc.record({ burst: bursts, role: roles }),
  add: (side, { burst, role }) => {
    for (const flow of flowsOf(burst)) side.add(digestFlow(flow, role), role);
  },
  decode: (reader) => SideProfile.decode(reader),
  read: (side) => [side.flows, side.peers.estimate(), side.durations.quantile(0.5)],
});

type ChannelValue =
  { readonly burst: Burst; readonly outcome: FlowOutcome } | { readonly message: ChannelMessage };

mergeableLaws<Channel, ChannelValue>({
  name: 'Channel',
  empty: () => new Channel(),
  value: fc.oneof(
    fc.record({ burst: bursts, outcome: fc.constantFrom(...FLOW_OUTCOMES) }),
    fc.record({
      message: fc.constantFrom(
        'loginFailures' as const,
        'loginSuccesses' as const,
        'ircMessages' as const,
        'miningMessages' as const,
        'controlMessages' as const,
      ),
    }),
  ),
  add: (channel, value) => {
    if ('message' in value) channel.addMessage(value.message);
    else for (const flow of flowsOf(value.burst)) channel.add(flow, value.outcome);
  },
  decode: (reader) => Channel.decode(reader),
});

/** Ranges of channels, so that a few values cross the 1,024 that a table holds by themselves. */
interface ChannelRange {
  readonly first: number;
  readonly count: number;
  readonly login: boolean;
}

const rangesOf = (count: fc.Arbitrary<number>) =>
  fc.record({ first: fc.nat(1500), count, login: fc.boolean() });

mergeableLaws<ChannelTable, ChannelRange | Flow>({
  name: 'ChannelTable',
  empty: () => new ChannelTable(),
  value: fc.oneof(
    { weight: 8, arbitrary: flows },
    { weight: 3, arbitrary: rangesOf(fc.nat(20)) },
    { weight: 1, arbitrary: rangesOf(fc.constantFrom(500, 1023, 1024)) },
  ),
  add: (table, value) => {
    if (!('first' in value)) {
      table.add(value, flowOutcome(value));
      return;
    }
    for (let i = value.first; i < value.first + value.count; i++) {
      const flow = makeFlow({ responder: `10.0.${i >> 8}.${i & 255}`, responderPort: 22 });
      if (value.login) table.addMessage(flow, i % 2 === 0 ? 'loginFailures' : 'miningMessages');
      else table.add(flow, flowOutcome(flow));
    }
  },
  decode: (reader) => ChannelTable.decode(reader),
  read: (table) => [
    table.exact,
    table.size,
    [...table.entries()].map(([key, channel]) => [key, channel.count('flows')]),
  ],
});

const eventsOf = <K extends AppEvent['kind']>(...kinds: K[]) =>
  events.filter((event): event is Extract<AppEvent, { kind: K }> =>
    kinds.includes(event.kind as K),
  );

mergeableLaws({
  name: 'DnsProfile',
  empty: () => new DnsProfile(),
  value: eventsOf('dns-query', 'dns-response'),
  add: (dns, event) => {
    if (event.kind === 'dns-query') dns.addQuery(event);
    else dns.addResponse(event);
  },
  decode: (reader) => DnsProfile.decode(reader),
});

mergeableLaws({
  name: 'WebProfile',
  empty: () => new WebProfile(),
  value: eventsOf('http-request', 'http-response'),
  add: (web, event) => {
    if (event.kind === 'http-request') web.addRequest(event);
    else web.addResponse(event);
  },
  decode: (reader) => WebProfile.decode(reader),
});

mergeableLaws({
  name: 'SessionProfile',
  empty: () => new SessionProfile(),
  value: eventsOf(
    'tls-client-hello',
    'tls-server-hello',
    'tls-certificate',
    'ssh-banner',
    'ssh-key-exchange',
    'login',
    'command',
    'snmp',
    'dhcp',
  ),
  add: (sessions, event) => {
    sessions.add(event);
  },
  decode: (reader) => SessionProfile.decode(reader),
});

mergeableLaws({
  name: 'WindowsProfile',
  empty: () => new WindowsProfile(),
  value: eventsOf('smb', 'rpc'),
  add: (windows, event) => {
    if (event.kind === 'smb') windows.addSmb(event);
    else windows.addRpc(event);
  },
  decode: (reader) => WindowsProfile.decode(reader),
});

mergeableLaws({
  name: 'TimeRange',
  empty: () => new TimeRange(),
  value: times,
  add: (range, timeUs) => {
    range.add(timeUs);
  },
  decode: (reader) => TimeRange.decode(reader),
  read: (range) => [range.firstUs, range.lastUs],
});

type ProfileValue =
  | { readonly burst: Burst; readonly role: 'originator' | 'responder' }
  | { readonly event: AppEvent };

mergeableLaws<HostProfile, ProfileValue>({
  name: 'HostProfile',
  empty: () => new HostProfile(),
  value: fc.oneof(fc.record({ burst: bursts, role: roles }), fc.record({ event: events })),
  add: (profile, value) => {
    if ('event' in value) profile.addEvent(value.event);
    else for (const flow of flowsOf(value.burst)) profile.addFlow(flow, value.role);
  },
  decode: (reader) => HostProfile.decode(reader),
  read: (profile) => [profile.spoke, profile.channels?.size, profile.evidence.size],
});
