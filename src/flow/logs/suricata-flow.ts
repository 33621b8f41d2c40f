import type { TrafficSink } from '../event.ts';
import { argusEnding, type Ending } from './argus-state.ts';
import type { JsonObject } from './json-line.ts';
import { numberOf, objectOf, textOf } from './json-line.ts';
import type { LineOutcome } from './log-reader.ts';
import { toCount } from './parse-number.ts';
import { parseIsoUs } from './parse-time.ts';
import type { Conversation } from './zeek-conversation.ts';
import { TCP } from './zeek-conversation.ts';

/** Suricata's `app_proto` in Zeek's words, where they differ. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['failed', ''], ['unknown', ''], ['tls', 'ssl'], ['http2', 'http'], ['krb5', 'krb'], ['dcerpc', 'dce_rpc'],
  ['doh2', 'http'], ['enip', 'enip'],
]); // prettier-ignore

/**
 * A `flow` event.
 *
 * | Suricata                              | ours                                      | unit                              |
 * |---------------------------------------|-------------------------------------------|-----------------------------------|
 * | `flow.start`, `flow.end`              | `startUs`, `endUs`                        | ISO 8601 → µs                     |
 * | `flow.pkts_toserver`, `…_toclient`    | `originatorPackets`, `responderPackets`   | packets                           |
 * | `flow.bytes_toserver`, `…_toclient`   | `originatorIpBytes`, `responderIpBytes`   | whole frames: 14 a packet too many|
 * | `app_proto`                           | `service`                                 |                                   |
 * | `tcp.tcp_flags_ts`, `…_tc`            | `connState`, `established`                | see `argusEnding`                 |
 * | `flow.state` where there is no `tcp`  | `connState`, where it leaves no choice    |                                   |
 */
export function passSuricataFlow(
  event: JsonObject,
  at: Conversation,
  sink: TrafficSink,
): LineOutcome {
  const facts = objectOf(event, 'flow');
  const startUs = parseIsoUs(textOf(facts, 'start'));
  if (facts === undefined || Number.isNaN(startUs)) return 'malformedLine';
  const endUs = parseIsoUs(textOf(facts, 'end'));
  const service = textOf(event, 'app_proto').slice(0, 64);
  const responderPackets = toCount(numberOf(facts, 'pkts_toclient'));
  const ending = endingOf(event, facts, at.protocol, responderPackets);
  sink.flow({
    startUs,
    endUs: endUs > startUs ? endUs : startUs,
    originator: at.originator,
    responder: at.responder,
    originatorPort: at.originatorPort,
    responderPort: at.responderPort,
    protocol: at.protocol,
    service: SERVICES.get(service) ?? service,
    originatorPackets: toCount(numberOf(facts, 'pkts_toserver')),
    responderPackets,
    originatorIpBytes: toCount(numberOf(facts, 'bytes_toserver')),
    responderIpBytes: toCount(numberOf(facts, 'bytes_toclient')),
    originatorBytes: Number.NaN,
    responderBytes: Number.NaN,
    connState: ending.connState,
    history: '',
    established: ending.established,
  });
  return 'record';
}

function endingOf(
  event: JsonObject,
  facts: JsonObject,
  protocol: number,
  responderPackets: number,
): Ending {
  const answered = responderPackets > 0;
  if (protocol !== TCP) return argusEnding('', protocol, answered);
  const tcp = objectOf(event, 'tcp');
  const sent = flagLetters(textOf(tcp, 'tcp_flags_ts'));
  const back = flagLetters(textOf(tcp, 'tcp_flags_tc'));
  if (sent !== undefined && back !== undefined) return argusEnding(`${sent}_${back}`, TCP);
  const state = textOf(facts, 'state');
  if (state === 'new') return argusEnding('REQ', TCP, answered);
  // `closed` may be a refusal, an abort or an orderly end.
  return argusEnding(state === 'established' ? 'EST' : '', TCP, answered);
}

/** `1b` (FIN, SYN, PSH, ACK) as letters; `undefined` if it is no byte in hexadecimal. */
function flagLetters(hex: string): string | undefined {
  if (!/^[0-9a-f]{1,2}$/i.test(hex)) return undefined;
  const flags = Number.parseInt(hex, 16);
  return ['F', 'S', 'R', 'P', 'A'].filter((_, bit) => (flags & (1 << bit)) !== 0).join('');
}
