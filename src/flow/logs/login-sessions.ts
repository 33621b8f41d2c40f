import type { LoginEvent, TrafficSink } from '../event.ts';
import { sessionFlow, type SessionEnds } from './session-flow.ts';

export interface LoginSession {
  /** As the first line gave them; the port once a line gives it. */
  ends: SessionEnds;
  readonly startUs: number;
  endUs: number;
  /** Logins whose outcome is known. */
  logins: number;
}

/** As many sessions may be open at a time; the one opened first makes room. */
const MOST_OPEN = 4096;
const TCP = 6;

/**
 * Connections as a log of logins tells of them, several lines each: a flow when a session ends, a `login` event for
 * every attempt. What such a log cannot show of a flow (packets, bytes, its ending) is missing; whoever is asked for a
 * password has completed a handshake.
 */
export class LoginSessions {
  readonly #sink: TrafficSink;
  readonly #facts: Pick<LoginEvent, 'atHoneypot'>;
  readonly #open = new Map<string, LoginSession>();

  /** `facts` are said of every login of the log. */
  constructor(sink: TrafficSink, facts: Pick<LoginEvent, 'atHoneypot'> = {}) {
    this.#sink = sink;
    this.#facts = facts;
  }

  /** The session of that key, opened if it is not; it lasted until `timeUs` at least. */
  at(key: string, timeUs: number, ends: SessionEnds): LoginSession {
    let session = this.#open.get(key);
    if (session !== undefined && session.ends.originator !== ends.originator) {
      this.close(key); // a process number or session name that came round again
      session = undefined;
    }
    if (session === undefined) {
      session = { ends, startUs: timeUs, endUs: timeUs, logins: 0 };
      if (this.#open.size >= MOST_OPEN) this.close(this.#open.keys().next().value!);
      this.#open.set(key, session);
    }
    if (session.ends.originatorPort === 0) session.ends = ends;
    session.endUs = Math.max(session.endUs, timeUs);
    return session;
  }

  /** The open session of that key, which lasted until `timeUs` at least. */
  find(key: string, timeUs: number): LoginSession | undefined {
    const session = this.#open.get(key);
    if (session !== undefined) session.endUs = Math.max(session.endUs, timeUs);
    return session;
  }

  login(
    session: LoginSession,
    timeUs: number,
    outcome: LoginEvent['outcome'],
    userName: string,
  ): void {
    if (outcome !== 'unknown') session.logins++;
    const { originator, originatorPort, responder, responderPort, service } = session.ends;
    this.#sink.event({
      kind: 'login',
      timeUs,
      originator,
      originatorPort,
      responder,
      responderPort,
      protocol: TCP,
      service,
      outcome,
      userName,
      ...this.#facts,
    });
  }

  close(key: string): void {
    const session = this.#open.get(key);
    if (session === undefined) return;
    this.#open.delete(key);
    this.#sink.flow(sessionFlow(session.ends, session.startUs, session.endUs));
  }

  /** Closes all that are open, first opened first. */
  end(): void {
    for (const key of [...this.#open.keys()]) this.close(key);
  }
}
