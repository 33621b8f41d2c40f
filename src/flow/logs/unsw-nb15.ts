import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import { argusPorts } from './argus.ts';
import { argusEnding } from './argus-state.ts';
import { splitCsvLine } from './csv.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { parseCount, parseDecimal } from './parse-number.ts';
import { secondsToUs } from './parse-time.ts';
import { isIpProtocol, protocolNumber } from './protocol-number.ts';

/** Columns of the raw table by position (NUSW-NB15_features.csv); copies carry no heading or a wrong one. */
const SRCIP = 0, SPORT = 1, DSTIP = 2, DSPORT = 3, PROTO = 4, STATE = 5, DUR = 6, SBYTES = 7, DBYTES = 8,
  SERVICE = 13, SPKTS = 16, DPKTS = 17, STIME = 28, ACKDAT = 34; // prettier-ignore
/** With the label columns the table has 49, without 47; one public copy ends at 46. */
const LEAST_COLUMNS = 44;
const MOST_COLUMNS = 51;

/**
 * The raw UNSW-NB15 table: Argus flows joined with Zeek's service and some counts.
 *
 * | UNSW-NB15                     | ours                                       | unit                         |
 * |-------------------------------|--------------------------------------------|------------------------------|
 * | `Stime`, `dur`                | `startUs`, `endUs`                         | whole s, s → µs              |
 * | `srcip`, `sport`, `dstip` …   | originator, responder, ports               | ICMP as in `argus`           |
 * | `proto`, `service`            | `protocol`, `service`                      |                              |
 * | `Spkts`, `Dpkts`              | `originatorPackets`, `responderPackets`    | packets                      |
 * | `sbytes`, `dbytes`            | `originatorIpBytes`, `responderIpBytes`    | bytes as Argus counts them   |
 * | `state`                       | `connState`                                | see `argusEnding`            |
 * | `ackdat` > 0                  | `established`                              | s from SYN-ACK to ACK        |
 *
 * `attack_cat` and `Label` are not read. It never shows: payload bytes, fractions of a second of the start,
 * history, messages.
 */
export const unswNb15 = textLog((sink) => {
  sink.visibility({
    packets: true,
    connState: true,
    history: false,
    dns: false,
    http: false,
    tls: false,
    ssh: false,
  });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    if (isHeading(line)) return 'nothing';
    return passRow(line, sink);
  };
});

/** Names where numbers belong; whether they are the right names does not matter. */
function isHeading(line: string): boolean {
  return /(^|,)\s*"?(srcip|sport|dur|sbytes|stime)"?\s*,/i.test(line);
}

/** The row's cells if it has the shape of this table: that is how the table is recognised. */
export function unswNb15Cells(line: string): string[] | undefined {
  const cells = splitCsvLine(line, ',').map((cell) => cell.trim());
  if (cells.length < LEAST_COLUMNS || cells.length > MOST_COLUMNS) return undefined;
  const isNumber = (index: number): boolean => parseDecimal(cells[index]!) >= 0;
  if (![DUR, SBYTES, DBYTES, SPKTS, DPKTS, STIME].every(isNumber)) return undefined;
  if (!/^[a-z]/i.test(cells[PROTO]!) || !/^[A-Z]{2,5}$|^no$/.test(cells[STATE]!)) return undefined;
  const addresses = [cells[SRCIP]!, cells[DSTIP]!].every((text) => logAddress(text) !== undefined);
  return addresses ? cells : undefined;
}

function passRow(line: string, sink: TrafficSink): LineOutcome {
  const cells = unswNb15Cells(line);
  if (cells === undefined) return 'malformedLine';
  if (!isIpProtocol(cells[PROTO]!)) return 'notIp';
  const protocol = protocolNumber(cells[PROTO]!);
  const ports = argusPorts(protocol, cells[SPORT]!, cells[DSPORT]!);
  const startUs = secondsToUs(parseDecimal(cells[STIME]!));
  const endUs = startUs + secondsToUs(parseDecimal(cells[DUR]!));
  if (ports === undefined || !Number.isSafeInteger(endUs)) return 'malformedLine';
  const responderPackets = parseCount(cells[DPKTS]!);
  const ending = argusEnding(cells[STATE]!, protocol, responderPackets > 0);
  sink.flow({
    startUs,
    endUs,
    originator: logAddress(cells[SRCIP]!)!,
    responder: logAddress(cells[DSTIP]!)!,
    originatorPort: ports[0],
    responderPort: ports[1],
    protocol,
    service: cells[SERVICE]!.replace(/^-$/, '').toLowerCase().slice(0, 64),
    originatorPackets: parseCount(cells[SPKTS]!),
    responderPackets,
    originatorIpBytes: parseCount(cells[SBYTES]!),
    responderIpBytes: parseCount(cells[DBYTES]!),
    originatorBytes: Number.NaN,
    responderBytes: Number.NaN,
    connState: ending.connState,
    history: '',
    established: protocol === 6 && parseDecimal(cells[ACKDAT]!) > 0,
  });
  return 'record';
}
