import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from '../capture/packet.ts';
import { type Endpoint, takePort, turnaroundS } from './endpoint.ts';
import type { Network, Script } from './network.ts';
import type { Random } from './random.ts';

export type Side = 'client' | 'server';

/** What a port does with a SYN: answers, refuses (RST), is silent, or its router says ICMP unreachable. */
export type PortState = 'open' | 'closed' | 'filtered' | 'unreachable';

export interface TcpOptions {
  readonly clientPort?: number;
  readonly state?: PortState;
  /** SYNs sent again into silence, after 1, 3, 7 … s (RFC 6298 §2, doubled each time). */
  readonly retries?: number;
}

interface Half {
  readonly endpoint: Endpoint;
  readonly port: number;
  /** Next sequence number to send. */
  sequence: number;
  /** The highest of them the other half has acknowledged is of no interest here; what this half owes is. */
  owesAck: boolean;
  congestionWindow: number;
}

const NOTHING = new Uint8Array(0);
const DELAYED_ACK_S = 0.04;
/** A receiver this near the tap acknowledges between two segments of a burst, others after it. */
const NEAR_S = 0.002;
const WIDEST_WINDOW = 48;

/**
 * One TCP connection as the tap sees it: handshake, segments of at most the MSS, delayed and duplicate
 * acknowledgments, losses before and behind the tap with their retransmissions, and its end.
 */
export class TcpConversation {
  readonly #network: Network;
  readonly #random: Random;
  readonly #client: Half;
  readonly #server: Half;
  readonly #options: TcpOptions;
  readonly #mss: number;
  readonly #timestamps: boolean;
  #lastSide: Side = 'client';
  #closed = false;

