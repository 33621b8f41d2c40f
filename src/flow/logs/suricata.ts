import type { TrafficSink, Visibility } from '../event.ts';
import type { JsonObject } from './json-line.ts';
import { numberOf, objectOf, parseJsonLine, textOf } from './json-line.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseIsoUs } from './parse-time.ts';
import { protocolNumber } from './protocol-number.ts';
import { SuricataDns } from './suricata-dns.ts';
import { passSuricataFlow } from './suricata-flow.ts';
import { SURICATA_MESSAGES } from './suricata-messages.ts';
import { TextCache } from './text-cache.ts';
import type { Conversation } from './zeek-conversation.ts';

/** What an event of each type can show; those that are not here show messages of which no input fact is made. */
const SHOWN: Readonly<Record<string, Partial<Visibility>>> = {
  flow: { packets: true, connState: true },
  dns: { dns: true },
  http: { http: true },
  tls: { tls: true },
  ssh: { ssh: true },
};

/**
 * Suricata's eve.json: one JSON object an event (Suricata 4 to 8).
 *
 * | `event_type`             | gives                                                                              |
 * |--------------------------|------------------------------------------------------------------------------------|
 * | `flow`                   | a flow, see `passSuricataFlow`                                                     |
 * | `alert`                  | an `alert`: evidence, never learnt from. Its source is the originator              |
 * | `dns`                    | lookups and answers, see `SuricataDns`                                             |
 * | `http tls ssh smtp ftp smb rdp krb5` | messages and logins, see `SURICATA_MESSAGES`                           |
 * | `netflow`                | nothing: the same flows again, a direction at a time                               |
 * | `dhcp fileinfo anomaly stats …` | nothing: no feature is made of them                                         |
 *
 * `timestamp` (ISO 8601 with its zone) is `timeUs`; `src_ip` … are the originator's, `dest_ip` … the responder's. It
 * never shows: the order of flags (`history`), payload bytes of flows, whether a certificate was valid.
 */
export const suricata = textLog((sink) => {
  const announced = new Set<string>();
  const dns = new SuricataDns(sink);
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const event = parseJsonLine(line);
    const type = textOf(event, 'event_type');
    if (event === undefined || type === '') return 'malformedLine';
    const pass = type === 'dns' ? dns.pass : PASS.get(type);
    if (pass === undefined) return 'unusedLine';
    const at = suricataConversation(event);
    if (at === undefined) return 'malformedLine';
    if (!announced.has(type)) {
      announced.add(type);
      sink.visibility({ ...NOTHING_SHOWN, ...SHOWN[type] });
    }
    return pass(event, at, sink);
  };
});

/** What passes one event on. */
type PassEvent = (event: JsonObject, at: Conversation, sink: TrafficSink) => LineOutcome;

const PASS: ReadonlyMap<string, PassEvent> = new Map([
  ['flow', passSuricataFlow],
  ['alert', passAlert],
  ...SURICATA_MESSAGES,
]);

/** A line of eve.json names its type and when it was; `stats` has no addresses. */
export function isSuricata(line: string): boolean {
  const event = parseJsonLine(line);
  if (event === undefined || textOf(event, 'event_type') === '') return false;
  return !Number.isNaN(parseIsoUs(textOf(event, 'timestamp')));
}

const ADDRESSES = new TextCache(logAddress, 1 << 14);

function suricataConversation(event: JsonObject): Conversation | undefined {
  const timeUs = parseIsoUs(textOf(event, 'timestamp'));
  const originator = ADDRESSES.ofText(textOf(event, 'src_ip'));
  const responder = ADDRESSES.ofText(textOf(event, 'dest_ip'));
  const protocol = protocolNumber(textOf(event, 'proto'));
  if (originator === undefined || responder === undefined) return undefined;
  if (Number.isNaN(timeUs) || Number.isNaN(protocol)) return undefined;
  const isIcmp = protocol === 1 || protocol === 58;
  return {
    timeUs,
    originator,
    originatorPort: portOf(numberOf(event, isIcmp ? 'icmp_type' : 'src_port')),
    responder,
    responderPort: portOf(numberOf(event, isIcmp ? 'icmp_code' : 'dest_port')),
    protocol,
  };
}

function portOf(value: number): number {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff ? value : 0;
}

function passAlert(event: JsonObject, at: Conversation, sink: TrafficSink): LineOutcome {
  const alert = objectOf(event, 'alert');
  if (alert === undefined) return 'malformedLine';
  sink.event({
    kind: 'alert',
    detector: 'suricata',
    signature: textOf(alert, 'signature').slice(0, 256),
    category: textOf(alert, 'category').slice(0, 128),
    severity: numberOf(alert, 'severity'),
    signatureId: numberOf(alert, 'signature_id'),
    ...at,
  });
  return 'record';
}
