import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';

/** NTP (RFC 5905 §7.3), its control messages (RFC 9327) and ntpd's private ones, which reflectors are asked with. */

const CLIENT = 3;
const CONTROL = 6;
const PRIVATE = 7;
const IS_ANSWER = 0x80;
/** MON_GETLIST and MON_GETLIST_1 of ntpd's `ntp_request.h`. */
const MONLIST = new Set([20, 42]);

/** Reads a message; `false` if it is none. Only what a client asks for is a command. */
export function readNtp(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  const mode = data[at]! & 7;
  const version = (data[at]! >> 3) & 7;
  if (version < 1 || version > 4 || payloadCaptured < 4) return false;
  if (mode === PRIVATE) {
    if (payloadLength < 8) return false;
    const isAnswer = (data[at]! & IS_ANSWER) !== 0;
    if (!isAnswer)
      reportCommand(packet, sink, 'ntp', MONLIST.has(data[at + 3]!) ? 'MONLIST' : 'PRIVATE');
    return true;
  }
  if (mode === CONTROL) {
    if (payloadLength < 12) return false;
    if ((data[at + 1]! & IS_ANSWER) === 0) reportCommand(packet, sink, 'ntp', 'CONTROL');
    return true;
  }
  if (mode === 0 || payloadLength < 48) return false;
  if (mode === CLIENT) reportCommand(packet, sink, 'ntp', 'CLIENT');
  return true;
}
