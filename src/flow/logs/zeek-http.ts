import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's http.log: one line a request with its response.
 *
 * | Zeek                          | ours                                             |
 * |-------------------------------|--------------------------------------------------|
 * | `ts` (s → µs)                 | `timeUs` of both                                 |
 * | `method`, `host`, `uri`       | `http-request`; no `method`: no request was seen |
 * | `user_agent`                  | `userAgent`                                      |
 * | `status_code`                 | `http-response`; unset: no response was seen     |
 *
 * It never shows: when the response came; the other headers.
 */
export function passZeekHttp(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  const method = record.text(F.method).slice(0, 64);
  if (method !== '') {
    sink.event({
      kind: 'http-request',
      method,
      host: record.text(F.host).slice(0, 1024),
      uri: record.text(F.uri).slice(0, 2048),
      userAgent: record.text(F.user_agent).slice(0, 2048),
      ...at,
    });
  }
  const status = record.number(F.status_code);
  if (status > 0) sink.event({ kind: 'http-response', status, ...at });
  return 'record';
}
