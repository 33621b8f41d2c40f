import type { LoginEvent, TrafficSink } from '../event.ts';
import { isServicePort } from '../service.ts';
import { dnsName } from './dns-names.ts';
import { parseJsonLine } from './json-line.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parsePort } from './parse-number.ts';
import { protocolNumber } from './protocol-number.ts';
import { sessionFlow, type SessionEnds } from './session-flow.ts';
import { windowsEvent, type WindowsEvent } from './windows-event.ts';

/** Who answered a query is not told: the machine's resolver. */
const RESOLVER = 'resolver';
const UNKNOWN_PORT = 0;
const DNS_PORT = 53;
const UDP = 17;
const TCP = 6;
const MOST_MACHINES = 65_536;

/** Where a logon from the network goes to, by `LogonType`: 3 network, 8 clear text (IIS), 7 and 10 remote desktop. */
const LOGONS: Readonly<Record<string, readonly [service: string, port: number]>> = {
  3: ['smb', 445],
  7: ['rdp', 3389],
  8: ['http', 80],
  10: ['rdp', 3389],
  13: ['rdp', 3389],
};

/**
 * Windows' security log and Sysmon's as JSON, in the forms of `windowsEvent`.
 *
 * | event                                  | ours                                                                             |
 * |----------------------------------------|----------------------------------------------------------------------------------|
 * | 4625, 4624: logon failed, succeeded    | `login` and a flow from `IpAddress` to the machine; `LogonType` 3 is `smb`, 10   |
 * |                                        | and 7 `rdp`, 8 `http`; without an address from elsewhere it is unused            |
 * | 4771, 4768: Kerberos                   | the same for `kerberos`; a `Status` other than 0 is a failure                    |
 * | 4776: NTLM checked by a controller     | the same for `smb`, from the name in `Workstation`                               |
 * | 4648: logon with other credentials     | `login` of unknown outcome, from the machine to `TargetServerName`               |
 * | Sysmon 3: connection                   | a flow; of TCP it was made, so it is `established`                               |
 * | Sysmon 22: DNS                         | `dns-query` and `dns-response` of the machine; `QueryStatus` 9003 is NXDOMAIN    |
 *
 * A machine goes by its name as a target of logons; its own queries are its address's, once the shipper (`host.ip`) or a
 * connection it made has told it. Every logon is a flow by itself: which of them shared a connection is not told. It never
 * shows: packets, bytes, how connections ended, attempts that nobody answered; so a scan is only seen by its logons.
 */
export const windowsJson = textLog((sink, _, local) => {
  sink.visibility(NOTHING_SHOWN);
  const machines = new Machines();
  let showsDns = false;
  return (line): LineOutcome => {
    if (line.trim() === '' || /^Record \d{1,10}$/.test(line)) return 'nothing';
    const record = parseJsonLine(line);
    if (record === undefined) return 'malformedLine';
    const event = windowsEvent(record, local);
    if (event === undefined) return 'malformedLine';
    if (event.isSysmon && event.id === 22 && !showsDns) {
      showsDns = true;
      sink.visibility({ ...NOTHING_SHOWN, dns: true });
    }
    return event.isSysmon ? passSysmon(event, machines, sink) : passLogon(event, sink);
  };
});

/** Whether a line is an event of a Windows log. */
export function isWindowsJson(line: string): boolean {
  const record = parseJsonLine(line);
  return windowsEvent(record) !== undefined;
}

/** Addresses by name. */
class Machines {
  readonly #addresses = new Map<string, string>();

