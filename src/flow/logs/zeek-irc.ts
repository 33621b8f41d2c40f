import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's irc.log: one line a command: `ts` (s → µs) is `timeUs`, `command` is `verb`.
 * It never shows: messages of a channel, which Zeek does not log.
 */
export function passZeekIrc(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  const verb = record.text(F.command).toUpperCase().slice(0, 64);
  if (verb !== '') sink.event({ kind: 'command', service: 'irc', verb, ...at });
  return 'record';
}
