import type { TrafficSink } from '../event.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { flagLetters, OneWayFlows } from './one-way-flows.ts';
import { parseCount, parseDecimal, parsePort } from './parse-number.ts';
import { secondsToUs } from './parse-time.ts';
import { protocolNumber } from './protocol-number.ts';
import { TCP } from './zeek-conversation.ts';

/** The default format, version 2, which files may have without a heading. */
const DEFAULT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/**
 * Flow logs of AWS VPCs as text, versions 2 to 5 (`version account-id interface-id srcaddr …`), with a heading in any
 * order, or without one in the default order; fields may be named as in Athena (`account_id`).
 *
 * | VPC flow log                          | ours                                                  | unit             |
 * |---------------------------------------|-------------------------------------------------------|------------------|
 * | `start`, `end`                        | `startUs`, `endUs`                                    | s → µs           |
 * | `pkt-srcaddr`, `pkt-dstaddr`, else    | source, destination                                   |                  |
 * | `srcaddr`, `dstaddr`                  |                                                       |                  |
 * | `srcport`, `dstport`, `protocol`      | ports, `protocol`                                     |                  |
 * | `packets`, `bytes`                    | packets and IP bytes of the source                    |                  |
 * | `tcp-flags` (3: FIN, SYN; 18: SYN-ACK)| `connState` (ACK alone is not told)                   |                  |
 * | `action` REJECT                       | the same: what was dropped was not answered           |                  |
 *
 * Records of one direction in one interval (1 or 10 minutes) are joined, see `OneWayFlows`. `NODATA` and `SKIPDATA`
 * lines are counted as `logSaysNoData`. It never shows: fractions of a second, `history`, payload bytes, messages, the
 * service, ICMP's types; whether a handshake was completed, where `tcp-flags` was not asked for.
 */
export const vpcFlowLog = textLog((sink, atEnd) => {
  const flows = new OneWayFlows(sink);
  atEnd(() => {
    flows.end();
  });
  let columns = columnsOf(DEFAULT.split(' '));
  let announced = false;
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const heading = vpcHeading(line);
    if (heading !== undefined) {
      columns = heading;
      announced = false;
      return 'nothing';
    }
    if (!announced) {
      announced = true;
      announce(columns, sink);
    }
    return passRecord(line, columns, flows);
  };
});

type Columns = ReadonlyMap<string, number>;

function announce(columns: Columns, sink: TrafficSink): void {
  sink.visibility({
    ...NOTHING_SHOWN,
    packets: columns.has('packets'),
    connState: columns.has('tcp-flags'),
  });
}

/** Where the fields are, if the line is a heading. */
function vpcHeading(line: string): Columns | undefined {
  const names = line.trim().toLowerCase().split(/\s+/, 64).map((name) => name.replace(/^\$\{|\}$/g, '').replaceAll('_', '-')); // prettier-ignore
  return names.includes('srcaddr') && names.includes('dstaddr') && names.includes('start')
    ? columnsOf(names)
    : undefined;
}

function columnsOf(names: readonly string[]): Columns {
  return new Map(names.map((name, index) => [name, index]));
}

/** A heading, or a line in the default format: 14 fields, a version, an account, addresses and epoch seconds. */
export function isVpcFlowLog(line: string): boolean {
  if (vpcHeading(line) !== undefined) return true;
  return /^\d (\d{12}|unknown) eni-\S{1,32} \S{1,45} \S{1,45} \S{1,5} \S{1,5} \S{1,3} \S{1,20} \S{1,20} \d{9,10} \d{9,10} (ACCEPT|REJECT|-) (OK|NODATA|SKIPDATA)\b/.test(line); // prettier-ignore
}

function passRecord(line: string, columns: Columns, flows: OneWayFlows): LineOutcome {
  const cells = line.trim().split(/ +/, 64);
  if (cells.length < columns.size) return 'malformedLine';
  const cell = (name: string): string => {
    const text = cells[columns.get(name) ?? -1] ?? '-';
    return text === '-' ? '' : text;
  };
  if (/^(NODATA|SKIPDATA)$/.test(cell('log-status'))) return 'logSaysNoData';
  const source = logAddress(cell('pkt-srcaddr')) ?? logAddress(cell('srcaddr'));
  const destination = logAddress(cell('pkt-dstaddr')) ?? logAddress(cell('dstaddr'));
  const startUs = secondsToUs(parseDecimal(cell('start')));
  const endUs = secondsToUs(parseDecimal(cell('end')));
  const protocol = protocolNumber(cell('protocol'));
  if (source === undefined || destination === undefined) return 'malformedLine';
  if (Number.isNaN(startUs) || startUs < 0 || Number.isNaN(protocol)) return 'malformedLine';
  const flags = parseCount(cell('tcp-flags'));
  flows.add({
    startUs,
    endUs: endUs > startUs ? endUs : startUs,
    source,
    destination,
    sourcePort: parsePort(cell('srcport')) ?? 0,
    destinationPort: parsePort(cell('dstport')) ?? 0,
    protocol,
    packets: parseCount(cell('packets')),
    ipBytes: parseCount(cell('bytes')),
    flags: protocol === TCP && !Number.isNaN(flags) ? toldFlags(flags) : undefined,
  });
  return 'record';
}

/** SYN 2, SYN-ACK 18, FIN 1, RST 4 are told, data and plain ACK are 0: with a FIN there was an ACK. */
function toldFlags(flags: number): string {
  const letters = flagLetters(flags & 31);
  return letters.includes('F') && !letters.includes('A') ? `${letters}A` : letters;
}
