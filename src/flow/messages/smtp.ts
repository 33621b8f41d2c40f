import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';
import { loginUserName, saslUserName } from './sasl.ts';

/** SMTP commands, AUTH and its answers (RFC 5321 §4.1, RFC 4954 §4, §6). */

const VERB =
  /^(HELO|EHLO|MAIL|RCPT|DATA|RSET|VRFY|EXPN|HELP|NOOP|QUIT|AUTH|STARTTLS|BDAT)(?=[ \r]|$)/i;
/** Pipelined commands in one packet (RFC 2920). */
const MAX_COMMANDS = 32;
const MAX_BYTES = 4096;

function isSmtpPort(port: number): boolean {
  return port === 25 || port === 587 || port === 2525;
}

/** Reads a packet of a conversation on an SMTP port; `false` if it shows nothing of SMTP. */
export function readSmtp(packet: Packet, sink: MessageSink): boolean {
  const lines = completeLines(payloadText(packet, MAX_BYTES), MAX_COMMANDS);
  return isSmtpPort(packet.destinationPort)
    ? readCommands(packet, lines, sink)
    : readAnswers(packet, lines, sink);
}

/** 235 accepted; 535 refused, 534 too weak a mechanism. The last line of an answer counts, as its packet ends it. */
function readAnswers(packet: Packet, lines: readonly string[], sink: MessageSink): boolean {
  if (!/^[2-5]\d\d([ -]|$)/.test(lines[0] ?? '')) return false;
  for (const line of lines) {
    const code = /^(\d{3})(?: |$)/.exec(line)?.[1];
    if (code === '235') reportLogin(packet, sink, 'smtp', 'success');
    else if (code === '535' || code === '534') reportLogin(packet, sink, 'smtp', 'failure');
  }
  return true;
}

function readCommands(packet: Packet, lines: readonly string[], sink: MessageSink): boolean {
  for (const [index, line] of lines.entries()) {
    const verb = VERB.exec(line)?.[1]?.toUpperCase();
    if (verb === undefined) return index > 0 || readSaslLine(packet, line, sink); // else the text of a mail
    reportCommand(packet, sink, 'smtp', verb);
    if (verb === 'AUTH') readAuth(packet, line, sink);
  }
  return lines.length > 0;
}

/** `AUTH mechanism [initial response]`; without the response the name comes later, if at all readable. */
function readAuth(packet: Packet, line: string, sink: MessageSink): void {
  const [, mechanism = '', response = ''] = line.split(' ');
  if (response === '') return;
  const isLogin = mechanism.toUpperCase() === 'LOGIN';
  const userName = isLogin ? loginUserName(response) : saslUserName(response);
  if (userName !== '') reportAttempt(packet, sink, 'smtp', userName);
}

/** A line of nothing but base64 between AUTH and its answer. */
function readSaslLine(packet: Packet, line: string, sink: MessageSink): boolean {
  if (!/^[A-Za-z0-9+/]{8,1024}={0,2}$/.test(line)) return false;
  const userName = saslUserName(line);
  if (userName === '') return false;
  reportAttempt(packet, sink, 'smtp', userName);
  return true;
}
