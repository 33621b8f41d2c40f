import type { ConnState, Flow } from '../flow.ts';
import { CONN_STATES } from '../flow.ts';
import type { LineOutcome } from './log-reader.ts';
import { toCount } from './parse-number.ts';
import type { TrafficSink } from '../event.ts';
import { TextCache } from './text-cache.ts';
import { TCP, zeekConversation, zeekProtocol } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import { unescapeZeek, type ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's conn.log: one line a connection.
 *
 * | Zeek                                | ours                                     | unit           |
 * |-------------------------------------|------------------------------------------|----------------|
 * | `ts`, `duration`                    | `startUs`, `endUs`                       | s → µs         |
 * | `id.orig_h/p`, `id.resp_h/p`        | `originator(Port)`, `responder(Port)`    | ICMP type/code |
 * | `proto`, `ip_proto`                 | `protocol`                               | IANA number    |
 * | `service`                           | `service`, the innermost of several      |                |
 * | `orig_pkts`, `resp_pkts`            | `originatorPackets`, `responderPackets`  | packets        |
 * | `orig_ip_bytes`, `resp_ip_bytes`    | `originatorIpBytes`, `responderIpBytes`  | bytes          |
 * | `orig_bytes`, `resp_bytes`          | `originatorBytes`, `responderBytes`      | payload bytes  |
 * | `conn_state`, `history`             | `connState`, `history`, `established`    |                |
 *
 * An unset `duration` is Zeek's way of saying one packet: the flow ends when it starts. Unset bytes stay missing.
 * It never shows: names, messages, what was inside; the uid that would join it to the other logs is not kept.
 */
export function passZeekConn(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, zeekProtocol(record));
  if (at === undefined) return 'malformedLine';
  const startUs = at.timeUs;
  const durationUs = Math.round(record.number(F.duration) * 1e6);
  const endUs = durationUs > 0 ? startUs + durationUs : startUs;
  if (!Number.isSafeInteger(endUs)) return 'malformedLine';
  const connState = record.cached(F.conn_state, STATES);
  const history = record.cached(F.history, HISTORIES);
  const service = record.cached(F.service, SERVICES);
  const flow: Flow = {
    startUs,
    endUs,
    originator: at.originator,
    responder: at.responder,
    originatorPort: at.originatorPort,
    responderPort: at.responderPort,
    protocol: at.protocol,
    service: withPort(service, at.responderPort),
    originatorPackets: toCount(record.number(F.orig_pkts)),
    responderPackets: toCount(record.number(F.resp_pkts)),
    originatorIpBytes: toCount(record.number(F.orig_ip_bytes)),
    responderIpBytes: toCount(record.number(F.resp_ip_bytes)),
    originatorBytes: toCount(record.number(F.orig_bytes)),
    responderBytes: toCount(record.number(F.resp_bytes)),
    connState,
    history,
    established: at.protocol === TCP && tookHandshake(history, connState),
  };
  sink.flow(flow);
  return 'record';
}

const STATES = new TextCache((text): ConnState | '' => (isConnState(text) ? text : ''), 64);

export function isConnState(text: string): text is ConnState {
  return (CONN_STATES as readonly string[]).includes(text);
}

const ESTABLISHED: ReadonlySet<string> = new Set(['S1', 'SF', 'S2', 'S3', 'RSTO', 'RSTR']);

/**
 * The originator answered the SYN-ACK (`h`) with an ACK or data. Where Zeek saw the SYN-ACK that is asked for,
 * whatever the state: a SYN scan of an open port (`ShR`) is `RSTO` for Zeek, and proves nothing about its source.
 * Where a SYN-ACK was missed, or there is no history, the state is believed.
 */
export function tookHandshake(history: string, connState: string): boolean {
  return history.includes('h') ? /h.*[AD]/.test(history) : ESTABLISHED.has(connState);
}

const HISTORIES = new TextCache((text) => unescapeZeek(text).slice(0, 64), 1 << 12);

/** Layers that carry or guard another service. */
const WRAPPERS: ReadonlySet<string> = new Set(['ssl', 'dtls', 'gssapi', 'ntlm', 'spnego', 'krb']);

/** Zeek's DNS analyser takes these as well and calls them all `dns`; a capture tells them apart. */
const DNS_LIKE: ReadonlyMap<number, string> = new Map([
  [137, 'netbios-ns'],
  [5353, 'mdns'],
  [5355, 'llmnr'],
]);

function withPort(service: string, port: number): string {
  return service === 'dns' ? (DNS_LIKE.get(port) ?? service) : service;
}

/** The one service that Zeek's `service` stands for. */
export function zeekService(text: string, port: number): string {
  return withPort(SERVICES.ofText(text), port);
}

/**
 * `service` may be a set in no order (`gssapi,ntlm,smb`; `ssl,smtp`): the service that the wrappers carry, by the
 * alphabet if several are left, but `smb` before the `dce_rpc` inside it. Zeek 7.1 marks a refuted guess with `-`.
 */
const SERVICES = new TextCache((text) => {
  const field = unescapeZeek(text).slice(0, 256);
  if (!/[,-]/.test(field)) return field;
  const names = field.split(',').filter((name) => name !== '' && !name.startsWith('-')).sort(); // prettier-ignore
  if (names.includes('smb')) return 'smb';
  return names.find((name) => !WRAPPERS.has(name)) ?? names[0] ?? '';
}, 1 << 10);
