import fc from 'fast-check';
import type { AppEvent } from '../../src/flow/event.ts';
import { CONN_STATES, type Flow } from '../../src/flow/flow.ts';
import { times as anyTimes, wholeNumbers } from '../stats/arbitraries.ts';

/** Traffic from the whole domain that summaries can hold: missing quantities, odd hosts, absurd numbers. */

const LARGEST = Number.MAX_SAFE_INTEGER - 1;
const below = (n: number): number => Math.min(n, LARGEST);

const hosts: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('10.0.0.1', '10.0.0.2', '192.168.1.255', '2001:db8::1', 'fe80::1'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '255.255.255.255', '224.0.0.251', 'ff02::fb', '::', '::ffff:1.2.3.4', 'web server 1', ' ', 'ünï.example',
      '\ufeffhost', '1.2.3', '1.2.3.4.5', '999.1.1.1', '01.2.3.4', '1..2.3', 'x'.repeat(128),
    ), // prettier-ignore
  },
  { weight: 2, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6() },
);

const texts = fc.oneof(
  fc.constantFrom('', 'a', 'ssh', 'stratum', 'gssapi,smb', '-ssl', '\ud800', '\ufeff'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ minLength: 120, maxLength: 140 }),
);
const times = anyTimes.map(below);
const quantities = fc.oneof(
  { weight: 2, arbitrary: fc.constant(Number.NaN) },
  { weight: 4, arbitrary: fc.nat({ max: 3 }) },
  { weight: 3, arbitrary: wholeNumbers.map(below) },
);
const ports = fc.oneof(
  fc.constantFrom(0, 22, 53, 80, 443, 1023, 1024, 65535),
  fc.nat({ max: 65535 }),
);
const protocols = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(6, 6, 17, 1, 58) },
  { weight: 1, arbitrary: fc.nat({ max: 255 }) },
);

export const flows: fc.Arbitrary<Flow> = fc
  .record({
    startUs: times,
    endUs: fc.oneof(times, fc.constant(0)),
    originator: hosts,
    responder: hosts,
    originatorPort: ports,
    responderPort: ports,
    protocol: protocols,
    service: texts,
    originatorPackets: quantities,
    responderPackets: quantities,
    originatorIpBytes: quantities,
    responderIpBytes: quantities,
    originatorBytes: quantities,
    responderBytes: quantities,
    connState: fc.constantFrom(...CONN_STATES, '' as const),
    history: texts,
    established: fc.boolean(),
  })
  .chain((flow) =>
    fc.constantFrom<Flow>(
      flow,
      { ...flow, endUs: below(flow.startUs + 1_000_000) },
      { ...flow, icmpError: 'unreachable' },
      { ...flow, icmpError: 'timeExceeded' },
    ),
  );

const ends = {
  timeUs: times,
  originator: hosts,
  originatorPort: ports,
  responder: hosts,
  responderPort: ports,
  protocol: protocols,
};
const names = fc.oneof(
  texts,
  fc.constantFrom('', 'a.co.uk', 'x.y.example.com', '1.0.0.10.in-addr.arpa', '..', 'com'),
);
const codes = fc.oneof(
  fc.constant(Number.NaN),
  fc.constantFrom(0, 3, 16, 200, 401, 0x0301, 0x0304, 599),
);

export const events: fc.Arbitrary<AppEvent> = fc.oneof(
  fc.record({ ...ends, kind: fc.constant('dns-query' as const), name: names, queryType: codes }),
  fc.record({
    ...ends,
    kind: fc.constant('dns-response' as const),
    name: names,
    queryType: codes,
    responseCode: codes,
    answers: quantities,
    messageBytes: quantities,
    addresses: fc.array(hosts, { maxLength: 3 }),
    minTtl: quantities,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('http-request' as const),
    method: fc.constantFrom('GET', 'POST', 'PROPFIND', ''),
    host: texts,
    uri: fc.oneof(texts, fc.constantFrom('/', '/a?b', '/../etc/passwd', '/login.php', '/x.css?1')),
    userAgent: fc.oneof(texts, fc.constantFrom('sqlmap/1.0', 'Mozilla/5.0')),
  }),
  fc.record({ ...ends, kind: fc.constant('http-response' as const), status: codes }),
  fc.record({
    ...ends,
    kind: fc.constant('tls-client-hello' as const),
    serverName: names,
    fingerprint: texts,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('tls-server-hello' as const),
    version: codes,
    selfSigned: fc.constantFrom(true, undefined),
  }),
  fc.record({
    ...ends,
    kind: fc.constant('ssh-banner' as const),
    fromClient: fc.boolean(),
    software: texts,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('login' as const),
    service: texts,
    outcome: fc.constantFrom('success' as const, 'failure' as const, 'unknown' as const),
    userName: texts,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('command' as const),
    service: fc.constantFrom('smtp' as const, 'irc' as const, 'ftp' as const, 'stratum' as const),
    verb: fc.oneof(texts, fc.constantFrom('MAIL', 'RCPT', 'PING', '376', 'JOIN')),
  }),
  fc.record({
    ...ends,
    kind: fc.constant('tls-certificate' as const),
    subject: texts,
    issuer: texts,
    dnsNames: fc.array(texts, { maxLength: 2 }),
    notBeforeUs: quantities,
    notAfterUs: quantities,
    selfSigned: fc.boolean(),
  }),
  fc.record({
    ...ends,
    kind: fc.constant('ssh-key-exchange' as const),
    fromClient: fc.boolean(),
    hassh: texts,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('smb' as const),
    version: fc.constantFrom(1 as const, 2 as const),
    command: fc.constantFrom('TREE_CONNECT', 'TREE_CONNECT_ANDX', 'CREATE', '0xd8'),
    path: fc.oneof(texts, fc.constantFrom('\\\\10.0.0.2\\C$', '\\\\b\\IPC$', '\\\\b\\admin$')),
    status: fc.constantFrom(Number.NaN, Number.NaN, 0, 0xc0000022),
  }),
  fc.record({
    ...ends,
    kind: fc.constant('rpc' as const),
    interface: fc.oneof(texts, fc.constantFrom('', 'svcctl', 'samr', 'epmapper')),
    operation: quantities,
    contextId: quantities,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('ntlm' as const),
    userName: texts,
    domainName: texts,
    hostName: texts,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('dhcp' as const),
    messageType: fc.oneof(quantities, fc.constantFrom(1, 3)),
    hostName: texts,
    vendorClass: texts,
    hardwareAddress: texts,
  }),
  fc.record({
    ...ends,
    kind: fc.constant('snmp' as const),
    version: fc.constantFrom(1, 2, 3),
    operation: fc.constantFrom('GET', 'TRAP', 'RESPONSE', ''),
    community: fc.constantFrom('default' as const, 'other' as const, 'none' as const),
  }),
);

/** A plain flow to change: a TCP connection to a web server that went well. */
export function makeFlow(wish: Partial<Flow> = {}): Flow {
  return {
    startUs: 1_700_000_000e6,
    endUs: 1_700_000_001e6,
    originator: '10.0.0.1',
    responder: '10.0.0.2',
    originatorPort: 40000,
    responderPort: 80,
    protocol: 6,
    service: '',
    originatorPackets: 5,
    responderPackets: 5,
    originatorIpBytes: 400,
    responderIpBytes: 1200,
    originatorBytes: 200,
    responderBytes: 1000,
    connState: 'SF',
    history: 'ShADadFf',
    established: true,
    ...wish,
  };
}
