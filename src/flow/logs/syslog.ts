import type { TrafficSink } from '../event.ts';
import { AsaMessages } from './asa-messages.ts';
import { DnsDaemon, isDnsDaemon } from './dns-daemon.ts';
import { passFilterlog } from './filterlog-messages.ts';
import { FirewallPackets } from './firewall-packets.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { LoginSessions } from './login-sessions.ts';
import { isNetfilter, passNetfilter } from './netfilter-messages.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { PamMessages } from './pam-messages.ts';
import { SshdMessages } from './sshd-messages.ts';
import { CISCO_FIREWALL, SyslogParser, type SyslogLine } from './syslog-line.ts';

/**
 * A system log: `auth.log`, `secure`, `messages`, `journalctl -o json`, and what firewalls send. What sshd and PAM say of
 * logins, dnsmasq, Unbound and BIND of queries, and netfilter, pf's filterlog and Cisco's firewalls of packets and
 * connections, is read; the rest of the log is `unusedLine`.
 *
 * | line                              | ours                                                                  |
 * |-----------------------------------|-----------------------------------------------------------------------|
 * | time                              | `timeUs`; local without a zone, without a year 1972                   |
 * | host name                         | `responder`; where there is none, the program's name                  |
 * | messages of sshd                  | see `SshdMessages`                                                    |
 * | `pam_unix(vsftpd:auth): …`        | see `PamMessages`                                                     |
 * | queries                           | see `DnsDaemon`                                                       |
 * | `IN=eth0 OUT= SRC=…`              | see `passNetfilter`                                                   |
 * | `filterlog: 5,,,…`                | see `passFilterlog`                                                   |
 * | `%ASA-6-302014: …`                | see `AsaMessages`                                                     |
 *
 * Without a firewall's lines it never shows: packets, bytes, how connections ended, who asked on a closed port.
 */
export const syslog = textLog((sink, atEnd, local) => {
  sink.visibility(NOTHING_SHOWN);
  const parser = new SyslogParser(local);
  const pass = syslogMessages(sink, atEnd);
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const read = parser.parse(line);
    return read === undefined ? 'malformedLine' : pass(read);
  };
});

/** Passes on what a message of any of these programs tells. */
function syslogMessages(
  sink: TrafficSink,
  atEnd: (finish: () => void) => void,
): (line: SyslogLine) => LineOutcome {
  const sessions = new LoginSessions(sink);
  const sshd = new SshdMessages(sessions);
  const pam = new PamMessages(sessions);
  const dns = new DnsDaemon(sink);
  const packets = new FirewallPackets(sink);
  const asa = new AsaMessages(sink, packets);
  atEnd(() => {
    sessions.end();
    asa.end();
    packets.end();
  });
  return (line) => {
    if (line.program === CISCO_FIREWALL) return asa.pass(line);
    if (line.program === 'filterlog') return passFilterlog(line, packets);
    if (isNetfilter(line.message)) return passNetfilter(line, packets);
    const named = line.host === '' ? { ...line, host: line.program } : line;
    const program = line.program.replace(/^.*\//, '');
    if (program === 'sshd' || program === 'sshd-session') return sshd.pass(named);
    if (isDnsDaemon(program)) return dns.pass(named);
    return pam.pass(named);
  };
}

/** Whether most lines are those of a system log, and one at least is of a kind that is read. */
export function isSyslog(lines: readonly string[]): boolean {
  const parser = new SyslogParser();
  const read = lines.map((line) => parser.parse(line)).filter((line) => line !== undefined);
  if (read.length * 2 <= lines.length) return false;
  return read.some(({ program, message }) =>
    /^(.*\/)?(sshd|sshd-session|sudo|su|CRON|cron|systemd-logind|dnsmasq|unbound|named|filterlog|asa)$/.test(program) ||
    message.startsWith('pam_unix(') || isNetfilter(message),
  ); // prettier-ignore
}
