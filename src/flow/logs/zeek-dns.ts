import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { zeekConversation, zeekProtocol } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

const MOST_ADDRESSES = 16;
const NETBIOS = 137;

/** Names of RR types (IANA) that tell tunnels, mail and walks of a zone apart; for logs without `qtype`. */
const TYPES: Readonly<Record<string, number>> = {
  A: 1, NS: 2, CNAME: 5, SOA: 6, NULL: 10, PTR: 12, HINFO: 13, MX: 15, TXT: 16, KEY: 25, AAAA: 28, SRV: 33,
  NAPTR: 35, DS: 43, RRSIG: 46, NSEC: 47, DNSKEY: 48, SVCB: 64, HTTPS: 65, SPF: 99, AXFR: 252, ANY: 255, '*': 255,
}; // prettier-ignore
const CODES: Readonly<Record<string, number>> = {
  NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5,
}; // prettier-ignore

/**
 * Zeek's dns.log: one line a query with its answer.
 *
 * | Zeek                            | ours                                | unit                                  |
 * |---------------------------------|-------------------------------------|---------------------------------------|
 * | `ts`                            | `timeUs` of the query               | s → µs                                |
 * | `ts` + `rtt`                    | `timeUs` of the response            | s → µs; `rtt` unset: that of the query |
 * | `query`                         | `name`, lower case                  |                                       |
 * | `qtype`, else `qtype_name`      | `queryType`                         | RR type number                        |
 * | `rcode`, else `rcode_name`      | `responseCode`; unset: no response  | RCODE                                 |
 * | `answers`                       | `answers`, `addresses`              |                                       |
 * | `TTLs`                          | `minTtl`                            | s                                     |
 *
 * Names of NetBIOS (port 137), which Zeek logs here too, are no lookups in the DNS and are counted as `notDns`.
 * It never shows: the size of the messages, so `messageBytes` is `NaN`.
 */
export function passZeekDns(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, zeekProtocol(record));
  if (at === undefined) return 'malformedLine';
  if (at.responderPort === NETBIOS) return 'notDns';
  const name = dnsName(record.text(F.query));
  const queryType = numberOrName(record, F.qtype, F.qtype_name, TYPES);
  sink.event({ kind: 'dns-query', name, queryType, ...at });
  const responseCode = numberOrName(record, F.rcode, F.rcode_name, CODES);
  if (Number.isNaN(responseCode)) return 'record';
  const rttUs = Math.round(record.number(F.rtt) * 1e6);
  const answers = record.list(F.answers);
  const ttls = record.list(F.TTLs).map(Number).filter((ttl) => ttl >= 0); // prettier-ignore
  sink.event({
    kind: 'dns-response',
    name,
    queryType,
    responseCode,
    answers: answers.length,
    messageBytes: Number.NaN,
    addresses: answers.flatMap((answer) => logAddress(answer) ?? []).slice(0, MOST_ADDRESSES),
    minTtl: ttls.length === 0 ? Number.NaN : ttls.reduce((a, b) => Math.min(a, b)),
    ...at,
    timeUs: rttUs > 0 && Number.isSafeInteger(at.timeUs + rttUs) ? at.timeUs + rttUs : at.timeUs,
  });
  return 'record';
}

/** As `DnsQueryEvent.name` wants it. */
function dnsName(text: string): string {
  const name = text.slice(0, 1024).toLowerCase().replace(/[^\x21-\x7e]/g, '?'); // prettier-ignore
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function numberOrName(
  record: ZeekRecord,
  field: number,
  nameField: number,
  names: Readonly<Record<string, number>>,
): number {
  const number = record.number(field);
  if (Number.isInteger(number) && number >= 0 && number <= 0xffff) return number;
  const name = record.text(nameField).toUpperCase();
  return Object.hasOwn(names, name) ? names[name]! : Number.NaN;
}
