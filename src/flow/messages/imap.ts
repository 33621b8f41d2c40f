import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';

const ANSWER = /^(\S{1,40}) (OK|NO|BAD|BYE|PREAUTH|CAPABILITY)\b(.*)$/i;
const COMMAND =
  /^\S{1,40} (LOGIN|AUTHENTICATE|CAPABILITY|SELECT|EXAMINE|LIST|LSUB|STATUS|FETCH|UID|IDLE|NOOP|LOGOUT|STARTTLS|ID)\b/i;

/** IMAP's tagged answers to LOGIN and AUTHENTICATE (RFC 9051 §7.1, response codes of RFC 5530). */
export function readImap(packet: Packet, sink: MessageSink): boolean {
  const line = completeLines(payloadText(packet, 1024), 1)[0] ?? '';
  if (packet.destinationPort === 143) return COMMAND.test(line);
  const match = ANSWER.exec(line);
  if (match === null) return false;
  const [, tag, word, rest] = match;
  if (tag === '*') return true;
  const isLogin = /log(ged)?[ -]?in|authent|AUTHORIZATIONFAILED|password|credential/i.test(rest!);
  if (isLogin && /^ok$/i.test(word!)) reportLogin(packet, sink, 'imap', 'success');
  else if (isLogin && /^no$/i.test(word!)) reportLogin(packet, sink, 'imap', 'failure');
  return true;
}
