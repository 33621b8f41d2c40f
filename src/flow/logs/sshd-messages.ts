import type { LoginEvent } from '../event.ts';
import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import type { LoginSession, LoginSessions } from './login-sessions.ts';
import type { SyslogLine } from './syslog-line.ts';

const SSH_PORT = 22;
/** `message repeated 5 times`: more of them say nothing new. */
const MOST_REPEATS = 100;

// A user name may hold anything, ` from 192.0.2.1 port 1` too: what sshd itself wrote is the last of its kind.
const ATTEMPT =
  /^(Failed|Accepted) (password|keyboard-interactive\/pam|publickey|gssapi-with-mic|hostbased) for (invalid user )?(.*) from (\S{1,64}) port (\d{1,5})\b/s;
const INVALID_USER = /^Invalid user (.*) from (\S{1,64})(?: port (\d{1,5}))?$/s;
const OPENED = /^Connection from (\S{1,64}) port (\d{1,5}) on (\S{1,64}) port (\d{1,5})/;
const CLOSED =
  /^(?:fatal: )?(?:Connection (?:closed|reset) by|Disconnected from|Received disconnect from|Unable to negotiate with) (?:(invalid|authenticating) user (.*) )?(\S{1,64}) port (\d{1,5})(?=[:\s]|$)/s;
const PROBED =
  /^(?:Did not receive identification string from|Bad protocol version identification .{0,300} from|error: kex_exchange_identification: .{0,100}) (\S{1,64})(?: port (\d{1,5}))?$/s;
const REPEATED = /^message repeated (\d{1,6}) times: \[ (.*)\]$/s;

/**
 * What OpenSSH's server logs. Lines of one connection share the process number.
 *
 * | sshd                                                        | ours                                                |
 * |-------------------------------------------------------------|-----------------------------------------------------|
 * | `Failed password for [invalid user] NAME from A port N`     | `login`, `failure`; also keyboard-interactive       |
 * | `Accepted … for NAME from A port N`                         | `login`, `success`                                  |
 * | `Connection closed by invalid user NAME A port N`           | `login`, `failure`, if none was logged before it    |
 * | `… by authenticating user NAME A port N`                    | the same, of unknown outcome                        |
 * | `Connection closed by`, `Disconnected from`, `… reset by`,  | the end of the flow                                 |
 * | `session closed`, `Bad protocol version`, no identification |                                                     |
 * | `message repeated N times: [ … ]`                           | N times that                                        |
 *
 * A refused key is no failed login: clients offer what they have. PAM's lines about sshd say the same again.
 */
export class SshdMessages {
  readonly #sessions: LoginSessions;

  constructor(sessions: LoginSessions) {
    this.#sessions = sessions;
  }

  pass(line: SyslogLine): LineOutcome {
    const repeated = REPEATED.exec(line.message);
    if (repeated === null) return this.#one(line, line.message, 1);
    return this.#one(line, repeated[2]!, Math.min(Number(repeated[1]), MOST_REPEATS));
  }

  #one(line: SyslogLine, text: string, times: number): LineOutcome {
    const message = text.replace(/ \[preauth\]$/, '');
    const attempt = ATTEMPT.exec(message);
    if (attempt !== null) return this.#attempt(line, attempt, times);
    const invalid = INVALID_USER.exec(message);
    if (invalid !== null) return this.#seen(line, invalid[2]!, invalid[3]);
    const opened = OPENED.exec(message);
    if (opened !== null) return this.#seen(line, opened[1]!, opened[2], opened[4]);
    const probed = PROBED.exec(message);
    if (probed !== null) {
      const outcome = this.#seen(line, probed[1]!, probed[2]);
      this.#sessions.close(keyOf(line));
      return outcome;
    }
    if (message.startsWith('pam_unix(sshd:session): session closed')) {
      if (this.#sessions.find(keyOf(line), line.timeUs) === undefined) return 'unusedLine';
      this.#sessions.close(keyOf(line));
      return 'record';
    }
    const closed = CLOSED.exec(message);
    return closed === null ? 'unusedLine' : this.#closed(line, closed, message !== text);
  }

  #attempt(line: SyslogLine, match: RegExpExecArray, times: number): LineOutcome {
    const [, verdict, method, , userName, address, port] = match;
    const session = this.#session(line, address!, port);
    if (session === undefined) return 'malformedLine';
    if (verdict === 'Failed' && method === 'publickey') return 'record';
    const outcome: LoginEvent['outcome'] = verdict === 'Accepted' ? 'success' : 'failure';
    for (let i = 0; i < times; i++) {
      this.#sessions.login(session, line.timeUs, outcome, userName!.slice(0, 255));
    }
    return 'record';
  }

  /** What a child of the connection's process says of an end is of a session that its own process ends. */
  #closed(line: SyslogLine, match: RegExpExecArray, beforeLogin: boolean): LineOutcome {
    const [, kind, userName = '', address, port] = match;
    const known = this.#sessions.find(keyOf(line), line.timeUs) !== undefined;
    if (!known && !beforeLogin) return 'unusedLine';
    const session = this.#session(line, address!, port);
    if (session === undefined) return 'malformedLine';
    if (session.logins === 0 && kind !== undefined) {
      const outcome = kind === 'invalid' ? 'failure' : 'unknown';
      this.#sessions.login(session, line.timeUs, outcome, userName.slice(0, 255));
    }
    if (!line.message.startsWith('Received')) this.#sessions.close(keyOf(line));
    return 'record';
  }

  #seen(line: SyslogLine, address: string, port?: string, serverPort?: string): LineOutcome {
    return this.#session(line, address, port, serverPort) === undefined
      ? 'malformedLine'
      : 'record';
  }

  #session(
    line: SyslogLine,
    address: string,
    port: string | undefined,
    serverPort?: string,
  ): LoginSession | undefined {
    const originator = logAddress(address);
    if (originator === undefined) return undefined;
    return this.#sessions.at(keyOf(line), line.timeUs, {
      originator,
      originatorPort: portOf(port) ?? 0,
      responder: line.host,
      responderPort: portOf(serverPort) ?? SSH_PORT,
      service: 'ssh',
    });
  }
}

function keyOf({ host, processId }: SyslogLine): string {
  return `${host}/${processId}`;
}

function portOf(text: string | undefined): number | undefined {
  const port = Number(text);
  return port >= 0 && port <= 0xffff ? port : undefined;
}
