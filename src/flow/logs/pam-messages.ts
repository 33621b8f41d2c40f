import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import type { LoginSessions } from './login-sessions.ts';
import type { SyslogLine } from './syslog-line.ts';

/** What PAM's names of services are in the words of flows, and where they listen. */
const SERVICES: ReadonlyMap<string, readonly [service: string, port: number]> = new Map([
  ['vsftpd', ['ftp', 21]], ['proftpd', ['ftp', 21]], ['pure-ftpd', ['ftp', 21]], ['ftp', ['ftp', 21]],
  ['dovecot', ['imap', 143]], ['imap', ['imap', 143]], ['pop3', ['pop3', 110]], ['smtp', ['smtp', 25]],
  ['remote', ['telnet', 23]], ['login', ['telnet', 23]], ['samba', ['smb', 445]], ['xrdp-sesman', ['rdp', 3389]],
]); // prettier-ignore

const FAILED =
  /pam_unix\(([\w.-]{1,64}):auth\): authentication failure; .{0,512}?\brhost=(\S{1,64})(?: +user=(\S{0,255}))?/;

/**
 * What PAM logs for services that do not log logins as sshd does: `pam_unix(vsftpd:auth): authentication failure; …
 * rhost=A user=NAME` is a `login`, `failure`, and a flow to the service's usual port. A failure without a remote
 * address (su, sudo, a console) is nobody's on the network; a success names no address at all.
 */
export class PamMessages {
  readonly #sessions: LoginSessions;

  constructor(sessions: LoginSessions) {
    this.#sessions = sessions;
  }

  pass(line: SyslogLine): LineOutcome {
    const failed = FAILED.exec(line.message.slice(0, 1024));
    if (failed === null) return 'unusedLine';
    const originator = logAddress(failed[2]!);
    if (originator === undefined) return 'unusedLine';
    const [service, responderPort] = SERVICES.get(failed[1]!) ?? [failed[1]!, 0];
    const key = `${line.host}/${line.program}/${line.processId}/${originator}`;
    const ends = { originator, originatorPort: 0, responder: line.host, responderPort, service };
    const session = this.#sessions.at(key, line.timeUs, ends);
    this.#sessions.login(session, line.timeUs, 'failure', failed[3] ?? '');
    return 'record';
  }
}
