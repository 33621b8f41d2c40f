import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's rdp.log: one line a connection: `ts` (s → µs) is `timeUs`, `cookie` the `userName` of a `login` whose outcome
 * is unknown, as in a capture: `result` tells how the security layer was agreed on, not whether anybody got in.
 * It never shows: whether a login succeeded.
 */
export function passZeekRdp(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  const userName = record.text(F.cookie).slice(0, 64);
  sink.event({ kind: 'login', service: 'rdp', outcome: 'unknown', userName, ...at });
  return 'record';
}
