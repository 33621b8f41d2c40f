import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';
import { saslUserName } from './sasl.ts';

/** POP3 (RFC 1939 §3, §7; AUTH of RFC 5034; codes of RFC 3206), whose answers say only in prose what they answer. */

const COMMAND =
  /^(USER|PASS|APOP|AUTH|CAPA|STAT|LIST|RETR|DELE|UIDL|TOP|NOOP|RSET|QUIT|STLS)(?: ([!-~]{1,1024}))?(?: (\S+))?/i;
/** Refusals in the words of the usual servers (Dovecot, Courier, Exchange, hMailServer, Qpopper, Cyrus, Gmail). */
const REFUSED =
  /^-ERR (\[AUTH\]|.*(authenticat\w*|authorization|log[io]n|logon|sign-?on|password|credentials?|user ?name)\b.*(fail|incorrect|invalid|denied|wrong|bad|not (accepted|correct|supplied)|error|reject)|.*(invalid|incorrect|wrong|bad|unknown|no such) (login|user|password|credential|mailbox|auth)|.*(access|permission) denied)/i;
/** Not refusals: the mailbox is busy, the server is; it wants TLS or a command in another state. */
const OTHER_REASON =
  /\[(IN-USE|SYS\/\w+|LOGIN-DELAY)\]|(plain ?text|cleartext).*(disallow|disabl)|temporar/i;
const ACCEPTED =
  /^\+OK (?:welcome\.?$|.*(?:logged (?:in|on)|maildrop (?:has|locked)|mailbox (?:open|locked|ready)|authentication succe|(?:successfully|user) (?:logged|authenticated)))/i;

function isPop3Port(port: number): boolean {
  return port === 110;
}

/** Reads a packet of a conversation on POP3's port; `false` if it shows nothing of POP3. */
export function readPop3(packet: Packet, sink: MessageSink): boolean {
  const isToServer = isPop3Port(packet.destinationPort);
  // An answer has at most 512 octets (RFC 2449 §4), a command with SASL more.
  const line = completeLines(payloadText(packet, isToServer ? 1200 : 512), 1)[0] ?? '';
  if (isToServer) return readCommand(packet, line, sink);
  if (line.startsWith('-ERR')) {
    if (REFUSED.test(line) && !OTHER_REASON.test(line)) {
      reportLogin(packet, sink, 'pop3', 'failure');
    }
    return true;
  }
  if (!line.startsWith('+OK')) return false;
  if (ACCEPTED.test(line)) reportLogin(packet, sink, 'pop3', 'success');
  return true;
}

function readCommand(packet: Packet, line: string, sink: MessageSink): boolean {
  const match = COMMAND.exec(line);
  if (match === null) return false;
  const verb = match[1]!.toUpperCase();
  reportCommand(packet, sink, 'pop3', verb);
  const argument = match[2] ?? '';
  const isNamed = verb === 'USER' || verb === 'APOP';
  const userName = isNamed ? argument : verb === 'AUTH' ? saslUserName(match[3] ?? '') : '';
  if (userName !== '') reportAttempt(packet, sink, 'pop3', userName);
  return true;
}
