import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/** A message to more names the same thing; it bounds what one line can make. */
const MOST_RECIPIENTS = 100;

/**
 * Zeek's smtp.log: one line a message.
 *
 * | Zeek                  | ours                                                       |
 * |-----------------------|------------------------------------------------------------|
 * | `ts` (s → µs)         | `timeUs` of all                                            |
 * | `mailfrom`            | a `MAIL` command                                           |
 * | `rcptto`              | a `RCPT` command for each                                  |
 * | `last_reply` 535 …    | `login`, `failure` (RFC 4954 §6)                           |
 *
 * It never shows: logins that succeeded; anything after STARTTLS.
 */
export function passZeekSmtp(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  const pass = (verb: string): void =>
    sink.event({ kind: 'command', service: 'smtp', verb, ...at });
  if (record.text(F.mailfrom) !== '') pass('MAIL');
  const recipients = Math.min(record.list(F.rcptto).length, MOST_RECIPIENTS);
  for (let i = 0; i < recipients; i++) pass('RCPT');
  if (/^535\b/.test(record.text(F.last_reply))) {
    sink.event({ kind: 'login', service: 'smtp', outcome: 'failure', userName: '', ...at });
  }
  return 'record';
}
