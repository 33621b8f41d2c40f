import { isObject, listOf, objectOf, textOf, type JsonObject } from './json-line.ts';
import { parseIsoUs } from './parse-time.ts';
import type { LocalTime } from './time-zone.ts';

/** One event of a Windows event log, whichever program made JSON of it. */
export interface WindowsEvent {
  readonly id: number;
  readonly isSysmon: boolean;
  readonly timeUs: number;
  /** The machine that logged it, lower case. */
  readonly computer: string;
  /** Addresses that the shipper says the machine has. */
  readonly addresses: readonly string[];
  /** The value of one of the event's own fields; `''` where it is not there, or is a dash. */
  readonly field: (name: string) => string;
}

/** Names of fields in the order of `Properties`, which PowerShell gives without names (the providers' manifests). */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  4624: 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort'.split(' '),
  4625: 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort'.split(' '),
  4648: 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort'.split(' '),
  4768: 'TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort'.split(' '),
  4771: 'TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort'.split(' '),
  4776: 'PackageName TargetUserName Workstation Status'.split(' '),
  sysmon3: 'RuleName UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName'.split(' '),
  sysmon22: 'RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User'.split(' '),
}; // prettier-ignore

/** Hayabusa's abbreviations. */
const ALIASES: Readonly<Record<string, string>> = {
  IpAddress: 'SrcIP', IpPort: 'SrcPort', TargetUserName: 'TgtUser', LogonType: 'Type', SourceIp: 'SrcIP',
  SourcePort: 'SrcPort', DestinationIp: 'TgtIP', DestinationPort: 'TgtPort', Protocol: 'Proto', QueryName: 'Query',
  QueryResults: 'Result', WorkstationName: 'SrcComp', Workstation: 'SrcComp', TargetServerName: 'TgtSvr',
}; // prettier-ignore

/** What an English text of a logon says; the last of its kind, since the subject comes first. */
const TEXTS: Readonly<Record<string, RegExp>> = {
  IpAddress: /^\s*(?:Source Network|Client|Network) Address:[ \t]+(\S+)/m,
  IpPort: /^\s*(?:Source|Client)? ?Port:[ \t]+(\d+)/m,
  LogonType: /^\s*Logon Type:[ \t]+(\d+)/m,
  TargetUserName:
    /(?:New Logon|Account For Which Logon Failed|Account Information|Account Whose Credentials Were Used):[\s\S]{0,200}?Account Name:[ \t]+(\S+)/,
};
const MOST_MESSAGE = 4096;

/**
 * An event as winlogbeat (and what is like it in ECS), evtx_dump, PowerShell's `ConvertTo-Json`, NXLog and Hayabusa
 * write it; `undefined` if it is none, or has no time.
 */
export function windowsEvent(
  record: JsonObject | undefined,
  local?: LocalTime,
): WindowsEvent | undefined {
  if (record === undefined) return undefined;
  const winlog = objectOf(record, 'winlog');
  const raw = objectOf(record, 'Event');
  const system = objectOf(raw, 'System');
  const id = idOf(record, winlog, system);
  const source = SOURCES.map((name) => textOf(record, name)).concat(
    textOf(winlog, 'channel'), textOf(winlog, 'provider_name'), textOf(system, 'Channel'),
  ); // prettier-ignore
  const timeUs = timeOf(record, system, local);
  if (Number.isNaN(id) || source.every((text) => text === '') || !(timeUs >= 0)) return undefined;
  const isSysmon = /sysmon/i.test(source.join(' '));
  const computer = [
    textOf(winlog, 'computer_name'), textOf(system, 'Computer'), ...COMPUTERS.map((name) => textOf(record, name)),
    textOf(objectOf(record, 'host'), 'name'),
  ].find((text) => text !== '') ?? ''; // prettier-ignore
  const key = isSysmon ? `sysmon${id}` : String(id);
  return {
    id,
    isSysmon,
    timeUs,
    computer: computer.toLowerCase().slice(0, 128),
    addresses: listOf(objectOf(record, 'host'), 'ip').filter((one) => typeof one === 'string'),
    field: fieldsOf(record, winlog, raw, POSITIONS[key] ?? []),
  };
}

