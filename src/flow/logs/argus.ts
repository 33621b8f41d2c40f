import { logAddress } from './log-address.ts';
import type { TrafficSink } from '../event.ts';
import { argusEnding } from './argus-state.ts';
import { CsvHeading, splitCsvLine } from './csv.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { parseCount, parseDecimal, parsePort } from './parse-number.ts';
import { parseEpochUs } from './parse-time.ts';
import { isIpProtocol, protocolNumber } from './protocol-number.ts';
import type { LocalTime } from './time-zone.ts';

/**
 * Argus flows as `ra -c ,` writes them, and the `.binetflow` files of the CTU captures.
 *
 * | Argus                  | ours                                    | unit                                        |
 * |------------------------|-----------------------------------------|---------------------------------------------|
 * | `StartTime`, `Dur`     | `startUs`, `endUs`                      | local time of `ra`, s → µs                  |
 * | `Proto`                | `protocol`                              | name → IANA number                          |
 * | `SrcAddr`, `DstAddr`   | originator, responder; the other way    |                                             |
 * |                        | round where `Dir` points left           |                                             |
 * | `Sport`, `Dport`       | ports, also `0x0050`                    | ICMP: code and type in one (`0x0303`)       |
 * | `SrcPkts`, `DstPkts`,  | packets of each side                    | packets; of `TotPkts` alone mostly `NaN`    |
 * | or `TotPkts`           |                                         |                                             |
 * | `SrcBytes`, `DstBytes` | IP bytes of each side                   | bytes of whole frames: 14 a packet too many |
 * | or `TotBytes`          |                                         |                                             |
 * | `SAppBytes` …          | payload bytes, else `NaN`               | bytes                                       |
 * | `State`                | `connState`, `established`              | see `argusEnding`                           |
 *
 * `Label`, where a table has it, is not read. It never shows: the order of flags (`history`), messages.
 * Argus tells of a flow every few seconds anew; `racluster` joins what it told, `ra` does not, and then a flow is several.
 * Rows of ARP, LLC and of Argus itself (`man`) are not IP flows and are counted as such.
 */
export const argus = textLog((sink, _, local) => {
  sink.visibility({
    packets: true,
    connState: true,
    history: false,
    dns: false,
    http: false,
    tls: false,
    ssh: false,
  });
  let columns: Columns | undefined;
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const heading = argusColumns(line);
    if (heading !== undefined) {
      columns = heading;
      return 'nothing';
    }
    return columns === undefined ? 'lineBeforeHeading' : passRow(line, columns, sink, local);
  };
});

interface Columns {
  readonly delimiter: string;
  readonly count: number;
  readonly time: number;
  readonly duration: number;
  readonly protocol: number;
  readonly source: number;
  readonly sourcePort: number;
  readonly direction: number;
  readonly destination: number;
  readonly destinationPort: number;
  readonly state: number;
  readonly packets: number;
  readonly sourcePackets: number;
  readonly bytes: number;
  readonly sourceBytes: number;
  readonly destinationPackets: number;
  readonly destinationBytes: number;
  readonly sourcePayload: number;
  readonly destinationPayload: number;
}

/** Where the columns are, if the line is Argus' heading. */
export function argusColumns(line: string): Columns | undefined {
  if (!/start_?time|stime/i.test(line)) return undefined;
  const heading = new CsvHeading(line);
  const columns: Columns = {
    delimiter: heading.delimiter,
    count: heading.columns,
    time: heading.column('StartTime', 'stime'),
    duration: heading.column('Dur'),
    protocol: heading.column('Proto'),
    source: heading.column('SrcAddr', 'saddr'),
    sourcePort: heading.column('Sport'),
    direction: heading.column('Dir'),
    destination: heading.column('DstAddr', 'daddr'),
    destinationPort: heading.column('Dport'),
    state: heading.column('State'),
    packets: heading.column('TotPkts', 'pkts'),
    sourcePackets: heading.column('SrcPkts', 'spkts'),
    bytes: heading.column('TotBytes', 'bytes'),
    sourceBytes: heading.column('SrcBytes', 'sbytes'),
    destinationPackets: heading.column('DstPkts', 'dpkts'),
    destinationBytes: heading.column('DstBytes', 'dbytes'),
    sourcePayload: heading.column('SAppBytes', 'SrcAppBytes'),
    destinationPayload: heading.column('DAppBytes', 'DstAppBytes'),
  };
  const needed = [columns.time, columns.protocol, columns.source, columns.destination];
  return needed.includes(-1) ? undefined : columns;
}

