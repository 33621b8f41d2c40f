import type { TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/**
 * Zeek's ftp.log: one line a command that Zeek was told to log (by default transfers, and what was refused).
 *
 * | Zeek                          | ours                                                             |
 * |-------------------------------|------------------------------------------------------------------|
 * | `ts` (s → µs)                 | `timeUs`                                                         |
 * | `command`                     | `verb`, upper case                                               |
 * | `reply_code` 230 after PASS   | `login`, `success` (RFC 959 §5.4)                                |
 * | `reply_code` 530              | `login`, `failure`                                               |
 * | `user`                        | `userName`                                                       |
 *
 * It never shows: commands that Zeek was not told to log, which are most, and most logins that succeeded.
 */
export function passZeekFtp(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  const verb = record.text(F.command).toUpperCase().slice(0, 64);
  if (verb !== '') sink.event({ kind: 'command', service: 'ftp', verb, ...at });
  const reply = record.number(F.reply_code);
  const outcome = reply === 530 ? 'failure' : reply === 230 && verb === 'PASS' ? 'success' : '';
  if (outcome !== '') {
    const userName = record.text(F.user).replace(/^<unknown>$/, '').slice(0, 255); // prettier-ignore
    sink.event({ kind: 'login', service: 'ftp', outcome, userName, ...at });
  }
  return 'record';
}