  learn(computer: string, address: string): void {
    if (this.#addresses.size < MOST_MACHINES) this.#addresses.set(computer, address);
  }

  of(event: WindowsEvent): string {
    const told = event.addresses.map(logAddress).find((one) => one !== undefined && isUsual(one));
    return told ?? this.#addresses.get(event.computer) ?? event.computer;
  }
}

/** Not of the machine to itself, nor one that every machine has. */
function isUsual(address: string): boolean {
  return !/^(127\.|169\.254\.|0\.0\.0\.0$|::1?$|fe80:)/.test(address);
}

function passLogon(event: WindowsEvent, sink: TrafficSink): LineOutcome {
  switch (event.id) {
    case 4624:
    case 4625: {
      const [service, port] = LOGONS[parseType(event.field('LogonType'))] ?? [];
      if (service === undefined || port === undefined) return 'unusedLine';
      return passLogin(event, service, port, event.id === 4624 ? 'success' : 'failure', sink);
    }
    case 4768:
    case 4771:
      return passLogin(event, 'kerberos', 88, statusOf(event), sink);
    case 4776:
      return passLogin(event, 'smb', 445, statusOf(event), sink);
    case 4648:
      return passOwnLogin(event, sink);
    default:
      return 'unusedLine';
  }
}

/** `3`, or `3 - NETWORK`. */
function parseType(text: string): string {
  return /^\d{1,2}/.exec(text)?.[0] ?? '';
}

function statusOf(event: WindowsEvent): LoginEvent['outcome'] {
  const status = event.field('Status');
  if (event.id === 4771) return 'failure';
  return status === '' ? 'unknown' : /^0x0+$|^0$/.test(status) ? 'success' : 'failure';
}

/** A logon at the machine that logged it. */
function passLogin(
  event: WindowsEvent,
  service: string,
  responderPort: number,
  outcome: LoginEvent['outcome'],
  sink: TrafficSink,
): LineOutcome {
  const originator = event.id === 4776 ? nameOf(event.field('Workstation')) : logAddress(event.field('IpAddress')); // prettier-ignore
  if (originator === undefined || event.computer === '') return 'unusedLine';
  if (!isUsual(originator) || originator === event.computer) return 'unusedLine';
  const originatorPort = parsePort(event.field('IpPort')) ?? UNKNOWN_PORT;
  const ends = { originator, originatorPort, responder: event.computer, responderPort, service };
  passSession(ends, outcome, event, sink);
  return 'record';
}

/** A logon of the machine that logged it somewhere else. */
function passOwnLogin(event: WindowsEvent, sink: TrafficSink): LineOutcome {
  const responder = nameOf(event.field('TargetServerName'));
  if (responder === undefined || responder === 'localhost') return 'unusedLine';
  if (event.computer === '' || event.computer.split('.')[0] === responder.split('.')[0])
    return 'unusedLine';
  const ends = { originator: event.computer, originatorPort: UNKNOWN_PORT, responder, responderPort: 445, service: 'smb' }; // prettier-ignore
  passSession(ends, 'unknown', event, sink);
  return 'record';
}

function passSession(
  ends: SessionEnds,
  outcome: LoginEvent['outcome'],
  event: WindowsEvent,
  sink: TrafficSink,
): void {
  const userName = event.field('TargetUserName').slice(0, 255);
  sink.flow(sessionFlow(ends, event.timeUs, event.timeUs));
  sink.event({ kind: 'login', timeUs: event.timeUs, protocol: TCP, outcome, userName, ...ends });
}

/** A machine's name in lower case, `\\NAME` too. */
function nameOf(text: string): string | undefined {
  const name = text.replace(/^\\+/, '').toLowerCase();
  return logAddress(name) ?? (/^[\w.-]{1,128}$/.test(name) ? name : undefined);
}

function passSysmon(event: WindowsEvent, machines: Machines, sink: TrafficSink): LineOutcome {
  if (event.id === 3) return passConnection(event, machines, sink);
  return event.id === 22 ? passQuery(event, machines, sink) : 'unusedLine';
}

function passConnection(event: WindowsEvent, machines: Machines, sink: TrafficSink): LineOutcome {
  const [source, destination] = [logAddress(event.field('SourceIp')), logAddress(event.field('DestinationIp'))]; // prettier-ignore
  const [sourcePort, destinationPort] = [parsePort(event.field('SourcePort')), parsePort(event.field('DestinationPort'))]; // prettier-ignore
  const protocol = protocolNumber(event.field('Protocol'));
  if (source === undefined || destination === undefined) return 'malformedLine';
  if (sourcePort === undefined || destinationPort === undefined || Number.isNaN(protocol)) return 'malformedLine'; // prettier-ignore
  const isInitiated = event.field('Initiated') === 'true';
  if (isInitiated && event.computer !== '' && isUsual(source)) machines.learn(event.computer, source); // prettier-ignore
  if (!isUsual(source) && !isUsual(destination)) return 'unusedLine';
  // What was accepted is told from either side by the versions of Sysmon: the service's port decides.
  const isTurned = !isInitiated && isServicePort(protocol, sourcePort) && !isServicePort(protocol, destinationPort); // prettier-ignore
  const [originator, originatorPort, responder, responderPort] = isTurned
    ? [destination, destinationPort, source, sourcePort]
    : [source, sourcePort, destination, destinationPort];
  const ends = { originator, originatorPort, responder, responderPort, service: '' };
  const flow = sessionFlow(ends, event.timeUs, event.timeUs);
  sink.flow({ ...flow, protocol, established: protocol === TCP });
  return 'record';
}

/** `type:  5 a.example;::ffff:192.0.2.1;`. */
function passQuery(event: WindowsEvent, machines: Machines, sink: TrafficSink): LineOutcome {
  const name = dnsName(event.field('QueryName'));
  const originator = machines.of(event);
  if (name === '' || originator === '') return 'malformedLine';
  const results = event.field('QueryResults').split(';').filter((text) => text.trim() !== ''); // prettier-ignore
  const addresses = results.map((text) => logAddress(text.trim())).filter((one) => one !== undefined); // prettier-ignore
  const at = { timeUs: event.timeUs, originator, originatorPort: UNKNOWN_PORT, responder: RESOLVER, responderPort: DNS_PORT, protocol: UDP }; // prettier-ignore
  const queryType = Number.NaN;
  sink.event({ kind: 'dns-query', name, queryType, ...at });
  sink.event({
    kind: 'dns-response',
    name,
    queryType,
    responseCode: responseCode(event.field('QueryStatus')),
    answers: results.length,
    messageBytes: Number.NaN,
    addresses: addresses.slice(0, 16),
    minTtl: Number.NaN,
    ...at,
  });
  return 'record';
}

/** Windows' numbers (WinError.h, DNS_ERROR_RCODE_…: 9000 and the code); 9501, no records, is a name that exists. */
function responseCode(status: string): number {
  const number = Number(status === '' ? Number.NaN : status);
  if (number === 0 || number === 9501) return 0;
  return number > 9000 && number < 9024 ? number - 9000 : Number.NaN;
}