function passRow(line: string, columns: Columns, sink: TrafficSink, local: LocalTime): LineOutcome {
  const cells = splitCsvLine(line, columns.delimiter).map((cell) => cell.trim());
  const cell = (index: number): string => cells[index] ?? '';
  const protocolName = cell(columns.protocol);
  if (cells.length < columns.state + 1) return 'malformedLine';
  if (!isIpProtocol(protocolName)) return 'notIp';
  const protocol = protocolNumber(protocolName);
  const source = logAddress(cell(columns.source));
  const destination = logAddress(cell(columns.destination));
  const startUs = parseEpochUs(cell(columns.time), local);
  const ports = argusPorts(protocol, cell(columns.sourcePort), cell(columns.destinationPort));
  if (source === undefined || destination === undefined) return 'malformedLine';
  if (Number.isNaN(startUs) || ports === undefined) return 'malformedLine';
  const durationUs = Math.round(parseDecimal(cell(columns.duration)) * 1e6);

  const amounts = {
    packets: parseCount(cell(columns.packets)),
    sourcePackets: parseCount(cell(columns.sourcePackets)),
    bytes: parseCount(cell(columns.bytes)),
    sourceBytes: parseCount(cell(columns.sourceBytes)),
    destinationPackets: parseCount(cell(columns.destinationPackets)),
  };
  const [sourcePackets, destinationPackets] = splitPackets(amounts);
  const destinationBytes = parseCount(cell(columns.destinationBytes));
  const there = {
    packets: sourcePackets,
    ipBytes: amounts.sourceBytes,
    bytes: parseCount(cell(columns.sourcePayload)),
  };
  const back = {
    packets: destinationPackets,
    ipBytes: Number.isNaN(destinationBytes) ? atLeastZero(amounts.bytes - amounts.sourceBytes) : destinationBytes, // prettier-ignore
    bytes: parseCount(cell(columns.destinationPayload)),
  };
  const direction = cell(columns.direction);
  const turned = /(^|\s)<(-|\?)$/.test(direction);
  const [sent, answered] = turned ? [back, there] : [there, back];
  const state = turned ? turnState(cell(columns.state)) : cell(columns.state);
  const midway = direction.includes('?') && !state.includes('_');
  sink.flow({
    startUs,
    endUs: durationUs > 0 ? startUs + durationUs : startUs,
    originator: turned ? destination : source,
    responder: turned ? source : destination,
    originatorPort: turned && !isIcmp(protocol) ? ports[1] : ports[0],
    responderPort: turned && !isIcmp(protocol) ? ports[0] : ports[1],
    protocol,
    service: '',
    originatorPackets: sent.packets,
    responderPackets: answered.packets,
    originatorIpBytes: sent.ipBytes,
    responderIpBytes: answered.ipBytes,
    originatorBytes: sent.bytes,
    responderBytes: answered.bytes,
    history: '',
    ...(midway && protocol === 6
      ? { connState: 'OTH', established: false }
      : argusEnding(state, protocol, hasSent(answered))),
  });
  return 'record';
}

interface Amounts {
  readonly packets: number;
  readonly sourcePackets: number;
  readonly bytes: number;
  readonly sourceBytes: number;
  readonly destinationPackets: number;
}

/** Packets of source and destination; without `SrcPkts` only where the bytes leave no choice. */
function splitPackets(amounts: Amounts): [number, number] {
  const { packets, sourcePackets, bytes, sourceBytes, destinationPackets } = amounts;
  if (!Number.isNaN(destinationPackets)) return [sourcePackets, destinationPackets];
  if (!Number.isNaN(sourcePackets)) return [sourcePackets, atLeastZero(packets - sourcePackets)];
  if (sourceBytes === bytes) return [packets, 0];
  if (sourceBytes === 0) return [0, packets];
  return packets === 2 && sourceBytes < bytes ? [1, 1] : [Number.NaN, Number.NaN];
}

function hasSent(side: { packets: number; ipBytes: number }): boolean | undefined {
  if (side.packets > 0 || side.ipBytes > 0) return true;
  return side.packets === 0 || side.ipBytes === 0 ? false : undefined;
}

function atLeastZero(value: number): number {
  return value >= 0 ? value : Number.NaN;
}

/** `SPA_FSPA` seen from the other side. */
function turnState(state: string): string {
  const at = state.indexOf('_');
  return at < 0 ? state : `${state.slice(at + 1)}_${state.slice(0, at)}`;
}

function isIcmp(protocol: number): boolean {
  return protocol === 1 || protocol === 58;
}

/** Ports; for ICMP type and code, which Argus packs into the source port: code above, type below. */
export function argusPorts(
  protocol: number,
  sourceText: string,
  destinationText: string,
): readonly [number, number] | undefined {
  const source = portOrZero(sourceText);
  if (source === undefined) return undefined;
  if (isIcmp(protocol)) return [source & 0xff, source >> 8];
  const destination = portOrZero(destinationText);
  return destination === undefined ? undefined : [source, destination];
}

function portOrZero(text: string): number | undefined {
  return text === '' || text === '-' ? 0 : parsePort(text);
}
