import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';

/** POP3's answers (RFC 1939 §3, codes of RFC 3206), which say only in prose what they answer. */
export function readPop3(packet: Packet, sink: MessageSink): boolean {
  const line = completeLines(payloadText(packet, 512), 1)[0] ?? '';
  if (packet.destinationPort === 110) {
    return /^(USER|PASS|APOP|AUTH|CAPA|STAT|LIST|RETR|DELE|UIDL|TOP|NOOP|RSET|QUIT|STLS)\b/i.test(
      line,
    );
  }
  if (line.startsWith('-ERR')) {
    if (/auth|log[io]n|password|credential|user|denied|invalid/i.test(line)) {
      reportLogin(packet, sink, 'pop3', 'failure');
    }
    return true;
  }
  if (!line.startsWith('+OK')) return false;
  if (/logged in|maildrop|mailbox (open|locked)|authentication succe/i.test(line)) {
    reportLogin(packet, sink, 'pop3', 'success');
  }
  return true;
}
