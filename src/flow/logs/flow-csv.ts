import type { TrafficSink } from '../event.ts';
import { argusEnding, type Ending } from './argus-state.ts';
import { CsvHeading, splitCsvLine } from './csv.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome, type LogReader } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { flagLetters } from './one-way-flows.ts';
import { parseCount, parseDecimal, parsePort } from './parse-number.ts';
import { parseDayFirstUs, parseEpochUs, parseIsoUs } from './parse-time.ts';
import { isIpProtocol, protocolNumber } from './protocol-number.ts';
import type { LocalTime } from './time-zone.ts';
import { isConnState, tookHandshake, zeekService } from './zeek-conn.ts';
import { TCP } from './zeek-conversation.ts';

/** What a column of a flow table can be; the words `--map column=field` uses. */
export const FLOW_FIELDS = [
  'start', 'startMs', 'startUs', 'end', 'endMs', 'endUs', 'duration', 'durationMs', 'originator', 'originatorPort', 'responder',
  'responderPort', 'protocol', 'service', 'originatorPackets', 'responderPackets', 'originatorIpBytes',
  'responderIpBytes', 'originatorBytes', 'responderBytes', 'originatorFlags', 'responderFlags', 'connState',
  'history', 'established',
] as const; // prettier-ignore

type FlowField = (typeof FLOW_FIELDS)[number];

/** Which column is what: the first of the names that a heading has. */
type FlowColumns = Readonly<Partial<Record<FlowField, readonly string[]>>>;

/** NetFlow tables in nProbe's words: the `NF-…` data sets, version 2 and (with times) 3. */
const NPROBE: FlowColumns = {
  startMs: ['FLOW_START_MILLISECONDS'],
  endMs: ['FLOW_END_MILLISECONDS'],
  durationMs: ['FLOW_DURATION_MILLISECONDS'],
  originator: ['IPV4_SRC_ADDR', 'IPV6_SRC_ADDR'],
  originatorPort: ['L4_SRC_PORT'],
  responder: ['IPV4_DST_ADDR', 'IPV6_DST_ADDR'],
  responderPort: ['L4_DST_PORT'],
  protocol: ['PROTOCOL'],
  originatorPackets: ['IN_PKTS'],
  responderPackets: ['OUT_PKTS'],
  originatorIpBytes: ['IN_BYTES'],
  responderIpBytes: ['OUT_BYTES'],
  originatorFlags: ['CLIENT_TCP_FLAGS'],
  responderFlags: ['SERVER_TCP_FLAGS'],
};

/** NFStream's table (`to_csv`). */
const NFSTREAM: FlowColumns = {
  startMs: ['bidirectional_first_seen_ms'],
  endMs: ['bidirectional_last_seen_ms'],
  originator: ['src_ip'],
  originatorPort: ['src_port'],
  responder: ['dst_ip'],
  responderPort: ['dst_port'],
  protocol: ['protocol'],
  originatorPackets: ['src2dst_packets'],
  responderPackets: ['dst2src_packets'],
  originatorIpBytes: ['src2dst_bytes'],
  responderIpBytes: ['dst2src_bytes'],
};

/** Zeek's conn.log as a table: CSV, or Parquet in a data lake, with dots or underscores. */
const ZEEK: FlowColumns = {
  start: ['ts'],
  duration: ['duration'],
  originator: ['id.orig_h'],
  originatorPort: ['id.orig_p'],
  responder: ['id.resp_h'],
  responderPort: ['id.resp_p'],
  protocol: ['proto'],
  service: ['service'],
  originatorPackets: ['orig_pkts'],
  responderPackets: ['resp_pkts'],
  originatorIpBytes: ['orig_ip_bytes'],
  responderIpBytes: ['resp_ip_bytes'],
  originatorBytes: ['orig_bytes'],
  responderBytes: ['resp_bytes'],
  connState: ['conn_state'],
  history: ['history'],
};

/** What `rapsheet flows` writes: every field under its own name. */
const OWN: FlowColumns = Object.fromEntries(FLOW_FIELDS.map((field) => [field, [field]]));

/** The network tables of ToN-IoT: Zeek's conn.log under other names, with what was said in the same row. */
const TON_IOT: FlowColumns = {
  start: ['ts'],
  duration: ['duration'],
  originator: ['src_ip'],
  originatorPort: ['src_port'],
  responder: ['dst_ip'],
  responderPort: ['dst_port'],
  protocol: ['proto'],
  service: ['service'],
  originatorPackets: ['src_pkts'],
  responderPackets: ['dst_pkts'],
  originatorIpBytes: ['src_ip_bytes'],
  responderIpBytes: ['dst_ip_bytes'],
  originatorBytes: ['src_bytes'],
  responderBytes: ['dst_bytes'],
  connState: ['conn_state'],
};

