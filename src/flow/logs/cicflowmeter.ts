import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import type { Ending } from './argus-state.ts';
import { CsvHeading, splitCsvLine } from './csv.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { parseCount, parseDecimal, parsePort } from './parse-number.ts';
import { parseDayFirstUs, parseIsoUs } from './parse-time.ts';
import { protocolNumber } from './protocol-number.ts';
import type { LocalTime } from './time-zone.ts';

/**
 * CICFlowMeter's flow tables: CIC-IDS2017, CSE-CIC-IDS2018, and the corrected ones of Liu et al. (2022), with their
 * several spellings of the same columns.
 *
 * | CICFlowMeter                         | ours                                  | unit                                   |
 * |--------------------------------------|---------------------------------------|----------------------------------------|
 * | `Timestamp`, `Flow Duration`         | `startUs`, `endUs`                    | local time; µs                         |
 * | `Src IP`, `Src Port`, `Dst IP` …     | originator, responder, ports          |                                        |
 * | `Protocol`                           | `protocol`                            | IANA number                            |
 * | `ICMP Type`, `ICMP Code`             | ports of ICMP                         |                                        |
 * | `Total Fwd Packet(s)` …              | `originatorPackets` …                 | packets                                |
 * | `Total Length of Fwd Packet(s)` …    | `originatorBytes` …                   | payload bytes                          |
 * | the same + `Fwd Header Length` …     | `originatorIpBytes` …                 | + 20 (IPv6: 40) a packet for the IP    |
 * |                                      |                                       | header; `NaN` where 16 bits ran over   |
 * | `SYN/FIN Flag Count`, `Fwd RST Flags`| `connState`, `established`            | only where resets have a direction     |
 *
 * `Label` is not read. It never shows: history, messages, the service. Published copies without address columns are
 * recognised and refused row by row: there is no host to gather a flow under.
 */
export const cicflowmeter = textLog((sink, _, local) => {
  let columns: Columns | undefined;
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const heading = cicColumns(line);
    if (heading !== undefined) {
      columns = heading;
      sink.visibility({
        packets: true,
        connState: heading.sourceResets >= 0,
        history: false,
        dns: false,
        http: false,
        tls: false,
        ssh: false,
      });
      return 'nothing';
    }
    if (columns === undefined) return 'lineBeforeHeading';
    if (columns.source < 0 || columns.destination < 0) return 'flowWithoutAddresses';
    return passRow(line, columns, sink, local);
  };
});

interface Columns {
  readonly delimiter: string;
  readonly count: number;
  readonly source: number;
  readonly sourcePort: number;
  readonly destination: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly time: number;
  readonly duration: number;
  readonly packets: readonly [number, number];
  readonly payload: readonly [number, number];
  readonly header: readonly [number, number];
  readonly fins: number;
  readonly syns: number;
  readonly sourceResets: number;
  readonly destinationResets: number;
  readonly icmpType: number;
  readonly icmpCode: number;
}

/** Where the columns are, if the line is a heading of CICFlowMeter's. */
export function cicColumns(line: string): Columns | undefined {
  if (!/flow[ _]?duration/i.test(line)) return undefined;
  const heading = new CsvHeading(line);
  const column = (...names: string[]): number => heading.column(...names);
  const columns: Columns = {
    delimiter: heading.delimiter,
    count: heading.columns,
    source: column('Src IP', 'Source IP'),
    sourcePort: column('Src Port', 'Source Port'),
    destination: column('Dst IP', 'Destination IP'),
    destinationPort: column('Dst Port', 'Destination Port'),
    protocol: column('Protocol'),
    time: column('Timestamp'),
    duration: column('Flow Duration'),
    packets: [
      column('Total Fwd Packet', 'Total Fwd Packets', 'Tot Fwd Pkts'),
      column('Total Bwd Packets', 'Total Backward Packets', 'Tot Bwd Pkts'),
    ],
    payload: [
      column('Total Length of Fwd Packet', 'Total Length of Fwd Packets', 'TotLen Fwd Pkts'),
      column('Total Length of Bwd Packet', 'Total Length of Bwd Packets', 'TotLen Bwd Pkts'),
    ],
    header: [
      column('Fwd Header Length', 'Fwd Header Len'),
      column('Bwd Header Length', 'Bwd Header Len'),
    ],
    fins: column('FIN Flag Count', 'FIN Flag Cnt'),
    syns: column('SYN Flag Count', 'SYN Flag Cnt'),
    sourceResets: column('Fwd RST Flags'),
    destinationResets: column('Bwd RST Flags'),
    icmpType: column('ICMP Type'),
    icmpCode: column('ICMP Code'),
  };
  return columns.duration < 0 || columns.packets[0] < 0 ? undefined : columns;
}

