import type { TrafficSink } from '../event.ts';
import type { ConnState } from '../flow.ts';
import { isServicePort } from '../service.ts';
import { argusEnding } from './argus-state.ts';

/** What an exporter saw of one direction of a conversation. */
export interface OneWayFlow {
  readonly startUs: number;
  readonly endUs: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly packets: number;
  readonly ipBytes: number;
  /** All TCP flags together as letters of `FSRPA`; `undefined` where the exporter does not say. */
  readonly flags: string | undefined;
}

/** So many wait for their other direction; the one that came first makes room. */
const MOST_WAITING = 65_536;
/** Two directions belong together if no more time than this lies between them (NetFlow's usual inactive timeout is 15 s). */
const APART_US = 60_000_000;
/** Records come when a flow ends, or every half hour of it at most: what waits for longer stays alone. */
const WAIT_US = 1_900_000_000;
const TCP = 6;
const UDP = 17;

/**
 * Makes flows of records that each tell one direction. A record waits until one with its ends turned comes, in a
 * bounded table; what finds none is a flow of one side. What is passed on depends on the order of the records only where
 * one conversation was exported in several pieces, or the table ran over.
 *
 * The originator is who began, by the clock; at the same instant, and where one side alone was seen, a lone SYN tells,
 * else whoever is not on the only well-known port, else the source of the first record.
 */
export class OneWayFlows {
  readonly #sink: TrafficSink;
  /** By ends; in the order of arrival. */
  readonly #waiting = new Map<string, OneWayFlow[]>();
  #count = 0;

  constructor(sink: TrafficSink) {
    this.#sink = sink;
  }

  add(flow: OneWayFlow): void {
    const other = this.#take(keyOf(flow, true), flow);
    if (other !== undefined) {
      this.#pass(other, flow);
      return;
    }
    const key = keyOf(flow, false);
    const same = this.#waiting.get(key);
    if (same === undefined) this.#waiting.set(key, [flow]);
    else same.push(flow);
    this.#count++;
    this.#makeRoom(flow.endUs);
  }

  /** Passes on what still waits, first come first. */
  end(): void {
    for (const flows of this.#waiting.values()) for (const flow of flows) this.#passAlone(flow);
    this.#waiting.clear();
    this.#count = 0;
  }

  /** The first that waits under `key` and is of the same time. */
  #take(key: string, flow: OneWayFlow): OneWayFlow | undefined {
    const flows = this.#waiting.get(key);
    if (flows === undefined) return undefined;
    const at = flows.findIndex(
      (other) => other.startUs <= flow.endUs + APART_US && flow.startUs <= other.endUs + APART_US,
    );
    if (at < 0) return undefined;
    const [taken] = flows.splice(at, 1);
    if (flows.length === 0) this.#waiting.delete(key);
    this.#count--;
    return taken;
  }

  #makeRoom(nowUs: number): void {
    for (const [key, flows] of this.#waiting) {
      const isOld = flows[0]!.endUs < nowUs - WAIT_US;
      if (!isOld && this.#count <= MOST_WAITING) return;
      this.#passAlone(flows.shift()!);
      this.#count--;
      if (flows.length === 0) this.#waiting.delete(key);
    }
  }

  #pass(first: OneWayFlow, second: OneWayFlow): void {
    if (first.startUs !== second.startUs) {
      if (first.startUs < second.startUs) this.#flow(first, second);
      else this.#flow(second, first);
    } else if (isAnswer(first)) this.#flow(second, first);
    else this.#flow(first, second);
  }

  #passAlone(flow: OneWayFlow): void {
    if (isAnswer(flow)) this.#flow(undefined, flow);
    else this.#flow(flow, undefined);
  }

  /** `sent` is from the originator, `back` from the responder; one of them is there. */
  #flow(sent: OneWayFlow | undefined, back: OneWayFlow | undefined): void {
    const one = sent ?? back!;
    const turned = sent === undefined;
    const { connState, established } = endingOf(one.protocol, sent, back);
    const keepPorts = !turned || isIcmp(one.protocol);
    this.#sink.flow({
      startUs: Math.min(one.startUs, back?.startUs ?? one.startUs),
      endUs: Math.max(one.endUs, back?.endUs ?? one.endUs),
      originator: turned ? one.destination : one.source,
      responder: turned ? one.source : one.destination,
      originatorPort: keepPorts ? one.sourcePort : one.destinationPort,
      responderPort: keepPorts ? one.destinationPort : one.sourcePort,
      protocol: one.protocol,
      service: '',
      originatorPackets: sent?.packets ?? 0,
      responderPackets: back?.packets ?? 0,
      originatorIpBytes: sent?.ipBytes ?? 0,
      responderIpBytes: back?.ipBytes ?? 0,
      originatorBytes: Number.NaN,
      responderBytes: Number.NaN,
      connState,
      history: '',
      established,
    });
  }
}

/** Ends of a conversation in the order of the record, or the other way round. ICMP's types have no other side. */
function keyOf(flow: OneWayFlow, turned: boolean): string {
  const ports = isIcmp(flow.protocol);
  const from = `${flow.source} ${ports ? 0 : flow.sourcePort}`;
  const to = `${flow.destination} ${ports ? 0 : flow.destinationPort}`;
  return turned ? `${flow.protocol} ${to} ${from}` : `${flow.protocol} ${from} ${to}`;
}

/** Echo, timestamp, information and mask replies (RFC 792), ICMPv6 echo reply (RFC 4443). */
function isAnswer(flow: OneWayFlow): boolean {
  const { protocol, sourcePort, destinationPort, flags } = flow;
  if (protocol === 1) return [0, 14, 16, 18].includes(sourcePort);
  if (protocol === 58) return sourcePort === 129;
  if (protocol === TCP && flags !== undefined && flags.includes('S') && !flags.includes('A')) {
    return false;
  }
  const fromService = isServicePort(protocol, sourcePort);
  return fromService && !isServicePort(protocol, destinationPort);
}

function endingOf(
  protocol: number,
  sent: OneWayFlow | undefined,
  back: OneWayFlow | undefined,
): { connState: ConnState | ''; established: boolean } {
  if (protocol === UDP) {
    return { connState: sent === undefined ? 'SHR' : back === undefined ? 'S0' : 'SF', established: false }; // prettier-ignore
  }
  if (protocol !== TCP) return { connState: 'OTH', established: false };
  const [there, here] = [sent?.flags, back?.flags];
  if ((sent !== undefined && there === undefined) || (back !== undefined && here === undefined)) {
    return { connState: '', established: false };
  }
  return argusEnding(`${there ?? ''}_${here ?? ''}`, TCP);
}

function isIcmp(protocol: number): boolean {
  return protocol === 1 || protocol === 58;
}

/** TCP's flag byte as letters. */
export function flagLetters(flags: number): string {
  return ['F', 'S', 'R', 'P', 'A'].filter((_, bit) => (flags & (1 << bit)) !== 0).join('');
}
