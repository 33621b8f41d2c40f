import type { LoginEvent, TrafficSink } from '../event.ts';
import type { LineOutcome } from './log-reader.ts';
import type { Conversation } from './zeek-conversation.ts';
import { TCP, zeekConversation } from './zeek-conversation.ts';
import { F } from './zeek-field.ts';
import type { ZeekRecord } from './zeek-record.ts';

/** Beyond this many attempts in one connection more of them say nothing new; it bounds what one line can make. */
const MOST_ATTEMPTS = 100;

/**
 * Zeek's ssh.log: one line a connection.
 *
 * | Zeek                            | ours                                                             |
 * |---------------------------------|------------------------------------------------------------------|
 * | `ts` (s → µs)                   | `timeUs` of all                                                  |
 * | `client`, `server`              | `ssh-banner`, the software version of `SSH-2.0-OpenSSH_9.6`      |
 * | `auth_success`, `auth_attempts` | one `login` an attempt: all failed, or the last one succeeded    |
 *
 * `auth_success` is Zeek's guess from the sizes of encrypted packets; where it dares none, the attempts are of
 * unknown outcome. It never shows: user names, HASSH without the package.
 */
export function passZeekSsh(record: ZeekRecord, sink: TrafficSink): LineOutcome {
  const at = zeekConversation(record, TCP);
  if (at === undefined) return 'malformedLine';
  for (const [field, fromClient] of [
    [F.client, true],
    [F.server, false],
  ] as const) {
    const banner = record.text(field);
    if (banner === '') continue;
    sink.event({ kind: 'ssh-banner', fromClient, software: sshSoftware(banner), ...at });
  }
  passLogins(at, record, sink);
  return 'record';
}

function passLogins(at: Conversation, record: ZeekRecord, sink: TrafficSink): void {
  const success = record.flag(F.auth_success);
  const counted = record.number(F.auth_attempts);
  const least = success === undefined ? 0 : 1; // logs of Zeek 2.4 and before have no count
  const attempts = Math.min(Math.max(least, counted > 0 ? counted : 0), MOST_ATTEMPTS);
  const pass = (outcome: LoginEvent['outcome']): void =>
    sink.event({ kind: 'login', service: 'ssh', userName: '', outcome, ...at });
  for (let i = 1; i < attempts; i++) pass(success === undefined ? 'unknown' : 'failure');
  if (attempts > 0) pass(success === undefined ? 'unknown' : success ? 'success' : 'failure');
}

/** RFC 4253 §4.2: `SSH-protoversion-softwareversion SP comments`. */
function sshSoftware(banner: string): string {
  const software = /^SSH-[^-]*-(\S*)/.exec(banner)?.[1] ?? banner;
  return software.slice(0, 255);
}
