import type { Packet } from '../../capture/packet.ts';
import type { CommandEvent, LoginEvent } from '../event.ts';
import { conversation, type MessageSink } from './conversation.ts';

/** Reports what an answer (or, `fromClient`, an attempt) tells about a login. */
export function reportLogin(
  packet: Packet,
  sink: MessageSink,
  service: string,
  outcome: LoginEvent['outcome'],
  { fromClient = false, userName = '' } = {},
): void {
  sink.event({ kind: 'login', ...conversation(packet, fromClient), service, outcome, userName });
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
