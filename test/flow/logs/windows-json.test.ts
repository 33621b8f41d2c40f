import { describe, expect, test } from 'vitest';
import { isWindowsJson, windowsJson } from '../../../src/flow/logs/windows-json.ts';
import { readText } from './recording-sink.ts';

const TIME = '2024-05-01T08:00:00.250Z';
const TIME_US = Date.parse(TIME) * 1000;

type Data = Readonly<Record<string, string | number>>;

/** One event in each of the shapes that programs give it. */
const SHAPES: readonly (readonly [
  string,
  (id: number, data: Data, channel: string, computer: string) => unknown,
])[] = [
  ['winlogbeat', (id, data, channel, computer) => ({ '@timestamp': TIME, event: { code: String(id), provider: 'x' }, host: { name: computer }, winlog: { channel, computer_name: computer, event_id: String(id), event_data: texts(data) } })],
  ['evtx_dump', (id, data, channel, computer) => ({ Event: { '#attributes': { xmlns: 'x' }, System: { EventID: id, Channel: channel, Computer: computer, TimeCreated: { '#attributes': { SystemTime: TIME } } }, EventData: data } })],
  ['evtx_dump, with qualifiers', (id, data, channel, computer) => ({ Event: { System: { EventID: { '#attributes': { Qualifiers: 0 }, '#text': id }, Channel: channel, Computer: computer, TimeCreated: { '#attributes': { SystemTime: TIME } } }, EventData: data } })],
  ['elements with names', (id, data, channel, computer) => ({ Event: { System: { EventID: String(id), Channel: channel, Computer: computer, TimeCreated: { '@SystemTime': TIME } }, EventData: { Data: Object.entries(data).map(([name, value]) => ({ '@Name': name, '#text': String(value) })) } } })],
  ['NXLog', (id, data, channel, computer) => ({ EventTime: '2024-05-01 08:00:00.250', Hostname: computer, EventID: id, SourceName: 'x', Channel: channel, ...data })],
  ['PowerShell 7', (id, data, channel, computer) => ({ Id: id, LogName: channel, MachineName: computer, ProviderName: 'x', TimeCreated: '2024-05-01T10:00:00.25+02:00', Properties: properties(id, data) })],
  ['PowerShell 5', (id, data, channel, computer) => ({ Id: id, LogName: channel, MachineName: computer, ProviderName: 'x', TimeCreated: `/Date(${TIME_US / 1000})/`, Properties: properties(id, data) })],
]; // prettier-ignore

function texts(data: Data): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
}

/** Which of an event's properties, counted from 0, a field is: as `(Get-WinEvent …).Properties` shows them. */
const PLACES: Readonly<Record<number, Data>> = {
  4624: { TargetUserName: 5, LogonType: 8, IpAddress: 18, IpPort: 19 },
  4625: { TargetUserName: 5, LogonType: 10, IpAddress: 19, IpPort: 20 },
  4771: { TargetUserName: 0, Status: 4, IpAddress: 6, IpPort: 7 },
  4776: { TargetUserName: 1, Workstation: 2, Status: 3 },
  3: { Protocol: 6, Initiated: 7, SourceIp: 9, SourcePort: 11, DestinationIp: 14, DestinationPort: 16 },
  22: { QueryName: 4, QueryStatus: 5, QueryResults: 6 },
}; // prettier-ignore

function properties(id: number, data: Data): { Value: string | number }[] {
  const list = Array.from({ length: 22 }, (): { Value: string | number } => ({ Value: '-' }));
  for (const [name, value] of Object.entries(data)) list[Number(PLACES[id]![name])] = { Value: value }; // prettier-ignore
  return list;
}

const SECURITY = 'Security';
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const line = (event: unknown): string => `${JSON.stringify(event)}\n`;

