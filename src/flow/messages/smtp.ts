import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand, reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';

/** SMTP commands and the answers to AUTH (RFC 5321 §4.1, RFC 4954 §6). */

const VERB =
  /^(HELO|EHLO|MAIL|RCPT|DATA|RSET|VRFY|EXPN|HELP|NOOP|QUIT|AUTH|STARTTLS|BDAT)(?=[ \r]|$)/i;
/** Pipelined commands in one packet (RFC 2920). */
const MAX_COMMANDS = 32;

export function isSmtpPort(port: number): boolean {
  return port === 25 || port === 587 || port === 2525;
}

/** Reads a packet of a conversation on an SMTP port; `false` if it shows nothing of SMTP. */
export function readSmtp(packet: Packet, sink: MessageSink): boolean {
  const lines = completeLines(payloadText(packet, 4096), MAX_COMMANDS);
  if (isSmtpPort(packet.destinationPort)) return readCommands(packet, lines, sink);
  const code = /^(\d{3})[ -]/.exec(lines[0] ?? '')?.[1];
  if (code === undefined) return false;
  if (code === '235') reportLogin(packet, sink, 'smtp', 'success');
  else if (code === '535' || code === '534') reportLogin(packet, sink, 'smtp', 'failure');
  return true;
}

function readCommands(packet: Packet, lines: readonly string[], sink: MessageSink): boolean {
  for (const [index, line] of lines.entries()) {
    const verb = VERB.exec(line)?.[1];
    if (verb === undefined) return index > 0; // the text of a mail
    reportCommand(packet, sink, 'smtp', verb.toUpperCase());
  }
  return lines.length > 0;
}
