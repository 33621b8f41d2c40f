import type { Endpoint } from './endpoint.ts';
import { type IcmpMessage, icmpFrame } from './frames/icmp-frame.ts';
import { fragmentFrame, type Route } from './frames/ip-frame.ts';
import { tcpFrame, type TcpSegment } from './frames/tcp-frame.ts';
import { udpFrame } from './frames/udp-frame.ts';
import { isIpv4 } from '../bytes/ip-address.ts';
import type { Random } from './random.ts';

export interface TimedFrame {
  /** Integer microseconds since the Unix epoch; strictly increasing within one run. */
  readonly timeUs: number;
  readonly frame: Uint8Array;
}

/** What somebody does: each `yield` is a wait in seconds. */
export type Script<Result = void> = Generator<number, Result, undefined>;

/** How many frames the scripts of one actor may still send. */
export interface Budget {
  left: number;
}

interface Waiting {
  readonly atUs: number;
  readonly budget: Budget;
  /** Ties are served in the order they came. */
  readonly order: number;
  readonly script: Script;
}

const OPAQUE_POOL = 1 << 16;

/** The clock, the scripts that wait for it, and the wire they send on. It holds waiting scripts, never past frames. */
export class Network {
  nowUs: number;
  readonly #routerMac: Uint8Array;
  readonly #opaque: Uint8Array;
  readonly #random: Random;
  readonly #waiting: Waiting[] = [];
  #outbox: TimedFrame[] = [];
  #order = 0;
  #lastUs = 0;
  #budget: Budget = { left: Infinity };

  constructor(startUs: number, random: Random) {
    this.nowUs = startUs;
    this.#random = random;
    this.#routerMac = macAddress(random);
    this.#opaque = random.bytes(OPAQUE_POOL);
  }

  /** Starts a script beside the others; it draws on the budget of the script that starts it. */
  spawn(script: Script, afterS = 0): void {
    const atUs = this.nowUs + Math.max(0, Math.round(afterS * 1e6));
    push(this.#waiting, { atUs, budget: this.#budget, order: this.#order++, script });
  }

  /** Starts the first script of an actor: once all of its scripts together have sent so many frames, they end. */
  spawnWithin(budget: Budget, script: Script): void {
    this.#budget = budget;
    this.spawn(script);
  }

  /** All frames up to `endUs`, in time order. */
  *run(endUs: number): Generator<TimedFrame, void, undefined> {
    for (let next = pop(this.#waiting); next !== undefined; next = pop(this.#waiting)) {
      if (next.atUs >= endUs) return;
      if (next.budget.left <= 0) continue;
      this.nowUs = next.atUs;
      this.#budget = next.budget;
      const step = next.script.next();
      if (step.done !== true) this.spawn(next.script, step.value);
      if (this.#outbox.length === 0) continue;
      const frames = this.#outbox;
      this.#outbox = [];
      yield* frames;
    }
  }

  /** Bytes that mean nothing: ciphertext, files. A view of at most 64 kB. */
  opaque(length: number): Uint8Array {
    const size = Math.min(length, OPAQUE_POOL);
    const start = this.#random.integer(0, OPAQUE_POOL - size);
    return this.#opaque.subarray(start, start + size);
  }

  tcp(from: Endpoint, to: Endpoint, segment: TcpSegment): void {
    this.#emit(from, tcpFrame(this.#route(from, to), segment));
  }

  udp(
    from: Endpoint,
    to: Endpoint,
    ports: readonly [source: number, destination: number],
    payload: Uint8Array,
  ): void {
    const longest = isIpv4(from.address) ? 65507 : 1452; // no IPv6 fragments here
    const datagram = payload.subarray(0, longest);
    for (const frame of fragmentFrame(
      udpFrame(this.#route(from, to), ports[0], ports[1], datagram),
    )) {
      this.#emit(from, frame);
    }
  }

  icmp(from: Endpoint, to: Endpoint, message: IcmpMessage): void {
    for (const frame of fragmentFrame(icmpFrame(this.#route(from, to), message))) {
      this.#emit(from, frame);
    }
  }

  #emit(from: Endpoint, frame: Uint8Array): void {
    const timeUs = Math.max(this.nowUs, this.#lastUs + 1);
    this.#lastUs = timeUs;
    this.#budget.left--;
    if (Number.isNaN(from.firstUs)) from.firstUs = timeUs;
    from.lastUs = timeUs;
    this.#outbox.push({ timeUs, frame });
  }

  #route(from: Endpoint, to: Endpoint): Route {
    from.ipId = (from.ipId + 1) & 0xffff;
    return {
      sourceMac: from.inside ? from.mac : this.#routerMac,
      destinationMac: to.inside ? to.mac : this.#routerMac,
      source: from.address,
      destination: to.address,
      ttl: from.stack.ttl - from.hops,
      ipId: from.ipId,
    };
  }
}

/** A unicast, locally administered address. */
export function macAddress(random: Random): Uint8Array {
  const mac = random.bytes(6);
  mac[0] = (mac[0]! & 0xfc) | 0x02;
  return mac;
}

function before(a: Waiting, b: Waiting): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}

function push(heap: Waiting[], item: Waiting): void {
  let i = heap.length;
  heap.push(item);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(item, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = item;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
  return first;
}
