import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import { CsvHeading, splitCsvLine } from './csv.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { parseCount, parseDecimal, parsePort } from './parse-number.ts';
import { parseIsoUs } from './parse-time.ts';
import type { LocalTime } from './time-zone.ts';
import { sessionFlow } from './session-flow.ts';

/** Who was attacked: the table does not say the honeypot's own address. */
export const HONEYPOT = 'honeypot';
/** More attempts in one session say nothing new; it bounds what one line can make. */
const MOST_ATTEMPTS = 100;

/**
 * Sessions of the SSH and telnet honeypot Cowrie, as a table of one line a session.
 *
 * | table                          | ours                                                            |
 * |--------------------------------|-----------------------------------------------------------------|
 * | `start_time`, `end_time`       | `startUs`, `endUs` (ISO 8601 → µs)                              |
 * | `src_ip`, `src_port`           | `originator`, `originatorPort`                                  |
 * | `dst_port`                     | `responderPort` of `honeypot`                                   |
 * | `protocol`                     | `service` of the flow and its logins                            |
 * | `login_failed`, `login_success`| that many `login` events, failures first                        |
 * | `avg_time_between_failed` (s)  | how far apart the failures are put; the table has no more times |
 *
 * It never shows: packets, bytes, how the connection ended, names and passwords tried, and sources that never
 * completed a handshake.
 */
export const cowrieCsv = textLog((sink, _, local) => {
  sink.visibility({
    packets: false,
    connState: false,
    history: false,
    dns: false,
    http: false,
    tls: false,
    ssh: false,
  });
  let heading: CsvHeading | undefined;
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    if (isCowrieHeading(line)) {
      heading = new CsvHeading(line);
      return 'nothing';
    }
    return heading === undefined ? 'lineBeforeHeading' : passSession(line, heading, sink, local);
  };
});

export function isCowrieHeading(line: string): boolean {
  const names = ['session', 'src_ip', 'start_time', 'login_failed', 'login_success'];
  return names.every((name) => line.includes(name));
}

function passSession(
  line: string,
  heading: CsvHeading,
  sink: TrafficSink,
  local: LocalTime,
): LineOutcome {
  const cells = splitCsvLine(line, heading.delimiter);
  if (cells.length !== heading.columns) return 'malformedLine';
  const cell = (name: string): string => cells[heading.column(name)]?.trim() ?? '';
  const originator = logAddress(cell('src_ip'));
  const startUs = parseIsoUs(cell('start_time'), local);
  const endUs = Math.max(startUs, parseIsoUs(cell('end_time'), local) || startUs);
  const originatorPort = parsePort(cell('src_port'));
  const responderPort = parsePort(cell('dst_port'));
  const service = cell('protocol').toLowerCase();
  if (originator === undefined || originatorPort === undefined) return 'malformedLine';
  if (responderPort === undefined || Number.isNaN(startUs)) return 'malformedLine';
  const ends = { originator, originatorPort, responder: HONEYPOT, responderPort, protocol: 6 };
  sink.flow(sessionFlow({ ...ends, service }, startUs, endUs));
  const failed = Math.min(parseCount(cell('login_failed')) || 0, MOST_ATTEMPTS);
  const succeeded = Math.min(parseCount(cell('login_success')) || 0, MOST_ATTEMPTS);
  const apartUs = Math.round((parseDecimal(cell('avg_time_between_failed')) || 0) * 1e6);
  for (let i = 0; i < failed; i++) {
    const timeUs = Math.min(startUs + i * Math.max(0, apartUs), endUs);
    sink.event({
      timeUs,
      kind: 'login',
      service,
      userName: '',
      atHoneypot: true,
      outcome: 'failure',
      ...ends,
    });
  }
  for (let i = 0; i < succeeded; i++) {
    sink.event({
      timeUs: endUs,
      kind: 'login',
      service,
      userName: '',
      atHoneypot: true,
      outcome: 'success',
      ...ends,
    });
  }
  return 'record';
}
