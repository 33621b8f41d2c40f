import { dnsCode, dnsName, dnsType } from './dns-names.ts';
import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { zeekConversation, zeekProtocol } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

const MOST_ADDRESSES = 16;
const NETBIOS = 137;

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
  const queryType = numberOrName(record, F.qtype, F.qtype_name, dnsType);
  sink.event({ kind: 'dns-query', name, queryType, ...at });
  const responseCode = numberOrName(record, F.rcode, F.rcode_name, dnsCode);
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

function numberOrName(
  record: ZeekRecord,
  field: number,
  nameField: number,
  toNumber: (name: string) => number,
): number {
  const number = record.number(field);
  if (Number.isInteger(number) && number >= 0 && number <= 0xffff) return number;
  return toNumber(record.text(nameField));
}
