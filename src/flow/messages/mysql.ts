import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';

/** MySQL's connection phase (MySQL internals, "Protocol::HandshakeV10", "OK_Packet", "ERR_Packet"). */

const HANDSHAKE_V10 = 10;
const OK = 0;
const ERROR = 0xff;
/** ER_ACCESS_DENIED_ERROR and its kin for a database and for no password. */
const ACCESS_DENIED = new Set([1044, 1045, 1698]);

/** Reads the server's side on port 3306: greeting, and the answer to the login (sequence number 2 and up). */
export function readMysql(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (payloadCaptured < 5) return false;
  const length = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16);
  const sequence = data[at + 3]!;
  const type = data[at + 4]!;
  if (length < 1 || length > packet.payloadLength - 4) return false;
  if (packet.sourcePort !== 3306) return sequence <= 3;
  if (sequence === 0) return type === HANDSHAKE_V10 || type === ERROR;
  if (type === ERROR && payloadCaptured >= 7) {
    const code = data[at + 5]! | (data[at + 6]! << 8);
    if (ACCESS_DENIED.has(code)) reportLogin(packet, sink, 'mysql', 'failure');
    return true;
  }
  // Sequence 1 answers a command; 2 the client's handshake response, 4 and more an exchange of methods.
  if (type === OK && sequence >= 2 && length >= 7 && length < 64) {
    reportLogin(packet, sink, 'mysql', 'success');
    return true;
  }
  return false;
}
