import type { TrafficSink } from '../event.ts';
import { DnsDaemon } from './dns-daemon.ts';
import { dnsCode, dnsName, dnsType } from './dns-names.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseDecimal } from './parse-number.ts';
import { parseEpochUs, parseEnglishUs } from './parse-time.ts';
import type { SyslogLine } from './syslog-line.ts';
import type { LocalTime } from './time-zone.ts';
import { UDP, type Conversation } from './zeek-conversation.ts';

const DNS = 53;
/** Who wrote a log of queries that names no server. */
const SERVER = 'dns-server';
/** Queries remembered to know their answers by. */
const MOST_PENDING = 4096;

const BIND = /^(\d{1,2}-[A-Z][a-z]{2}-\d{4} [\d:.]{8,15}) /;
const UNBOUND = /^\[(\d{1,10})\] unbound\[\d{1,10}:\d{1,5}\] /;
const TSHARK = /^"?([0-9a-fA-F.:]{3,45})"?(\t|\||;|,| {1,8})"?([0-9a-fA-F.:]{3,45})"?\2"?(.{6,64}?)"?\2"?([^\s"|;,]{1,1024})"?$/; // prettier-ignore

/**
 * Logs of DNS queries that carry their own time.
 *
 * | log         | line                                                          | ours                                          |
 * |-------------|---------------------------------------------------------------|-----------------------------------------------|
 * | passivedns  | `time‖client‖server‖IN‖name‖type‖answer‖ttl‖count`, with `||` | `dns-query`, and its `dns-response`           |
 * | BIND        | `27-Mar-2024 12:00:00.123 queries: info: client …`            | see `DnsDaemon`                               |
 * | Unbound     | `[1711540800] unbound[12:0] info: …`                          | see `DnsDaemon`                               |
 * | tshark      | `-T fields -e ip.src -e ip.dst -e frame.time -e dns.qry.name` | `dns-query` of unknown type; a line with the  |
 * |             | with any separator, also times in epoch seconds               | ends of an earlier one turned is its answer   |
 *
 * It never shows: connections, so there are no flows; what tshark was not
 * asked for; with passivedns, how often a name was asked for again (it logs an answer once in hours).
 */
export const dnsQueryLog = textLog((sink, _, local) => {
  sink.visibility({ ...NOTHING_SHOWN, dns: true });
  const daemon = new DnsDaemon(sink);
  const fields = new TsharkLines(sink, local);
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    if (line.includes('||')) return passPassiveDns(line, sink);
    const own = daemonLine(line, local);
    if (own !== undefined) return daemon.pass(own);
    return fields.pass(line);
  };
});

/** Whether most lines are of one of these kinds. */
export function isDnsQueryLog(lines: readonly string[]): boolean {
  const known = lines.filter((line) => passiveDnsCells(line) !== undefined || daemonLine(line) !== undefined || tsharkCells(line) !== undefined); // prettier-ignore
  return known.length * 2 > lines.length;
}

function passiveDnsCells(line: string): string[] | undefined {
  const cells = line.slice(0, 4096).split('||');
  return cells.length >= 8 && cells.length <= 10 && logAddress(cells[1]!) !== undefined
    ? cells
    : undefined;
}

function passPassiveDns(line: string, sink: TrafficSink): LineOutcome {
  const cells = passiveDnsCells(line);
  if (cells === undefined) return 'malformedLine';
  const [time, client, server, , query, type, answer, ttl] = cells;
  const timeUs = parseEpochUs(time!);
  if (Number.isNaN(timeUs)) return 'malformedLine';
  const at: Conversation = {
    timeUs,
    originator: logAddress(client!)!,
    originatorPort: 0,
    responder: logAddress(server!) ?? SERVER,
    responderPort: DNS,
    protocol: UDP,
  };
  const name = dnsName(query!);
  const queryType = dnsType(type!);
  sink.event({ kind: 'dns-query', name, queryType, ...at });
  const code = dnsCode(answer!);
  const refused = code > 0 && !/^\d/.test(answer!);
  const address = logAddress(answer!);
  sink.event({
    kind: 'dns-response',
    name,
    queryType,
    responseCode: refused ? code : 0,
    answers: refused ? 0 : 1,
    messageBytes: Number.NaN,
    addresses: address === undefined ? [] : [address],
    minTtl: refused ? Number.NaN : parseDecimal(ttl!),
    ...at,
  });
  return 'record';
}

/** The message of a line of BIND's or Unbound's own log file. */
function daemonLine(line: string, local?: LocalTime): SyslogLine | undefined {
  const bind = BIND.exec(line);
  const unbound = bind === null ? UNBOUND.exec(line) : null;
  const match = bind ?? unbound;
  if (match === null) return undefined;
  const timeUs = bind === null ? parseEpochUs(match[1]!) : parseEnglishUs(match[1]!, local);
  if (Number.isNaN(timeUs)) return undefined;
  const message = line.slice(match[0].length);
  return { timeUs, host: SERVER, program: '', processId: '', message };
}

interface TsharkCells {
  readonly source: string;
  readonly destination: string;
  readonly timeUs: number;
  readonly name: string;
}

function tsharkCells(line: string, local?: LocalTime): TsharkCells | undefined {
  const match = line.length > 2048 ? null : TSHARK.exec(line);
  if (match === null) return undefined;
  const [source, destination] = [logAddress(match[1]!), logAddress(match[3]!)];
  const timeUs = parseEnglishUs(match[4]!.trim(), local);
  if (source === undefined || destination === undefined || Number.isNaN(timeUs)) return undefined;
  return { source, destination, timeUs, name: dnsName(match[5]!) };
}

class TsharkLines {
  readonly #sink: TrafficSink;
  readonly #local: LocalTime;
  readonly #pending = new Set<string>();

  constructor(sink: TrafficSink, local: LocalTime) {
    this.#sink = sink;
    this.#local = local;
  }

  pass(line: string): LineOutcome {
    const cells = tsharkCells(line, this.#local);
    if (cells === undefined) return 'malformedLine';
    const { source, destination, timeUs, name } = cells;
    if (this.#pending.delete(`${destination} ${source} ${name}`)) return 'unusedLine';
    if (this.#pending.size >= MOST_PENDING) {
      this.#pending.delete(this.#pending.values().next().value!);
    }
    this.#pending.add(`${source} ${destination} ${name}`);
    this.#sink.event({
      kind: 'dns-query',
      name,
      queryType: Number.NaN,
      timeUs,
      originator: source,
      originatorPort: 0,
      responder: destination,
      responderPort: DNS,
      protocol: UDP,
    });
    return 'record';
  }
}
