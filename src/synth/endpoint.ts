import type { Random } from './random.ts';

/** How an operating system's TCP looks: it differs between hosts, never between classes. */
export interface TcpStack {
  readonly name: string;
  readonly ttl: number;
  readonly window: number;
  readonly timestamps: boolean;
  /** Option kinds of a SYN, in order: `m` MSS, `s` SACK permitted, `t` timestamps, `w` window scale, `n` NOP. */
  readonly synOptions: string;
  readonly windowScale: number;
  readonly ephemeralPorts: readonly [number, number];
  /** SYNs sent again after a RST: Windows knocks three times. */
  readonly knocksAgain: number;
}

export const TCP_STACKS = {
  linux: {
    name: 'linux', ttl: 64, window: 64240, timestamps: true, synOptions: 'mstnw',
    windowScale: 7, ephemeralPorts: [32768, 60999], knocksAgain: 0,
  },
  windows: {
    name: 'windows', ttl: 128, window: 64240, timestamps: false, synOptions: 'mnwnns',
    windowScale: 8, ephemeralPorts: [49152, 65535], knocksAgain: 2,
  },
  apple: {
    name: 'apple', ttl: 64, window: 65535, timestamps: true, synOptions: 'mnwnnts',
    windowScale: 6, ephemeralPorts: [49152, 65535], knocksAgain: 0,
  },
  embedded: {
    name: 'embedded', ttl: 255, window: 5840, timestamps: false, synOptions: 'm',
    windowScale: 0, ephemeralPorts: [1025, 16000], knocksAgain: 0,
  },
  bsd: {
    name: 'bsd', ttl: 64, window: 65535, timestamps: true, synOptions: 'mnwst',
    windowScale: 6, ephemeralPorts: [10000, 65535], knocksAgain: 0,
  },
} as const satisfies Record<string, TcpStack>; // prettier-ignore

/** A simulated host as the tap sees it. */
export interface Endpoint {
  /** Four words, as in `Packet`. */
  readonly address: Uint32Array;
  readonly text: string;
  readonly mac: Uint8Array;
  readonly inside: boolean;
  readonly stack: TcpStack;
  readonly hops: number;
  readonly mss: number;
  /** From the tap to the host, one way. */
  readonly oneWayS: number;
  /** Mean of the exponential part of that delay, as a share of it. */
  readonly jitter: number;
  /** Share of its data segments that get lost. */
  readonly lossShare: number;
  readonly bytesPerS: number;
  nextPort: number;
  ipId: number;
  /** `family` or `family/detail`; `''` for hosts nobody labels. */
  label: string;
  /** First and last frame it sent; `NaN` before it sent any. */
  firstUs: number;
  lastUs: number;
}

/** The time until an answer of that host to something the tap has just seen is seen there too. */
export function turnaroundS(endpoint: Endpoint, random: Random): number {
  const there = 2 * endpoint.oneWayS;
  return there + random.exponential(there * endpoint.jitter) + 0.00004;
}

/** The next port of its ephemeral range, with the small gaps that its other programs leave. */
export function takePort(endpoint: Endpoint, random: Random): number {
  const [low, high] = endpoint.stack.ephemeralPorts;
  const port = endpoint.nextPort;
  const next = port + (random.chance(0.7) ? 1 : random.integer(2, 9));
  endpoint.nextPort = next > high ? low + (next - high) : next;
  return port;
}