/**
 * Flow tables of one line a flow whose columns say both directions.
 *
 * | table                | recognised by                                | start                             |
 * |----------------------|----------------------------------------------|-----------------------------------|
 * | nProbe, `NF-…`       | `IPV4_SRC_ADDR`, `IN_BYTES`                  | ms; version 2 has no times: 0     |
 * | NFStream             | `src2dst_packets`, `bidirectional_first_seen_ms` | ms                            |
 * | Zeek, no `#fields`   | `id.orig_h`, `conn_state`                    | s, or ISO 8601                    |
 * | `rapsheet flows`     | `originatorIpBytes`, `responderIpBytes`      | µs, or ISO 8601                   |
 * | ToN-IoT              | `src_ip_bytes`, `conn_state`                 | s                                 |
 * | any CSV              | nothing: `mappedCsv` is told its columns     | epoch seconds, ISO 8601, or ms    |
 *
 * Packets and IP bytes are counts; durations s, or ms. Flags are a number (1 FIN, 2 SYN, 4 RST, 8 PSH, 16 ACK) or
 * letters; without them, and without a column of Zeek's states, `connState` is said only where nothing came back or the
 * protocol is none with states. NFStream counts whole frames unless told otherwise. It never shows: messages (ToN-IoT's
 * are not read); `history`, unless a column has it; without times, anything of time.
 */
export const flowCsv: LogReader = tableReader((line) => flowColumns(line));

/** Reads any CSV whose columns are named: `--map column=field`. Throws `RangeError` for a field that is none. */
export function mappedCsv(map: Readonly<Record<string, string>>): LogReader {
  const columns: Partial<Record<FlowField, string[]>> = {};
  for (const [column, field] of Object.entries(map)) {
    const known = FLOW_FIELDS.find((name) => name === field);
    if (known === undefined) {
      throw new RangeError(`map: expected one of ${FLOW_FIELDS.join(', ')}, got ${field}`);
    }
    (columns[known] ??= []).push(column);
  }
  for (const field of ['originator', 'responder', 'protocol'] as const) {
    if (columns[field] === undefined) {
      throw new RangeError(`map: expected a column for ${field}, got none`);
    }
  }
  return tableReader((line) => {
    const table = resolve(new CsvHeading(line), columns);
    return hasEnds(table) ? table : undefined;
  });
}

/** Whether the line is the heading of a table that `flowCsv` knows. */
export function isFlowCsvHeading(line: string): boolean {
  return flowColumns(line) !== undefined;
}

interface Table {
  readonly delimiter: string;
  readonly columns: number;
  readonly index: Readonly<Record<FlowField, number>>;
}

/** Where the columns are, if the line is the heading of a table that `flowCsv` knows. */
export function flowColumns(line: string): Table | undefined {
  const names = /\bIPV[46]_SRC_ADDR\b/.test(line) && line.includes('IN_BYTES') ? NPROBE
    : line.includes('src2dst_packets') && line.includes('src_ip') ? NFSTREAM
    : /\bid[._]orig_h\b/.test(line) && line.includes('conn_state') ? ZEEK
    : line.includes('originatorIpBytes') && line.includes('responderIpBytes') ? OWN
    : line.includes('src_ip_bytes') && line.includes('conn_state') ? TON_IOT
    : undefined; // prettier-ignore
  if (names === undefined) return undefined;
  const table = resolve(new CsvHeading(line), names);
  return hasEnds(table) ? table : undefined;
}

function hasEnds({ index }: Table): boolean {
  return index.originator >= 0 && index.responder >= 0 && index.protocol >= 0;
}

function resolve(heading: CsvHeading, names: FlowColumns): Table {
  const index = Object.fromEntries(FLOW_FIELDS.map((field) => [field, heading.column(...(names[field] ?? []))])); // prettier-ignore
  return {
    delimiter: heading.delimiter,
    columns: heading.columns,
    index: index as Record<FlowField, number>,
  };
}

function tableReader(toTable: (line: string) => Table | undefined): LogReader {
  return textLog((sink, _, local) => {
    let table: Table | undefined;
    return (line): LineOutcome => {
      if (line.trim() === '') return 'nothing';
      const heading = toTable(line);
      if (heading !== undefined) {
        table = heading;
        const { index } = heading;
        sink.visibility({
          ...NOTHING_SHOWN,
          packets: index.originatorPackets >= 0,
          connState: hasStates(index),
          history: index.history >= 0,
        });
        return 'nothing';
      }
      return table === undefined ? 'lineBeforeHeading' : passRow(line, table, sink, local);
    };
  });
}

