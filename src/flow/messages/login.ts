import type { Packet } from '../../capture/packet.ts';
import type { CommandEvent, LoginEvent } from '../event.ts';
import { conversation, type MessageSink } from './conversation.ts';

const MAX_NAME = 64;

/** Reports what an answer (or, `fromClient`, an attempt) tells about a login. */
export function reportLogin(
  packet: Packet,
  sink: MessageSink,
  service: string,
  outcome: LoginEvent['outcome'],
  { fromClient = false, userName = '' } = {},
): void {
  const name = printable(userName, MAX_NAME);
  sink.event({
    kind: 'login',
    ...conversation(packet, fromClient),
    service,
    outcome,
    userName: name,
  });
}

/** Reports a login that the client tries, under the name it gives. */
export function reportAttempt(
  packet: Packet,
  sink: MessageSink,
  service: string,
  userName: string,
): void {
  reportLogin(packet, sink, service, 'unknown', { fromClient: true, userName });
}

/** Reports a command that the client gave, or that tells of one. */
export function reportCommand(
  packet: Packet,
  sink: MessageSink,
  service: CommandEvent['service'],
  verb: string,
  fromClient = true,
): void {
  sink.event({ kind: 'command', ...conversation(packet, fromClient), service, verb });
}

/** A text of the wire for people: at most so long, control characters as `?`. */
export function printable(text: string, maxLength: number): string {
  // eslint-disable-next-line no-control-regex -- those are what is looked for
  return text.slice(0, maxLength).replace(/[\0-\x1f\x7f-\x9f]/g, '?');
}
