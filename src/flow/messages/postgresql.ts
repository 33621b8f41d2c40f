import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';
import { payloadText } from './payload-text.ts';

/** PostgreSQL's answers to a start-up (documentation, "Message Formats"): AuthenticationOk, ErrorResponse. */
export function readPostgresql(packet: Packet, sink: MessageSink): boolean {
  if (packet.sourcePort !== 5432) return false;
  const text = payloadText(packet, 256);
  if (text.startsWith('R\0\0\0\b\0\0\0\0')) {
    reportLogin(packet, sink, 'postgresql', 'success');
    return true;
  }
  // SQLSTATE class 28: invalid authorization specification.
  if (/^E\0\0.*\0C28\w{3}\0/s.test(text)) {
    reportLogin(packet, sink, 'postgresql', 'failure');
    return true;
  }
  return /^R\0\0\0.\0\0\0/s.test(text);
}
