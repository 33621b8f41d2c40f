import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';

/** FTP's control connection (RFC 959 §4, §5; RFC 2228, RFC 4217). */

const VERB =
  /^(USER|PASS|ACCT|CWD|CDUP|QUIT|REIN|PORT|PASV|TYPE|STRU|MODE|RETR|STOR|STOU|APPE|ALLO|REST|RNFR|RNTO|ABOR|DELE|RMD|MKD|PWD|XPWD|LIST|NLST|SITE|SYST|STAT|HELP|NOOP|FEAT|OPTS|AUTH|PBSZ|PROT|EPRT|EPSV|SIZE|MDTM|MLSD|MLST|CLNT|LANG)(?=[ \r]|$)/i;
const MAX_BYTES = 4096;
/** Commands of one packet (brute forcers send USER and PASS together), and lines of a greeting. */
const MAX_LINES = 32;
/** 530 that refuses no password: it asks for a login, for TLS first, or has no room. */
const NO_REFUSAL =
  /please log ?[io]n|must (first )?log ?in|log ?in (with|first)|(are|aren't|have) not? ?logged|aren't logged|(use|require).*(encryption|TLS|SSL)|encrypt|maximum|too many/i;

function isFtpPort(port: number): boolean {
  return port === 21 || port === 2121;
}

/** Reads a packet of a conversation on an FTP port; `false` if it shows nothing of FTP. */
export function readFtp(packet: Packet, sink: MessageSink): boolean {
  const lines = completeLines(payloadText(packet, MAX_BYTES), MAX_LINES);
  return isFtpPort(packet.destinationPort)
    ? readCommands(packet, lines, sink)
    : readAnswers(packet, lines, sink);
}

function readCommands(packet: Packet, lines: readonly string[], sink: MessageSink): boolean {
  let found = false;
  for (const line of lines) {
    const verb = VERB.exec(line)?.[1]?.toUpperCase();
    if (verb === undefined) return found;
    reportCommand(packet, sink, 'ftp', verb);
    const userName = verb === 'USER' ? line.slice(5).trim() : '';
    if (userName !== '') reportAttempt(packet, sink, 'ftp', userName);
    found = true;
  }
  return found;
}

/** An answer of several lines (`230-…`) has said its word with the last one (`230 …`), whose packet counts. */
function readAnswers(packet: Packet, lines: readonly string[], sink: MessageSink): boolean {
  let found = false;
  for (const line of lines) found = readFtpAnswer(packet, line, sink) || found;
  return found;
}

/** 230 and 232 logged in; 430, 530 not. */
export function readFtpAnswer(packet: Packet, line: string, sink: MessageSink): boolean {
  const match = /^([1-6]\d\d)([ -]|$)(.{0,256})/.exec(line);
  if (match === null) return false;
  const [, code, more, words] = match;
  if (more === '-') return true;
  if (code === '230' || code === '232') reportLogin(packet, sink, 'ftp', 'success');
  else if (code === '430' || (code === '530' && !NO_REFUSAL.test(words!))) {
    reportLogin(packet, sink, 'ftp', 'failure');
  }
  return true;
}
