import { textLog, type LineOutcome } from './log-reader.ts';
import { logAddress } from './log-address.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseCount, parsePort } from './parse-number.ts';
import { parseIsoUs } from './parse-time.ts';
import { sessionFlow } from './session-flow.ts';
import type { TrafficSink } from '../event.ts';
import { clientName, passRequest } from './web-log.ts';

const FTP_PORT = 21;
/** IIS' mail service writes the same columns. */
const MAIL_PORTS = [25, 465, 587];
const TCP = 6;
/** RFC 959: logged in; not logged in. */
const FTP_OUTCOMES: Readonly<Record<string, 'success' | 'failure'>> = {
  230: 'success',
  530: 'failure',
};

/**
 * Access logs in W3C's extended format, which name their columns in `#Fields:`: IIS for HTTP and FTP, and CloudFront. A
 * heading may come again with other columns.
 *
 * | log                                          | ours                                                        | unit        |
 * |----------------------------------------------|-------------------------------------------------------------|-------------|
 * | `date` `time`                                | `timeUs`: always UTC                                        | s → µs      |
 * | `c-ip`                                       | `originator`                                                |             |
 * | `s-ip`, `s-port`                             | `responder`, or `web-server`; `responderPort`, or 80        |             |
 * | `cs-method`, `cs-uri-stem`, `cs-uri-query`   | `http-request`                                              |             |
 * | `cs(User-Agent)` (`+` for a blank), `cs-host`| `userAgent`, `host`                                         |             |
 * | `sc-status`, `sc-bytes`                      | `http-response`, `responderBytes`                           |             |
 * | FTP: `PASS` with `sc-status` 230 or 530      | `login`, and a flow                                         |             |
 *
 * What it makes of a request and what it never shows is as in `webLog`, but for the server's address.
 */
export const w3cLog = textLog((sink) => {
  let columns: Columns | undefined;
  let announced = false;
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    if (line.startsWith('#')) {
      columns = w3cColumns(line) ?? columns;
      return 'nothing';
    }
    if (columns === undefined) return 'lineBeforeHeading';
    if (!announced) sink.visibility({ ...NOTHING_SHOWN, http: true });
    announced = true;
    return passLine(line, columns, sink);
  };
});

type Columns = ReadonlyMap<string, number>;

/** Whether a remark names the columns of an access log: who asked for what and got what. */
export function isW3cHeading(line: string): boolean {
  const columns = w3cColumns(line);
  return columns !== undefined && ['date', 'time', 'c-ip', 'cs-method', 'sc-status'].every((name) => columns.has(name)); // prettier-ignore
}

function w3cColumns(line: string): Columns | undefined {
  const names = /^#Fields:\s*(.*)$/i.exec(line)?.[1];
  if (names === undefined) return undefined;
  return new Map(names.trim().toLowerCase().split(/\s+/, 256).map((name, index) => [name, index])); // prettier-ignore
}

function passLine(line: string, columns: Columns, sink: TrafficSink): LineOutcome {
  // CloudFront has tabs, and blanks within a cell are written otherwise by all.
  const cells = line.trimEnd().split(line.includes('\t') ? '\t' : ' ', 257);
  if (cells.length < columns.size) return 'malformedLine';
  const cell = (...names: string[]): string => {
    for (const name of names) {
      const text = cells[columns.get(name) ?? -1] ?? '-';
      if (text !== '-') return text;
    }
    return '';
  };
  const client = clientName(cell('c-ip'));
  const timeUs = parseIsoUs(`${cell('date')}T${cell('time')}`);
  const status = cell('sc-status');
  const method = cell('cs-method');
  if (client === undefined || Number.isNaN(timeUs) || !/^\d{1,5}$/.test(status)) return 'malformedLine'; // prettier-ignore
  const port = parsePort(cell('s-port')) ?? 80;
  if (MAIL_PORTS.includes(port)) return 'unusedLine';
  const server = logAddress(cell('s-ip'));
  if (port === FTP_PORT || /^(user|pass)$/i.test(method)) {
    const ends = { originator: client, originatorPort: parsePort(cell('c-port')) ?? 0, responder: server ?? 'ftp-server', responderPort: port, service: 'ftp' }; // prettier-ignore
    return passFtp({ ...ends, timeUs, isLogin: /^pass$/i.test(method), status, userName: cell('cs-username') }, sink); // prettier-ignore
  }
  const query = cell('cs-uri-query');
  const stem = cell('cs-uri-stem');
  passRequest(
    {
      timeUs,
      client,
      host: cell('cs-host', 'cs(host)', 'x-host-header').toLowerCase().slice(0, 1024),
      port,
      method: method.slice(0, 64),
      uri: (query === '' ? stem : `${stem}?${query}`).slice(0, 2048),
      userAgent: unescaped(cell('cs(user-agent)')).slice(0, 2048),
      status: Number(status) >= 100 && Number(status) <= 599 ? Number(status) : Number.NaN,
      bytes: parseCount(cell('sc-bytes')),
      ...(server === undefined ? {} : { server }),
    },
    sink,
  );
  return 'record';
}

/** IIS writes `+` for a blank, CloudFront `%20`. */
function unescaped(text: string): string {
  return text.replaceAll('+', ' ').replaceAll('%20', ' ');
}

interface FtpLine {
  readonly timeUs: number;
  readonly originator: string;
  readonly originatorPort: number;
  readonly responder: string;
  readonly responderPort: number;
  readonly service: string;
  readonly isLogin: boolean;
  readonly status: string;
  readonly userName: string;
}

function passFtp(line: FtpLine, sink: TrafficSink): LineOutcome {
  const { timeUs, isLogin, status, userName, ...ends } = line;
  const outcome = FTP_OUTCOMES[status];
  if (!isLogin || outcome === undefined) return 'unusedLine';
  sink.flow(sessionFlow(ends, timeUs, timeUs));
  sink.event({ kind: 'login', timeUs, protocol: TCP, outcome, userName: userName.slice(0, 255), ...ends }); // prettier-ignore
  return 'record';
}
