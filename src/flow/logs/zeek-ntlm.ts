import type { TrafficSink } from '../event.ts';
import { serviceOf } from '../service.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's ntlm.log: one line an authentication, inside whatever protocol.
 *
 * | Zeek                | ours                                                                              |
 * |---------------------|-----------------------------------------------------------------------------------|
 * | `ts` (s → µs)       | `timeUs`                                                                          |
 * | `id.resp_p`         | `service`: `smb` for 445 and 139, `http`, `rdp` …, by the port                    |
 * | `username`          | `userName`                                                                        |
 * | `success`           | `outcome`; unset (the answer was not seen): `unknown`                             |
 *
 * It never shows: which protocol it was inside of.
 */
export function passZeekNtlm(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  const success = record.flag(F.success);
  const outcome = success === undefined ? 'unknown' : success ? 'success' : 'failure';
  const service = serviceOf(TCP, at.responderPort, '');
  const userName = record.text(F.username).slice(0, 255);
  sink.event({ kind: 'login', service, outcome, userName, ...at });
  return 'record';
}