/** Members of the event itself, in the flat forms: which log it is of, and which machine's. */
const SOURCES = ['Channel', 'SourceName', 'LogName', 'ProviderName', 'log_name'];
const COMPUTERS = ['Computer', 'Hostname', 'MachineName', 'computer_name'];
const IDS = ['EventID', 'EventId', 'event_id'];

/** In an element of its own it may have qualifiers: `{"#attributes": …, "#text": 4625}`. PowerShell's is called `Id`. */
function idOf(
  record: JsonObject,
  winlog: JsonObject | undefined,
  system: JsonObject | undefined,
): number {
  const isPowerShell = ['ProviderName', 'LogName', 'MachineName'].some((name) => Object.hasOwn(record, name)); // prettier-ignore
  const texts = [
    textOf(winlog, 'event_id'), textOf(system, 'EventID'), textOf(objectOf(system, 'EventID'), '#text'),
    ...IDS.map((name) => textOf(record, name)),
    winlog === undefined ? '' : textOf(objectOf(record, 'event'), 'code'),
    isPowerShell ? textOf(record, 'Id') : '',
  ]; // prettier-ignore
  const id = Number(texts.find((text) => text !== '') ?? Number.NaN);
  return Number.isInteger(id) && id > 0 ? id : Number.NaN;
}

function timeOf(
  record: JsonObject,
  system: JsonObject | undefined,
  local: LocalTime | undefined,
): number {
  const created = objectOf(system, 'TimeCreated');
  const attributes = objectOf(created, '#attributes') ?? created;
  const texts = [
    textOf(attributes, 'SystemTime'), textOf(attributes, '@SystemTime'), textOf(record, '@timestamp'), textOf(record, 'TimeCreated'),
    textOf(objectOf(record, 'TimeCreated'), 'value'), textOf(record, 'EventTime'), textOf(record, 'Timestamp'), textOf(record, 'UtcTime'),
  ]; // prettier-ignore
  return texts.map((text) => eventTimeUs(text, local)).find((us) => us >= 0) ?? Number.NaN;
}

/** ISO 8601, also with a blank before its zone, or as PowerShell 5 writes it: `/Date(1604312345000)/`. */
function eventTimeUs(text: string, local: LocalTime | undefined): number {
  const date = /^\/Date\((\d{1,14})(?:[+-]\d{4})?\)\/$/.exec(text);
  if (date !== null) return Number(date[1]) * 1000;
  return parseIsoUs(text, local);
}

function fieldsOf(
  record: JsonObject,
  winlog: JsonObject | undefined,
  raw: JsonObject | undefined,
  positions: readonly string[],
): (name: string) => string {
  const data = objectOf(raw, 'EventData');
  const places = [objectOf(winlog, 'event_data'), data, objectOf(record, 'EventData'), objectOf(record, 'Details'), objectOf(record, 'ExtraFieldInfo'), record]; // prettier-ignore
  const named = [...listOf(data, 'Data'), ...listOf(record, 'EventData')].filter(isObject);
  const properties = listOf(record, 'Properties');
  const message = textOf(record, 'Message').slice(0, MOST_MESSAGE);
  return (name) => {
    const alias = ALIASES[name] ?? name;
    const [place] = places.filter((one) => cellOf(one, name) !== '' || cellOf(one, alias) !== '');
    if (place !== undefined) return dashless(cellOf(place, name) || cellOf(place, alias));
    const element = named.find((one) => (textOf(one, '@Name') || textOf(objectOf(one, '#attributes'), 'Name') || textOf(one, 'Name')) === name); // prettier-ignore
    if (element !== undefined)
      return dashless(textOf(element, '#text') || textOf(element, 'Value'));
    const property = properties[positions.indexOf(name)];
    if (property !== undefined) return dashless(cellOf({ Value: property, ...(isObject(property) ? property : {}) }, 'Value')); // prettier-ignore
    return dashless(TEXTS[name]?.exec(message)?.[1] ?? '');
  };
}

/** Text, number or truth value. */
function cellOf(object: JsonObject | undefined, name: string): string {
  const value = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'boolean' ? String(value) : textOf(object, name);
}

function dashless(text: string): string {
  const trimmed = text.trim();
  return trimmed === '-' ? '' : trimmed.slice(0, 4096);
}
