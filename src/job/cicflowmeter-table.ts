import { CsvHeading, splitCsvLine } from '../flow/logs/csv.ts';
import { parseDayFirstUs, parseIsoUs } from '../flow/logs/parse-time.ts';

/** Connections whose last flow is remembered, to know a tail when it comes. */
const MOST_CONNECTIONS = 200_000;
/** A teardown follows its flow within so long. */
const TAIL_US = 10e6;
/** CICFlowMeter ends a flow after 120 s, wherever it is. */
const CUT_US = 120e6;

const ADDRESSES = [['Src IP', 'Source IP'], ['Dst IP', 'Destination IP']] as const; // prettier-ignore
/** What versions of the tool print and never fill: Engelen et al. 2021, Liu et al. 2022. */
const NEVER_DEAD = new Set(['id', 'flowid', 'srcip', 'dstip', 'sourceip', 'destinationip', 'protocol', 'timestamp', 'label', 'attemptedcategory']); // prettier-ignore

/** What one table of CICFlowMeter's shows of its known defects. */
export interface CicTableCounts {
  readonly flows: number;
  /** Columns named twice. */
  readonly repeatedColumns: readonly string[];
  /** Columns with the same number in every row. */
  readonly deadColumns: readonly string[];
  /** Flows with Infinity or NaN in a rate. */
  readonly infiniteRates: number;
  /** Flows with a negative header length, duration or packet length: 16 or 32 bits that ran over. */
  readonly negative: number;
  /** TCP flows of no payload and no SYN that follow another of their connection: the rest of a teardown. */
  readonly tails: number;
  readonly tcpFlows: number;
  /** Flows that last 119 s or more, and those of them that last longer than the tool's limit. */
  readonly cutAtLimit: number;
  /** Flows whose start says no seconds. */
  readonly wholeMinutes: number;
  /** True if no start is after noon though the hours are many: a twelve-hour clock without a.m. and p.m. */
  readonly twelveHourClock: boolean;
  /** Flows that the table's own label calls attempted, or whose attack sent no payload over TCP. */
  readonly attempted: number;
  readonly attackFlows: number;
  /** Own labels by source address, as long as they are few. */
  readonly labels: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

interface Places {
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly time: number;
  readonly duration: number;
  readonly payload: readonly [number, number];
  readonly syns: number;
  readonly rates: readonly number[];
  readonly signed: readonly number[];
  readonly label: number;
  readonly category: number;
}

/** Counts the known defects of one CICFlowMeter table, line by line, in bounded memory. */
export class CicTable {
  readonly #heading: CsvHeading;
  readonly #names: readonly string[];
  readonly #places: Places;
  readonly #first: string[] = [];
  readonly #varies: boolean[];
  readonly #lastEndUs = new Map<string, number>();
  readonly #labels = new Map<string, Map<string, number>>();
  readonly #hours = new Set<number>();
  #counts = { flows: 0, infiniteRates: 0, negative: 0, tails: 0, tcpFlows: 0, cutAtLimit: 0, wholeMinutes: 0, attempted: 0, attackFlows: 0 }; // prettier-ignore

  constructor(heading: string) {
    this.#heading = new CsvHeading(heading);
    this.#names = splitCsvLine(heading, this.#heading.delimiter).map((name) => name.trim());
    this.#varies = this.#names.map(() => false);
    this.#places = placesIn(this.#heading);
  }

