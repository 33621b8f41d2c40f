import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u32be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';

/** VNC's RFB (RFC 6143 §7.1): the version line, and the SecurityResult on its own ports. */

const OK = 0;
const FAILED = 1;
const TOO_MANY = 2;

function isVncPort(port: number): boolean {
  return port >= 5900 && port <= 5910;
}

/** Reads a packet of the server; `false` if it shows nothing of the handshake. */
export function readVnc(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (!isVncPort(packet.sourcePort) || payloadCaptured < 4 || payloadLength > 1024) return false;
  const result = u32be(data, at);
  if (payloadLength === 4) return readResult(packet, result, sink);
  // RFB 3.8 gives a reason: behind the result, or as a packet of its own.
  if ((result === FAILED || result === TOO_MANY) && payloadCaptured >= 8) {
    if (u32be(data, at + 4) !== payloadLength - 8) return false;
    reportLogin(packet, sink, 'vnc', 'failure');
    return true;
  }
  if (result !== payloadLength - 4) return false;
  const reason = latin1Text(data, at + 4, at + payloadCaptured);
  if (!/auth|password|fail|denied|attempts|login/i.test(reason)) return false;
  reportLogin(packet, sink, 'vnc', 'failure');
  return true;
}

/** A result alone: 1 is also how RFB 3.3 says that it asks for no password (§7.1.2), so it tells nothing. */
function readResult(packet: Packet, result: number, sink: MessageSink): boolean {
  if (result === OK) reportLogin(packet, sink, 'vnc', 'success');
  else if (result === FAILED) reportLogin(packet, sink, 'vnc', 'unknown');
  return result <= TOO_MANY;
}