describe.each(SHAPES)('Windows events from %s', (_, shape) => {
  test('a refused logon is a failure at the machine, from the address', async () => {
    const event = shape(4625, { TargetUserName: 'Admin', LogonType: 3, IpAddress: '192.0.2.9', IpPort: 50123 }, SECURITY, 'SRV1.Example.org'); // prettier-ignore
    expect(isWindowsJson(JSON.stringify(event))).toBe(true);
    const { flows, events, skips } = await readText(windowsJson, line(event));
    const ends = { originator: '192.0.2.9', originatorPort: 50123, responder: 'srv1.example.org', responderPort: 445, service: 'smb' }; // prettier-ignore
    expect(events).toMatchObject([{ kind: 'login', timeUs: TIME_US, outcome: 'failure', userName: 'Admin', ...ends }]); // prettier-ignore
    expect(flows).toMatchObject([{ startUs: TIME_US, endUs: TIME_US, established: true, connState: '', originatorPackets: Number.NaN, ...ends }]); // prettier-ignore
    expect(skips).toEqual({});
  });

  test('a granted one over remote desktop is a success', async () => {
    const event = shape(4624, { TargetUserName: 'eve', LogonType: 10, IpAddress: '10.0.0.7', IpPort: 0 }, SECURITY, 'TS1'); // prettier-ignore
    const { events } = await readText(windowsJson, line(event));
    expect(events).toMatchObject([{ outcome: 'success', service: 'rdp', responder: 'ts1', responderPort: 3389 }]); // prettier-ignore
  });

  test('Kerberos and NTLM tell of failures too', async () => {
    const kerberos = shape(4771, { TargetUserName: 'bob', Status: '0x18', IpAddress: '::ffff:10.0.0.66', IpPort: '50124' }, SECURITY, 'DC1'); // prettier-ignore
    const ntlm = shape(4776, { TargetUserName: 'bob', Workstation: 'WS7', Status: '0xc000006a' }, SECURITY, 'DC1'); // prettier-ignore
    const { events } = await readText(windowsJson, line(kerberos) + line(ntlm));
    expect(events).toMatchObject([
      { outcome: 'failure', service: 'kerberos', originator: '10.0.0.66', responder: 'dc1', responderPort: 88 }, // prettier-ignore
      { outcome: 'failure', service: 'smb', originator: 'ws7', responder: 'dc1', userName: 'bob' },
    ]);
  });

  test('Sysmon’s connections are flows, and its queries are those of the machine’s address', async () => {
    const connection = shape(3, { Protocol: 'tcp', Initiated: 'true', SourceIp: '10.0.0.7', SourcePort: 50125, DestinationIp: '192.0.2.5', DestinationPort: 443 }, SYSMON, 'WS7'); // prettier-ignore
    const query = shape(22, { QueryName: 'WWW.example.org', QueryStatus: '0', QueryResults: 'type:  5 a.example.org;::ffff:192.0.2.5;' }, SYSMON, 'WS7'); // prettier-ignore
    const missing = shape(22, { QueryName: 'nope.example.org', QueryStatus: '9003', QueryResults: '-' }, SYSMON, 'WS8'); // prettier-ignore
    const { flows, events, shown } = await readText(windowsJson, line(connection) + line(query) + line(missing)); // prettier-ignore
    expect(flows).toMatchObject([{ originator: '10.0.0.7', originatorPort: 50125, responder: '192.0.2.5', responderPort: 443, protocol: 6, established: true, connState: '', responderBytes: Number.NaN }]); // prettier-ignore
    expect(events).toMatchObject([
      { kind: 'dns-query', name: 'www.example.org', originator: '10.0.0.7' },
      { kind: 'dns-response', responseCode: 0, answers: 2, addresses: ['192.0.2.5'] },
      { kind: 'dns-query', originator: 'ws8' },
      { kind: 'dns-response', responseCode: 3, answers: 0, addresses: [] },
    ]);
    expect(shown).toMatchObject([
      { dns: false, packets: false, connState: false },
      { dns: true, http: false },
    ]);
  });
});