  /** Adds a row; another heading, or a row of another width, is passed over. */
  add(line: string): void {
    const cells = splitCsvLine(line, this.#heading.delimiter).map((cell) => cell.trim());
    if (cells.length !== this.#names.length || cells[0] === this.#names[0]) return;
    const counts = this.#counts;
    counts.flows++;
    this.#addColumns(cells);
    const { rates, signed, duration } = this.#places;
    if (rates.some((at) => /^-?(inf|nan)/i.test(cells[at]!))) counts.infiniteRates++;
    if (signed.some((at) => cells[at]!.startsWith('-'))) counts.negative++;
    if (Number(cells[duration]) >= CUT_US - 1e6) counts.cutAtLimit++;
    const startUs = this.#addTime(cells);
    this.#addConnection(cells, startUs);
    this.#addLabel(cells);
  }

  counts(): CicTableCounts {
    const keys = this.#names.map((name) => CsvHeading.key(name));
    const dead = this.#names.filter((_, i) => !this.#varies[i]! && !NEVER_DEAD.has(keys[i]!));
    const hours = [...this.#hours];
    return {
      ...this.#counts,
      repeatedColumns: this.#names.filter((_, i) => isRepeat(keys, i)),
      deadColumns: this.#counts.flows < 2 ? [] : dead,
      twelveHourClock: hours.length >= 6 && hours.every((hour) => hour <= 12) && hours.some((hour) => hour < 6) && hours.some((hour) => hour > 7), // prettier-ignore
      labels: this.#labels,
    };
  }

  #addColumns(cells: readonly string[]): void {
    if (this.#first.length === 0) this.#first.push(...cells);
    for (const [i, cell] of cells.entries()) if (cell !== this.#first[i]) this.#varies[i] = true;
  }

  #addTime(cells: readonly string[]): number {
    const text = cells[this.#places.time] ?? '';
    const clock = /(\d{1,2}):\d{2}(:\d{2})?/.exec(text);
    if (clock !== null) {
      this.#hours.add(Number(clock[1]));
      if (clock[2] === undefined) this.#counts.wholeMinutes++;
    }
    const iso = parseIsoUs(text);
    return Number.isNaN(iso) ? parseDayFirstUs(text) : iso;
  }

  #addConnection(cells: readonly string[], startUs: number): void {
    const { protocol, payload, syns, duration } = this.#places;
    if (cells[protocol] !== '6') return;
    this.#counts.tcpFlows++;
    const key = this.#connection(cells);
    const endUs = this.#lastEndUs.get(key);
    const empty = payload.every((at) => Number(cells[at]) === 0);
    const continues =
      endUs !== undefined && startUs >= endUs - TAIL_US && startUs <= endUs + TAIL_US;
    if (continues && empty && Number(cells[syns]) === 0) this.#counts.tails++;
    if (endUs !== undefined || this.#lastEndUs.size < MOST_CONNECTIONS) {
      this.#lastEndUs.set(key, startUs + Math.max(0, Number(cells[duration])));
    }
  }

  /** The same in both directions: the rest of a connection is often seen from its other end. */
  #connection(cells: readonly string[]): string {
    const { source, destination, sourcePort, destinationPort } = this.#places;
    const ends = [`${cells[source]!} ${cells[sourcePort]!}`, `${cells[destination]!} ${cells[destinationPort]!}`]; // prettier-ignore
    return ends.sort().join(' ');
  }

  #addLabel(cells: readonly string[]): void {
    const { label, category, source, protocol, payload } = this.#places;
    const text = cells[label];
    if (text === undefined || text === '') return;
    const host = cells[source] ?? '';
    const own = this.#labels.get(host) ?? new Map<string, number>();
    if (this.#labels.has(host) || this.#labels.size < MOST_CONNECTIONS) this.#labels.set(host, own);
    if (own.has(text) || own.size < 100) own.set(text, (own.get(text) ?? 0) + 1);
    if (isBenign(text)) return;
    this.#counts.attackFlows++;
    const said = /attempted/i.test(text) || Number(cells[category] ?? -1) >= 0;
    const empty = cells[protocol] === '6' && payload.every((at) => Number(cells[at]) === 0);
    if (said || (empty && !/scan|flood|ddos/i.test(text))) this.#counts.attempted++;
  }
}

/** What these tables call a flow that is no attack. */
export function isBenign(label: string): boolean {
  return /^(benign|normal|no ?label|needmanuallabel)$/i.test(label);
}

function placesIn(heading: CsvHeading): Places {
  const column = (...names: string[]): number => heading.column(...names);
  return {
    source: column(...ADDRESSES[0]),
    destination: column(...ADDRESSES[1]),
    sourcePort: column('Src Port', 'Source Port'),
    destinationPort: column('Dst Port', 'Destination Port'),
    protocol: column('Protocol'),
    time: column('Timestamp'),
    duration: column('Flow Duration'),
    payload: [
      column('Total Length of Fwd Packet', 'Total Length of Fwd Packets', 'TotLen Fwd Pkts'),
      column('Total Length of Bwd Packet', 'Total Length of Bwd Packets', 'TotLen Bwd Pkts'),
    ],
    syns: column('SYN Flag Count', 'SYN Flag Cnt'),
    rates: present(column('Flow Bytes/s', 'Flow Byts/s'), column('Flow Packets/s', 'Flow Pkts/s')),
    signed: present(column('Flow Duration'), column('Fwd Header Length', 'Fwd Header Len'), column('Bwd Header Length', 'Bwd Header Len')), // prettier-ignore
    label: column('Label'),
    category: column('Attempted Category'),
  };
}

function present(...columns: number[]): number[] {
  return columns.filter((column) => column >= 0);
}

/** pandas writes the second of two like columns with `.1` behind its name. */
function isRepeat(keys: readonly string[], index: number): boolean {
  const key = keys[index]!;
  return keys.indexOf(key) < index || (key.endsWith('1') && keys.includes(key.slice(0, -1)));
}
