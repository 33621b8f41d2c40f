import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';
import { saslUserName } from './sasl.ts';

/** IMAP's LOGIN and AUTHENTICATE and their tagged answers (RFC 9051 §6.2, §7.1, response codes of RFC 5530). */

const COMMAND =
  /^[^\s*+]{1,40} (LOGIN|AUTHENTICATE|CAPABILITY|SELECT|EXAMINE|LIST|LSUB|STATUS|APPEND|CREATE|DELETE|SEARCH|FETCH|STORE|COPY|UID|IDLE|NOOP|LOGOUT|STARTTLS|ID|ENABLE|NAMESPACE)(?: |$)(.*)/i;
const ANSWER =
  /^([^\s+]{1,40}) (OK|NO|BAD|BYE|PREAUTH|CAPABILITY)\b ?(?:\[([^\]]{0,512})\])? ?(.*)$/i;
const REFUSED_CODE = /^(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED)/i;
const OTHER_CODE = /^(PRIVACYREQUIRED|UNAVAILABLE|CONTACTADMIN|INUSE|LIMIT|ALERT.*disabled)/i;
const LOGIN_WORDS = /\blog(ged)?[ -]?(in|on)\b|authenticat|password|credential/i;
/** Dovecot's answer to CAPABILITY: "Pre-login capabilities listed, post-login capabilities have more." */
const OTHER_WORDS = /disallowed|disabled|temporary|capabilities/i;
const MAX_LINES = 32;

function isImapPort(port: number): boolean {
  return port === 143;
}

/** Reads a packet of a conversation on IMAP's port; `false` if it shows nothing of IMAP. */
export function readImap(packet: Packet, sink: MessageSink): boolean {
  const lines = completeLines(payloadText(packet, 4096), MAX_LINES);
  if (isImapPort(packet.destinationPort)) return readCommand(packet, lines[0] ?? '', sink);
  let found = false;
  for (const line of lines) found = readAnswer(packet, line, sink) || found;
  return found;
}

function readCommand(packet: Packet, line: string, sink: MessageSink): boolean {
  const match = COMMAND.exec(line);
  if (match === null) return false;
  const verb = match[1]!.toUpperCase();
  reportCommand(packet, sink, 'imap', verb);
  if (verb === 'LOGIN') reportName(packet, sink, loginName(match[2]!));
  if (verb === 'AUTHENTICATE')
    reportName(packet, sink, saslUserName(match[2]!.split(' ')[1] ?? ''));
  return true;
}

function reportName(packet: Packet, sink: MessageSink, userName: string): void {
  if (userName !== '') reportAttempt(packet, sink, 'imap', userName);
}

/** A quoted text or an atom; a literal (`{5}`) comes with the next packet. */
function loginName(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.){1,128})"/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  return /^[^\s{"]{1,128}/.exec(text)?.[0] ?? '';
}

/** Only a tagged OK or NO ends a command; its code or its words say that the command was a login. */
function readAnswer(packet: Packet, line: string, sink: MessageSink): boolean {
  const match = ANSWER.exec(line);
  if (match === null) return false;
  const [, tag, word, code = '', words = ''] = match;
  if (tag === '*' || OTHER_CODE.test(code) || OTHER_WORDS.test(words)) return true;
  const isRefused = REFUSED_CODE.test(code);
  const isLogin = isRefused || LOGIN_WORDS.test(words);
  if (isLogin && /^ok$/i.test(word!)) reportLogin(packet, sink, 'imap', 'success');
  else if (isLogin && /^no$/i.test(word!)) reportLogin(packet, sink, 'imap', 'failure');
  return true;
}
