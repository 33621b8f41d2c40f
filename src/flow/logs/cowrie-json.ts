import type { TrafficSink } from '../event.ts';
import { HONEYPOT } from './cowrie-csv.ts';
import type { JsonObject } from './json-line.ts';
import { numberOf, parseJsonLine, textOf } from './json-line.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { LoginSessions } from './login-sessions.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseIsoUs } from './parse-time.ts';

const DEFAULT_PORT = 2222;

/**
 * Cowrie's own log: one JSON object an event; events of one connection share `session`.
 *
 * | `eventid`                                   | ours                                                                |
 * |---------------------------------------------|---------------------------------------------------------------------|
 * | `cowrie.session.connect`                    | the flow's ends: `src_ip`, `src_port`, `dst_ip`, `dst_port`,        |
 * |                                             | `protocol`                                                          |
 * | `cowrie.login.failed`, `cowrie.login.success` | `login` with `username`                                           |
 * | `cowrie.client.version`                     | `ssh-banner` of the client                                          |
 * | any other of the session                    | that the flow lasted so long                                        |
 * | `cowrie.session.closed`                     | the flow's end; without one it ends with its last event             |
 *
 * `timestamp` (ISO 8601) is `timeUs`. A log that begins in the middle of a session gives the events that name an
 * address (`src_ip` stands in each) to the honeypot's usual port. It never shows: packets, bytes, how the connection
 * ended, and sources that never completed a handshake.
 */
export const cowrieJson = textLog((sink, atEnd) => {
  sink.visibility({ ...NOTHING_SHOWN, ssh: true });
  const sessions = new LoginSessions(sink, { atHoneypot: true });
  atEnd(() => {
    sessions.end();
  });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const event = parseJsonLine(line);
    return event === undefined ? 'malformedLine' : passEvent(event, sessions, sink);
  };
});

export function isCowrieJson(line: string): boolean {
  return textOf(parseJsonLine(line), 'eventid').startsWith('cowrie.');
}

function passEvent(event: JsonObject, sessions: LoginSessions, sink: TrafficSink): LineOutcome {
  const id = textOf(event, 'eventid');
  const timeUs = parseIsoUs(textOf(event, 'timestamp'));
  const originator = logAddress(textOf(event, 'src_ip'));
  const key = textOf(event, 'session');
  if (!id.startsWith('cowrie.') || originator === undefined) return 'malformedLine';
  if (Number.isNaN(timeUs) || key === '') return 'malformedLine';
  const session = sessions.at(key, timeUs, {
    originator,
    originatorPort: portOf(numberOf(event, 'src_port'), 0),
    responder: logAddress(textOf(event, 'dst_ip')) ?? HONEYPOT,
    responderPort: portOf(numberOf(event, 'dst_port'), DEFAULT_PORT),
    service: textOf(event, 'protocol').toLowerCase().slice(0, 16) || 'ssh',
  });
  const userName = textOf(event, 'username').slice(0, 255);
  if (id === 'cowrie.login.failed') sessions.login(session, timeUs, 'failure', userName);
  else if (id === 'cowrie.login.success') sessions.login(session, timeUs, 'success', userName);
  else if (id === 'cowrie.session.closed') sessions.close(key);
  else if (id === 'cowrie.client.version') {
    const software = /^SSH-[^-]*-(\S*)/.exec(textOf(event, 'version').replace(/^b?'|'$/g, ''))?.[1];
    if (software !== undefined) {
      const { originator: from, originatorPort, responder, responderPort } = session.ends;
      sink.event({
        kind: 'ssh-banner',
        timeUs,
        originator: from,
        originatorPort,
        responder,
        responderPort,
        protocol: 6,
        fromClient: true,
        software: software.slice(0, 255),
      });
    }
  }
  return 'record';
}

function portOf(value: number, otherwise: number): number {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff ? value : otherwise;
}
