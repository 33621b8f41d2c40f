import type { TrafficSink } from '../event.ts';
import { CsvHeading, splitCsvLine } from './csv.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { OneWayFlows, type OneWayFlow } from './one-way-flows.ts';
import { parseCount, parsePort } from './parse-number.ts';
import { parseEpochUs } from './parse-time.ts';
import { protocolNumber } from './protocol-number.ts';
import type { LocalTime } from './time-zone.ts';
import { TCP } from './zeek-conversation.ts';

/**
 * Flow records as nfdump writes them: `-o csv` of 1.6 and 1.7 (`ts,te,td,sa,da,sp,dp,pr,flg,…,ipkt,ibyt,opkt,obyt`),
 * and the headings of 1.7.2 and later (`firstSeen,duration,proto,srcAddr,srcPort,…`).
 *
 * | nfdump                    | ours                                            | unit                            |
 * |---------------------------|-------------------------------------------------|---------------------------------|
 * | `ts`, `te`                | `startUs`, `endUs`                              | local time → µs                 |
 * | `sa sp da dp pr`          | source, destination, ports, `protocol`          | ICMP: type.code in `dp`         |
 * | `ipkt`, `ibyt`            | packets and IP bytes of the source              |                                 |
 * | `opkt`, `obyt`            | of the destination, where the exporter joins    |                                 |
 * |                           | both; else the other record of the conversation |                                 |
 * | `flg`                     | `connState`                                     | see `argusEnding`               |
 *
 * Records of one direction are joined, see `OneWayFlows`. It never shows: `history`, payload bytes, messages, the
 * service. The summary after the table is passed over.
 */
export const nfdumpCsv = textLog((sink, atEnd, local) => {
  sink.visibility({ ...NOTHING_SHOWN, packets: true, connState: true });
  const flows = new OneWayFlows(sink);
  atEnd(() => {
    flows.end();
  });
  let columns: Columns | undefined;
  let inSummary = false;
  return (line): LineOutcome => {
    if (line.trim() === '' || line.startsWith('No matched')) return 'nothing';
    const heading = nfdumpColumns(line);
    if (heading !== undefined) {
      columns = heading;
      inSummary = false;
      return 'nothing';
    }
    if (line.startsWith('Summary')) inSummary = true;
    if (inSummary) return 'nothing';
    if (columns === undefined) return 'lineBeforeHeading';
    return passRow(line, columns, { flows, sink, local });
  };
});

interface Columns {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly flags: number;
  readonly packets: number;
  readonly bytes: number;
  readonly backPackets: number;
  readonly backBytes: number;
}

/** Where the columns are, if the line is one of nfdump's headings. */
export function nfdumpColumns(line: string): Columns | undefined {
  if (!/^(ts,te,td,sa,da|firstSeen,)/.test(line)) return undefined;
  const heading = new CsvHeading(line);
  const columns: Columns = {
    count: heading.columns,
    start: heading.column('ts', 'firstSeen'),
    end: heading.column('te', 'lastSeen'),
    duration: heading.column('td', 'duration'),
    source: heading.column('sa', 'srcAddr'),
    destination: heading.column('da', 'dstAddr'),
    sourcePort: heading.column('sp', 'srcPort'),
    destinationPort: heading.column('dp', 'dstPort'),
    protocol: heading.column('pr', 'proto'),
    flags: heading.column('flg', 'flags'),
    packets: heading.column('ipkt', 'packets', 'inPackets'),
    bytes: heading.column('ibyt', 'bytes', 'inBytes'),
    backPackets: heading.column('opkt', 'outPackets'),
    backBytes: heading.column('obyt', 'outBytes'),
  };
  const needed = [columns.start, columns.source, columns.destination, columns.protocol];
  return needed.includes(-1) ? undefined : columns;
}

function passRow(
  line: string,
  columns: Columns,
  to: { readonly flows: OneWayFlows; readonly sink: TrafficSink; readonly local: LocalTime },
): LineOutcome {
  const cells = splitCsvLine(line, ',');
  if (cells.length < Math.max(columns.protocol, columns.destination, columns.bytes) + 1) {
    return 'malformedLine';
  }
  const cell = (index: number): string => cells[index]?.trim() ?? '';
  const source = logAddress(cell(columns.source));
  const destination = logAddress(cell(columns.destination));
  const startUs = parseEpochUs(cell(columns.start), to.local);
  const protocol = protocolNumber(cell(columns.protocol));
  if (source === undefined || destination === undefined) return 'malformedLine';
  if (Number.isNaN(startUs) || Number.isNaN(protocol)) return 'malformedLine';
  const ports = readPorts(protocol, cell(columns.sourcePort), cell(columns.destinationPort));
  if (ports === undefined) return 'malformedLine';
  const endUs = Math.max(
    startUs,
    parseEpochUs(cell(columns.end), to.local) || startUs,
    startUs + Math.round(Number(cell(columns.duration)) * 1e6 || 0),
  );
  const there: OneWayFlow = {
    startUs,
    endUs,
    source,
    destination,
    sourcePort: ports[0],
    destinationPort: ports[1],
    protocol,
    packets: parseCount(cell(columns.packets)),
    ipBytes: parseCount(cell(columns.bytes)),
    flags: protocol === TCP ? cell(columns.flags).replace(/[^FSRPA]/g, '') : undefined,
  };
  const backPackets = parseCount(cell(columns.backPackets));
  if (backPackets > 0)
    passJoined(there, backPackets, parseCount(cell(columns.backBytes)), to.sink); // prettier-ignore
  else to.flows.add(there);
  return 'record';
}

/** An exporter that joins both directions has one set of flags for them: how the flow ended is not known. */
function passJoined(there: OneWayFlow, packets: number, ipBytes: number, sink: TrafficSink): void {
  const { startUs, endUs, source, destination, sourcePort, destinationPort, protocol } = there;
  sink.flow({
    startUs,
    endUs,
    originator: source,
    responder: destination,
    originatorPort: sourcePort,
    responderPort: destinationPort,
    protocol,
    service: '',
    originatorPackets: there.packets,
    responderPackets: packets,
    originatorIpBytes: there.ipBytes,
    responderIpBytes: ipBytes,
    originatorBytes: Number.NaN,
    responderBytes: Number.NaN,
    connState: protocol === 17 ? 'SF' : protocol === TCP ? '' : 'OTH',
    history: '',
    established: false,
  });
}

/** ICMP's destination port is `8.0`, or type × 256 + code. */
function readPorts(
  protocol: number,
  sourceText: string,
  destinationText: string,
): readonly [number, number] | undefined {
  if (protocol === 1 || protocol === 58) {
    const dotted = /^(\d{1,3})\.(\d{1,3})$/.exec(destinationText);
    if (dotted !== null) return [Number(dotted[1]) & 255, Number(dotted[2]) & 255];
    const packed = parsePort(destinationText) ?? 0;
    return [packed >> 8, packed & 255];
  }
  const source = parsePort(sourceText);
  const destination = parsePort(destinationText);
  return source === undefined || destination === undefined ? undefined : [source, destination];
}