describe('Windows events', () => {
  const flat = (id: number, data: Data, channel = SECURITY): string => line({ EventID: id, Channel: channel, Hostname: 'SRV1', EventTime: '2024-05-01 08:00:00', ...data }); // prettier-ignore

  test('that are of no use are no error, and what is no event is one', async () => {
    const { skips, flows } = await readText(
      windowsJson,
      flat(1102, {}) + // the log was cleared
        flat(4625, { LogonType: 2, IpAddress: '127.0.0.1' }) + // at the console
        flat(4624, { LogonType: 3, IpAddress: '-' }) +
        flat(4624, { LogonType: 5, IpAddress: '10.0.0.7' }) + // a service
        'Record 7\n{"EventID":4625}\n{"EventID":\n{"a":1}\n',
    );
    expect(skips).toEqual({ unusedLine: 4, malformedLine: 3 });
    expect(flows).toEqual([]);
  });

  test('of an English text alone are read from it', async () => {
    const Message = 'An account failed to log on.\r\n\r\nSubject:\r\n\tAccount Name:\t\t-\r\n\r\nLogon Type:\t\t\t3\r\n\r\nAccount For Which Logon Failed:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\tbackup\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\t-\r\n\tSource Network Address:\t192.0.2.9\r\n\tSource Port:\t\t50123\r\n'; // prettier-ignore
    const { events } = await readText(windowsJson, line({ Id: 4625, MachineName: 'SRV1', LogName: 'Security', TimeCreated: TIME, Message })); // prettier-ignore
    expect(events).toMatchObject([{ outcome: 'failure', userName: 'backup', originator: '192.0.2.9', originatorPort: 50123 }]); // prettier-ignore
  });

  test('of Hayabusa’s timeline are read by its abbreviations', async () => {
    const { events } = await readText(windowsJson, line({ Timestamp: '2024-05-01 10:00:00.250 +02:00', Computer: 'SRV1', Channel: 'Sec', EventID: 4625, RuleTitle: 'Logon failure', Details: { Type: '3 - NETWORK', TgtUser: 'admin', SrcComp: '-', SrcIP: '192.0.2.9' } })); // prettier-ignore
    expect(events).toMatchObject([{ timeUs: TIME_US, outcome: 'failure', originator: '192.0.2.9', userName: 'admin', service: 'smb' }]); // prettier-ignore
  });

  test('a connection that was accepted is its client’s, whichever end is told first', async () => {
    const ends = (a: string, p: number, b: string, q: number): Data => ({ Protocol: 'tcp', Initiated: 'false', SourceIp: a, SourcePort: p, DestinationIp: b, DestinationPort: q }); // prettier-ignore
    const { flows } = await readText(
      windowsJson,
      flat(3, ends('192.0.2.9', 50123, '10.0.0.5', 3389), SYSMON) +
        flat(3, ends('10.0.0.5', 3389, '192.0.2.9', 50123), SYSMON) +
        flat(3, ends('127.0.0.1', 50123, '127.0.0.1', 8080), SYSMON),
    );
    const expected = { originator: '192.0.2.9', originatorPort: 50123, responder: '10.0.0.5', responderPort: 3389 }; // prettier-ignore
    expect(flows).toMatchObject([expected, expected]);
    expect(flows).toHaveLength(2);
  });

  test('a logon elsewhere with other credentials is an attempt of the machine', async () => {
    const { events, skips } = await readText(
      windowsJson,
      flat(4648, { TargetUserName: 'admin', TargetServerName: 'FS1.example.org' }) +
        flat(4648, { TargetUserName: 'admin', TargetServerName: 'localhost' }),
    );
    expect(events).toMatchObject([{ originator: 'srv1', responder: 'fs1.example.org', outcome: 'unknown', userName: 'admin' }]); // prettier-ignore
    expect(skips).toEqual({ unusedLine: 1 });
  });

  test('the shipper’s word for the machine’s address is taken', async () => {
    const query = { '@timestamp': TIME, host: { ip: ['fe80::1', '10.0.0.9'] }, winlog: { channel: SYSMON, computer_name: 'WS9', event_id: 22, event_data: { QueryName: 'a.example', QueryStatus: '0' } } }; // prettier-ignore
    const { events } = await readText(windowsJson, line(query));
    expect(events[0]).toMatchObject({ originator: '10.0.0.9' });
  });
});
