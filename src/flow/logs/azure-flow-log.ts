import type { TrafficSink } from '../event.ts';
import type { ConnState } from '../flow.ts';
import { isObject, parseJsonLine } from './json-line.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parseCount, parseDecimal, parsePort } from './parse-number.ts';
import { protocolNumber } from './protocol-number.ts';

/** So many flows may be open at a time; the one that began first makes room. */
const MOST_OPEN = 65_536;
/** Statistics come every five minutes: a flow of which nothing was heard for so long has ended unheard. */
const WAIT_US = 1_200_000_000;
const TCP = 6;
const MOST_DEPTH = 8;

interface OpenFlow {
  readonly facts: Tuple;
  endUs: number;
  packets: readonly [sent: number, back: number];
  bytes: readonly [sent: number, back: number];
}

interface Tuple {
  readonly timeUs: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly isDenied: boolean;
  /** `B`egin, `C`ontinuing, `E`nd; `''` in version 1, which has one line a flow. */
  readonly state: string;
  /** Since the last line of the flow; `NaN` where nothing is said. */
  readonly packets: readonly [sent: number, back: number];
  readonly bytes: readonly [sent: number, back: number];
}

/**
 * Azure's flow logs: of network security groups (versions 1 and 2) and of virtual networks, as the JSON blobs that Network
 * Watcher writes. All there is of a flow is in a tuple, commas between its parts.
 *
 * | security group, version 2         | virtual network                   | ours                                            |
 * |-----------------------------------|-----------------------------------|-------------------------------------------------|
 * | time, s                           | time, ms                          | `startUs` of the first, `endUs` of the last     |
 * | source, destination, ports        | the same                          | ends: the source began it                       |
 * | `T`, `U`                          | number                            | `protocol`                                      |
 * | decision `D`                      | state `D`                         | `S0`, and nothing sent back                     |
 * | state `B`, `C`, `E`               | the same                          | lines of one flow are added up                  |
 * | packets, bytes; there, then back  | the same                          | packets, IP bytes                               |
 *
 * It never shows: how connections ended, `history`, payload bytes, messages; in version 1 packets and bytes, so whether
 * what was let through was answered; whether an answer was more than a refusal.
 */
export const azureFlowLog = textLog((sink, atEnd) => {
  const flows = new AzureFlows(sink);
  atEnd(() => {
    flows.end();
  });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const record = parseJsonLine(line);
    if (record === undefined) return 'malformedLine';
    let isRead = false;
    for (const text of tuplesOf(record, 0)) {
      const tuple = parseTuple(text);
      if (tuple === undefined) continue;
      isRead = true;
      flows.add(tuple);
    }
    return isRead ? 'record' : 'unusedLine';
  };
});

/** Whether a text has a list of tuples in it; a record may be longer than what is looked at. */
export function isAzureFlowLog(line: string): boolean {
  return /"flowTuples"\s*:\s*\[\s*"\d{10,13},/.test(line);
}

/** The texts of every `flowTuples`. */
function* tuplesOf(value: unknown, depth: number): Generator<string> {
  if (depth > MOST_DEPTH) return;
  if (Array.isArray(value)) for (const element of value) yield* tuplesOf(element, depth + 1);
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (name !== 'flowTuples') yield* tuplesOf(member, depth + 1);
    else if (Array.isArray(member)) for (const text of member) if (typeof text === 'string') yield text; // prettier-ignore
  }
}