  // A conversation has two ends, a port and a wire; a bag of them would only hide that.
  // eslint-disable-next-line max-params
  constructor(
    network: Network,
    random: Random,
    client: Endpoint,
    server: Endpoint,
    serverPort: number,
    options: TcpOptions = {},
  ) {
    this.#network = network;
    this.#random = random;
    this.#options = options;
    this.#client = newHalf(client, options.clientPort ?? takePort(client, random), random);
    this.#server = newHalf(server, serverPort, random);
    this.#timestamps = client.stack.timestamps && server.stack.timestamps;
    this.#mss = Math.min(client.mss, server.mss) - (this.#timestamps ? 12 : 0);
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  /** The handshake; `'open'` when it succeeded, else how it failed. */
  *open(): Script<PortState> {
    const state = this.#options.state ?? 'open';
    const client = this.#client.endpoint;
    const lost = this.#random.chance(client.lossShare);
    if (state === 'filtered' || state === 'unreachable') {
      yield* this.#knockInVain(state);
      this.#closed = true;
      return state;
    }
    this.#synchronize('client');
    if (lost) {
      yield 1;
      this.#synchronize('client');
    }
    yield turnaroundS(this.#server.endpoint, this.#random);
    if (state === 'closed') {
      yield* this.#refuse();
      return state;
    }
    this.#synchronize('server');
    this.#client.sequence = (this.#client.sequence + 1) >>> 0;
    this.#server.sequence = (this.#server.sequence + 1) >>> 0;
    yield turnaroundS(client, this.#random);
    this.#emit('client', TCP_ACK);
    this.#lastSide = 'client';
    return 'open';
  }

  /** Says something: bytes, or so many opaque bytes. Nothing happens once the conversation is over. */
  *send(side: Side, message: Uint8Array | number): Script {
    if (this.#closed) return;
    yield* this.#takeTurn(side);
    const total = typeof message === 'number' ? Math.floor(message) : message.length;
    const from = this.#half(side);
    let sent = 0;
    while (sent < total) {
      const segments = Math.min(from.congestionWindow, Math.ceil((total - sent) / this.#mss));
      const lost: { sequence: number; payload: Uint8Array }[] = [];
      for (let i = 0; i < segments; i++) {
        const size = Math.min(this.#mss, total - sent);
        const payload =
          typeof message === 'number'
            ? this.#network.opaque(size)
            : message.subarray(sent, sent + size);
        sent += size;
        yield* this.#sendSegment(side, payload, sent >= total, lost);
        if ((i & 1) === 1 && lost.length === 0) yield* this.#acknowledgeNearby(side);
      }
      if (lost.length > 0) yield* this.#recover(side, lost, segments);
      else if (sent < total) yield* this.#acknowledgeBurst(side, segments);
      from.congestionWindow =
        lost.length > 0
          ? Math.max(2, from.congestionWindow >> 1)
          : Math.min(WIDEST_WINDOW, from.congestionWindow * 2);
    }
  }

  /** Time in which nobody speaks; what is owed is acknowledged meanwhile. */
  *pause(seconds: number): Script {
    const owing = this.#debtor();
    if (owing === undefined || this.#closed) {
      yield seconds;
      return;
    }
    const due = turnaroundS(this.#half(owing).endpoint, this.#random) + DELAYED_ACK_S;
    if (due > seconds) {
      yield seconds;
      return;
    }
    yield due;
    this.#emit(owing, TCP_ACK);
    yield seconds - due;
  }

  /** A keep-alive probe and its answer (RFC 9293 §3.8.4): one byte before the window. */
  *keepAlive(side: Side): Script {
    if (this.#closed) return;
    const from = this.#half(side);
    from.sequence = (from.sequence - 1) >>> 0;
    this.#emit(side, TCP_ACK);
    from.sequence = (from.sequence + 1) >>> 0;
    yield turnaroundS(this.#half(other(side)).endpoint, this.#random);
    this.#emit(other(side), TCP_ACK);
  }

  /** Both ends close; `by` begins. */
  *close(by: Side = 'client'): Script {
    if (this.#closed) return;
    yield* this.#takeTurn(by);
    this.#finish(by);
    yield turnaroundS(this.#half(other(by)).endpoint, this.#random);
    if (this.#random.chance(0.3)) {
      this.#emit(other(by), TCP_ACK);
      yield this.#random.exponential(0.02);
    }
    this.#finish(other(by));
    yield turnaroundS(this.#half(by).endpoint, this.#random);
    this.#emit(by, TCP_ACK);
    this.#closed = true;
  }

  /** One end breaks off. */
  *reset(by: Side): Script {
    if (this.#closed) return;
    yield* this.#takeTurn(by);
    this.#emit(by, this.#random.chance(0.7) ? TCP_RST | TCP_ACK : TCP_RST);
    this.#closed = true;
  }

  #half(side: Side): Half {
    return side === 'client' ? this.#client : this.#server;
  }

  #debtor(): Side | undefined {
    if (this.#client.owesAck) return 'client';
    return this.#server.owesAck ? 'server' : undefined;
  }

  *#takeTurn(side: Side): Script {
    if (side !== this.#lastSide) yield turnaroundS(this.#half(side).endpoint, this.#random);
    this.#lastSide = side;
  }

  *#sendSegment(
    side: Side,
    payload: Uint8Array,
    last: boolean,
    lost: { sequence: number; payload: Uint8Array }[],
  ): Script {
    const from = this.#half(side);
    const to = this.#half(other(side));
    const loss = Math.max(from.endpoint.lossShare, to.endpoint.lossShare);
    const isLost = this.#random.chance(loss);
    if (isLost) lost.push({ sequence: from.sequence, payload });
    const flags = last ? TCP_ACK | TCP_PSH : TCP_ACK;
    if (!isLost || this.#random.chance(0.5)) this.#emit(side, flags, payload); // else lost before the tap
    from.sequence = (from.sequence + payload.length) >>> 0;
    if (!isLost) to.owesAck = true;
    if (last) return;
    const slower = Math.min(from.endpoint.bytesPerS, to.endpoint.bytesPerS);
    yield ((payload.length + 54) / slower) * this.#random.uniform(0.8, 1.3);
  }

  *#acknowledgeNearby(side: Side): Script {
    const to = this.#half(other(side));
    if (!to.owesAck || to.endpoint.oneWayS > NEAR_S) return;
    yield turnaroundS(to.endpoint, this.#random);
    this.#emit(other(side), TCP_ACK);
  }

  *#acknowledgeBurst(side: Side, segments: number): Script {
    const to = this.#half(other(side));
    if (!to.owesAck) return;
    yield turnaroundS(to.endpoint, this.#random);
    const count = to.endpoint.oneWayS > NEAR_S ? Math.ceil(segments / 2) : 1;
    for (let left = count - 1; left >= 0; left--) {
      this.#emitAck(other(side), left * 2 * this.#mss);
      yield 0.00002;
    }
    if (this.#half(side).endpoint.oneWayS > NEAR_S) {
      yield turnaroundS(this.#half(side).endpoint, this.#random);
    }
  }

  /** Fast retransmission after three duplicates (RFC 5681 §3.2), or the timer's. */
  *#recover(
    side: Side,
    lost: readonly { sequence: number; payload: Uint8Array }[],
    segments: number,
  ): Script {
    const to = this.#half(other(side));
    const from = this.#half(side);
    const reached = from.sequence;
    yield turnaroundS(to.endpoint, this.#random);
    const duplicates = Math.min(3, segments - lost.length);
    from.sequence = lost[0]!.sequence;
    for (let i = 0; i < duplicates; i++) {
      this.#emit(other(side), TCP_ACK);
      yield 0.0003;
    }
    const roundTripS = 2 * (from.endpoint.oneWayS + to.endpoint.oneWayS);
    if (duplicates < 3) yield Math.max(0.2, 2 * roundTripS);
    else yield turnaroundS(from.endpoint, this.#random);
    for (const segment of lost) {
      from.sequence = segment.sequence;
      this.#emit(side, TCP_ACK, segment.payload);
      yield 0.0005;
    }
    from.sequence = reached;
    yield turnaroundS(to.endpoint, this.#random);
    this.#emit(other(side), TCP_ACK);
  }

  *#refuse(): Script {
    const knocks = this.#client.endpoint.stack.knocksAgain;
    for (let i = 0; ; i++) {
      this.#emitRaw('server', TCP_RST | TCP_ACK, {
        sequence: 0,
        acknowledgment: (this.#client.sequence + 1) >>> 0,
        window: 0,
      });
      if (i >= knocks) break;
      yield 0.5;
      this.#synchronize('client');
      yield turnaroundS(this.#server.endpoint, this.#random);
    }
    this.#closed = true;
  }

  *#knockInVain(state: PortState): Script {
    const retries = this.#options.retries ?? 3;
    let wait = this.#random.uniform(0.98, 1.03);
    for (let i = 0; i <= retries; i++) {
      this.#synchronize('client');
      if (state === 'unreachable') {
        yield turnaroundS(this.#server.endpoint, this.#random);
        return;
      }
      yield wait;
      wait *= 2;
    }
  }

  #synchronize(side: Side): void {
    const half = this.#half(side);
    const isServer = side === 'server';
    this.#emitRaw(side, isServer ? TCP_SYN | TCP_ACK : TCP_SYN, {
      sequence: half.sequence,
      acknowledgment: isServer ? (this.#client.sequence + 1) >>> 0 : 0,
      window: half.endpoint.stack.window,
      options: this.#synOptions(half.endpoint),
    });
  }

  #finish(side: Side): void {
    this.#emit(side, TCP_FIN | TCP_ACK);
    const half = this.#half(side);
    half.sequence = (half.sequence + 1) >>> 0;
  }

  #emit(side: Side, flags: number, payload: Uint8Array = NOTHING): void {
    this.#half(side).owesAck = false;
    this.#emitRaw(side, flags, {
      sequence: this.#half(side).sequence,
      acknowledgment: flags === TCP_RST ? 0 : this.#half(other(side)).sequence,
      payload,
    });
  }

  /** An acknowledgment of all but the last `behind` bytes. */
  #emitAck(side: Side, behind: number): void {
    this.#half(side).owesAck = false;
    this.#emitRaw(side, TCP_ACK, {
      sequence: this.#half(side).sequence,
      acknowledgment: (this.#half(other(side)).sequence - behind) >>> 0,
    });
  }

  #emitRaw(
    side: Side,
    flags: number,
    fields: {
      readonly sequence: number;
      readonly acknowledgment: number;
      readonly window?: number;
      readonly options?: Uint8Array;
      readonly payload?: Uint8Array;
    },
  ): void {
    const from = this.#half(side);
    const to = this.#half(other(side));
    this.#network.tcp(from.endpoint, to.endpoint, {
      sourcePort: from.port,
      destinationPort: to.port,
      sequence: fields.sequence,
      acknowledgment: fields.acknowledgment,
      flags,
      window: fields.window ?? 500 + (from.endpoint.stack.window >>> 7),
      options: fields.options ?? (this.#timestamps ? this.#timestampOption() : NOTHING),
      payload: fields.payload ?? NOTHING,
    });
  }

  #timestampOption(): Uint8Array {
    const option = new Uint8Array(12);
    option.set([1, 1, 8, 10]);
    const view = new DataView(option.buffer);
    const ticks = Math.floor(this.#network.nowUs / 1000) >>> 0;
    view.setUint32(4, ticks);
    view.setUint32(8, ticks - 20);
    return option;
  }

  #synOptions(endpoint: Endpoint): Uint8Array {
    const bytes: number[] = [];
    for (const kind of endpoint.stack.synOptions) {
      if (kind === 'm') bytes.push(2, 4, endpoint.mss >> 8, endpoint.mss & 0xff);
      else if (kind === 's') bytes.push(4, 2);
      else if (kind === 'w') bytes.push(3, 3, endpoint.stack.windowScale);
      else if (kind === 't') bytes.push(...this.#timestampOption().subarray(2));
      else bytes.push(1);
    }
    while (bytes.length % 4 !== 0) bytes.push(0);
    return Uint8Array.from(bytes);
  }
}

function newHalf(endpoint: Endpoint, port: number, random: Random): Half {
  return { endpoint, port, sequence: random.word(), owesAck: false, congestionWindow: 10 };
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
