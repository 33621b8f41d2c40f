import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand, reportLogin } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';

/** FTP's control connection (RFC 959 §4, §5). */

const VERB =
  /^(USER|PASS|ACCT|CWD|CDUP|QUIT|REIN|PORT|PASV|TYPE|STRU|MODE|RETR|STOR|STOU|APPE|ALLO|REST|RNFR|RNTO|ABOR|DELE|RMD|MKD|PWD|XPWD|LIST|NLST|SITE|SYST|STAT|HELP|NOOP|FEAT|OPTS|AUTH|PBSZ|PROT|EPRT|EPSV|SIZE|MDTM|MLSD|MLST|CLNT|LANG)(?=[ \r]|$)/i;

export function isFtpPort(port: number): boolean {
  return port === 21 || port === 2121;
}

/** Reads a packet of a conversation on an FTP port; `false` if it shows nothing of FTP. */
export function readFtp(packet: Packet, sink: MessageSink): boolean {
  const line = completeLines(payloadText(packet, 1024), 1)[0];
  if (line === undefined) return false;
  if (isFtpPort(packet.destinationPort)) {
    const verb = VERB.exec(line)?.[1];
    if (verb === undefined) return false;
    reportCommand(packet, sink, 'ftp', verb.toUpperCase());
    return true;
  }
  return readFtpAnswer(packet, line, sink);
}

/** 230 logged in, 530 not logged in; 530 also answers commands before a login ("please login"). */
export function readFtpAnswer(packet: Packet, line: string, sink: MessageSink): boolean {
  const match = /^(\d{3})([ -].*)$/.exec(line);
  if (match === null) return false;
  if (match[1] === '230') reportLogin(packet, sink, 'ftp', 'success');
  else if (match[1] === '530' && !/please login/i.test(match[2]!)) {
    reportLogin(packet, sink, 'ftp', 'failure');
  }
  return true;
}