function passRow(
  line: string,
  { delimiter, columns, index }: Table,
  sink: TrafficSink,
  local: LocalTime,
): LineOutcome {
  const cells = splitCsvLine(line, delimiter);
  if (cells.length !== columns) return 'malformedLine';
  const cell = (field: FlowField): string => cells[index[field]]?.trim() ?? '';
  const count = (field: FlowField): number => parseCount(cell(field));
  const protocolName = cell('protocol');
  if (!isIpProtocol(protocolName)) return 'notIp';
  const protocol = protocolNumber(protocolName);
  const originator = logAddress(cell('originator'));
  const responder = logAddress(cell('responder'));
  const originatorPort = portOf(cell('originatorPort'));
  const responderPort = portOf(cell('responderPort'));
  const startUs = timeUs(START, cell, local);
  if (originator === undefined || responder === undefined || Number.isNaN(protocol)) {
    return 'malformedLine';
  }
  if (originatorPort === undefined || responderPort === undefined || !(startUs >= 0)) {
    return 'malformedLine';
  }
  const hasEnd = END.some((field) => cell(field) !== '');
  const durationUs =
    (parseDecimal(cell('duration')) || 0) * 1e6 + (parseDecimal(cell('durationMs')) || 0) * 1e3;
  const endUs = hasEnd ? timeUs(END, cell, local) : startUs + Math.round(durationUs);
  const flags = `${flagText(cell('originatorFlags'))}_${flagText(cell('responderFlags'))}`;
  const responderPackets = count('responderPackets');
  const service = cell('service').replace(/^-$/, '').toLowerCase().slice(0, 64);
  const answered = Number.isNaN(responderPackets) ? undefined : responderPackets > 0;
  const history = cell('history').replace(/^-$/, '').slice(0, 64);
  const ending =
    index.connState >= 0 ? zeekEnding(cell('connState').toUpperCase(), history, protocol)
    : hasStates(index) || protocol !== TCP ? argusEnding(flags, protocol, answered)
    : UNSAID; // prettier-ignore
  sink.flow({
    startUs,
    endUs: Number.isSafeInteger(endUs) && endUs > startUs ? endUs : startUs,
    originator,
    responder,
    originatorPort,
    responderPort,
    protocol,
    service: index.connState >= 0 ? zeekService(service, responderPort) : service,
    originatorPackets: count('originatorPackets'),
    responderPackets,
    originatorIpBytes: count('originatorIpBytes'),
    responderIpBytes: count('responderIpBytes'),
    originatorBytes: count('originatorBytes'),
    responderBytes: count('responderBytes'),
    connState: ending.connState,
    history,
    established: cell('established') === '' ? ending.established : cell('established') === 'true',
  });
  return 'record';
}

const UNSAID: Ending = { connState: '', established: false };

function hasStates(index: Table['index']): boolean {
  return index.connState >= 0 || (index.originatorFlags >= 0 && index.responderFlags >= 0);
}

function zeekEnding(state: string, history: string, protocol: number): Ending {
  if (!isConnState(state)) return UNSAID;
  return { connState: state, established: protocol === TCP && tookHandshake(history, state) };
}

type TimeFields = readonly [FlowField, FlowField, FlowField];
const START: TimeFields = ['start', 'startMs', 'startUs'];
const END: TimeFields = ['end', 'endMs', 'endUs'];

/** A table without times has all its flows at the same instant. */
function timeUs(
  [name, msName, usName]: TimeFields,
  cell: (field: FlowField) => string,
  local: LocalTime,
): number {
  const [text, ms, us] = [cell(name), cell(msName), cell(usName)];
  if (us !== '') return /^\d{1,16}$/.test(us) ? Number(us) : parseIsoUs(us, local);
  if (ms !== '') return Math.round(parseDecimal(ms) * 1000);
  if (text === '') return 0;
  const timeUs = parseEpochUs(text, local);
  return Number.isNaN(timeUs) ? parseDayFirstUs(text, local) : timeUs;
}

/** Tables made with pandas write `443.0`; a protocol without ports leaves the cell empty. */
function portOf(text: string): number | undefined {
  return text === '' ? 0 : parsePort(text);
}

function flagText(text: string): string {
  const number = parseCount(text);
  return Number.isNaN(number) ? text.toUpperCase().replace(/[^FSRPA]/g, '') : flagLetters(number & 31); // prettier-ignore
}