function parseTuple(text: string): Tuple | undefined {
  const cells = text.slice(0, 512).split(',');
  if (cells.length < 8) return undefined;
  const isNetwork = /^\d{1,3}$/.test(cells[5]!);
  const [source, destination] = [logAddress(cells[1]!), logAddress(cells[2]!)];
  const [sourcePort, destinationPort] = [parsePort(cells[3]!), parsePort(cells[4]!)];
  const timeUs = Math.round(parseDecimal(cells[0]!) * (cells[0]!.length > 10 ? 1000 : 1e6));
  const protocol = isNetwork ? Number(cells[5]) : protocolNumber({ T: 'tcp', U: 'udp' }[cells[5]!] ?? ''); // prettier-ignore
  if (source === undefined || destination === undefined || !(timeUs >= 0)) return undefined;
  if (sourcePort === undefined || destinationPort === undefined || !(protocol <= 255)) return undefined; // prettier-ignore
  const numbers = cells.slice(9).map((cell) => parseCount(cell));
  const counts = (at: number): [number, number] => [numbers[at] ?? Number.NaN, numbers[at + 2] ?? Number.NaN]; // prettier-ignore
  const state = isNetwork ? cells[7]! : (cells[8] ?? '');
  const isDenied = isNetwork ? state === 'D' : cells[7] === 'D';
  return { timeUs, source, destination, sourcePort, destinationPort, protocol, isDenied, state, packets: counts(0), bytes: counts(1) }; // prettier-ignore
}

/** Adds up the lines of each flow, in bounded memory. */
class AzureFlows {
  readonly #sink: TrafficSink;
  readonly #open = new Map<string, OpenFlow>();
  readonly #announced = new Set<boolean>();

  constructor(sink: TrafficSink) {
    this.#sink = sink;
  }

  add(tuple: Tuple): void {
    const { timeUs, source, destination, sourcePort, destinationPort, protocol, state } = tuple;
    const key = `${protocol} ${source} ${sourcePort} ${destination} ${destinationPort}`;
    if (tuple.isDenied || !['B', 'C', 'E'].includes(state)) {
      this.#pass({ facts: tuple, endUs: timeUs, packets: tuple.packets, bytes: tuple.bytes });
      return;
    }
    let flow = this.#open.get(key);
    if (flow !== undefined && state === 'B') {
      this.#close(key, flow);
      flow = undefined;
    }
    if (flow === undefined) {
      flow = { facts: tuple, endUs: timeUs, packets: tuple.packets, bytes: tuple.bytes };
      this.#open.set(key, flow);
      this.#makeRoom(timeUs);
    } else {
      flow.endUs = Math.max(flow.endUs, timeUs);
      flow.packets = added(flow.packets, tuple.packets);
      flow.bytes = added(flow.bytes, tuple.bytes);
    }
    if (state === 'E') this.#close(key, flow);
  }

  end(): void {
    for (const [key, flow] of this.#open) this.#close(key, flow);
  }

  #makeRoom(nowUs: number): void {
    for (const [key, flow] of this.#open) {
      if (flow.endUs >= nowUs - WAIT_US && this.#open.size <= MOST_OPEN) return;
      this.#close(key, flow);
    }
  }

  #close(key: string, flow: OpenFlow): void {
    this.#open.delete(key);
    this.#pass(flow);
  }

  #pass({ facts, endUs, packets, bytes }: OpenFlow): void {
    const { timeUs, isDenied, protocol } = facts;
    const shown = !isDenied && !Number.isNaN(packets[0]);
    if (!this.#announced.has(shown)) {
      this.#announced.add(shown);
      this.#sink.visibility({ ...NOTHING_SHOWN, packets: shown });
    }
    const connState: ConnState | '' = isDenied ? 'S0' : '';
    const isWhole = packets[0] >= 3 && packets[1] >= 2;
    this.#sink.flow({
      startUs: Math.min(timeUs, endUs),
      endUs,
      originator: facts.source,
      responder: facts.destination,
      originatorPort: facts.sourcePort,
      responderPort: facts.destinationPort,
      protocol,
      service: '',
      originatorPackets: packets[0],
      responderPackets: isDenied ? 0 : packets[1],
      originatorIpBytes: bytes[0],
      responderIpBytes: isDenied ? 0 : bytes[1],
      originatorBytes: Number.NaN,
      responderBytes: Number.NaN,
      connState,
      history: '',
      // Who sent three packets and got two back has answered a SYN-ACK.
      established: !isDenied && protocol === TCP && isWhole,
    });
  }
}

function added(
  [sent, back]: readonly [number, number],
  [moreSent, moreBack]: readonly [number, number],
): readonly [number, number] {
  const sum = (a: number, b: number): number => Number.isNaN(a) ? b : Number.isNaN(b) ? a : a + b; // prettier-ignore
  return [sum(sent, moreSent), sum(back, moreBack)];
}