function passRow(line: string, columns: Columns, sink: TrafficSink, local: LocalTime): LineOutcome {
  const cells = splitCsvLine(line, columns.delimiter);
  if (cells.length !== columns.count) return 'malformedLine';
  const cell = (index: number): string => cells[index]?.trim() ?? '';
  const originator = logAddress(cell(columns.source));
  const responder = logAddress(cell(columns.destination));
  const startUs = parseTime(cell(columns.time), local);
  const protocol = protocolNumber(cell(columns.protocol));
  const ports = readPorts(protocol, columns, cell);
  if (originator === undefined || responder === undefined) return 'malformedLine';
  if (Number.isNaN(startUs) || ports === undefined) return 'malformedLine';
  const durationUs = Math.round(parseDecimal(cell(columns.duration)));
  const endUs = durationUs > 0 ? startUs + durationUs : startUs;
  if (!Number.isSafeInteger(endUs)) return 'malformedLine';

  const side = (index: 0 | 1): Side => {
    const packets = parseCount(cell(columns.packets[index]));
    const bytes = parseCount(cell(columns.payload[index]));
    const headers = parseDecimal(cell(columns.header[index]));
    return { packets, bytes, ipBytes: ipBytes({ packets, bytes, headers }, protocol, originator) };
  };
  const [sent, answered] = [side(0), side(1)];
  sink.flow({
    startUs,
    endUs,
    originator,
    responder,
    originatorPort: ports[0],
    responderPort: ports[1],
    protocol,
    service: '',
    originatorPackets: sent.packets,
    responderPackets: answered.packets,
    originatorIpBytes: sent.ipBytes,
    responderIpBytes: answered.ipBytes,
    originatorBytes: sent.bytes,
    responderBytes: answered.bytes,
    history: '',
    ...ending(protocol, sent, answered, (index) => parseCount(cell(index)), columns),
  });
  return 'record';
}

interface Side {
  readonly packets: number;
  readonly bytes: number;
  readonly ipBytes: number;
}

function parseTime(text: string, local: LocalTime): number {
  const iso = parseIsoUs(text, local);
  return Number.isNaN(iso) ? parseDayFirstUs(text, local) : iso;
}

function readPorts(
  protocol: number,
  columns: Columns,
  cell: (index: number) => string,
): readonly [number, number] | undefined {
  const type = parsePort(cell(columns.icmpType));
  if ((protocol === 1 || protocol === 58) && type !== undefined) {
    return [type, parsePort(cell(columns.icmpCode)) ?? 0];
  }
  const source = parsePort(cell(columns.sourcePort));
  const destination = parsePort(cell(columns.destinationPort));
  return source === undefined || destination === undefined ? undefined : [source, destination];
}

/** `Fwd Header Length` sums transport headers in 16 bits in some versions: too few for its packets means it ran over. */
function ipBytes(
  { packets, bytes, headers }: { packets: number; bytes: number; headers: number },
  protocol: number,
  address: string,
): number {
  const least = protocol === 6 ? 20 : protocol === 17 ? 8 : 0;
  if (!(headers >= least * packets)) return Number.NaN;
  return bytes + headers + packets * (address.includes(':') ? 40 : 20);
}

/**
 * The outcome in Zeek's words, from counts. A SYN count of two is the SYN and its answer, if anything came back that
 * was no RST. One FIN does not say whose, so `S2` and `S3` stay unsaid.
 */
function ending(
  protocol: number,
  sent: Side,
  answered: Side,
  count: (index: number) => number,
  columns: Columns,
): Ending {
  if (protocol === 17) {
    return { connState: answered.packets > 0 ? 'SF' : 'S0', established: false };
  }
  if (protocol !== 6) return { connState: 'OTH', established: false };
  if (columns.sourceResets < 0 || columns.syns < 0 || columns.fins < 0) {
    return { connState: '', established: false };
  }
  const syns = count(columns.syns);
  const fins = count(columns.fins);
  const aborts = count(columns.sourceResets);
  const resets = count(columns.destinationResets);
  if (syns === 0) return { connState: 'OTH', established: false };
  if (answered.packets === 0) {
    return { connState: aborts > 0 ? 'RSTOS0' : fins > 0 ? 'SH' : 'S0', established: false };
  }
  if (resets >= answered.packets) return { connState: 'REJ', established: false };
  if (syns < 2) return { connState: '', established: false };
  const established = sent.packets - aborts >= 2;
  if (fins >= 2) return { connState: 'SF', established };
  if (resets > 0) return { connState: 'RSTR', established };
  if (aborts > 0) return { connState: 'RSTO', established };
  return { connState: fins === 0 ? 'S1' : '', established };
}
