/** When a flow ends and how much is kept. Times are those of the packets, in microseconds. */
export interface FlowTableOptions {
  /** A TCP flow silent for this long is over; the next packet begins another. Default 5 minutes. */
  readonly tcpIdleTimeoutUs?: number;
  /** The same for UDP, ICMP and everything else. Default 60 seconds. */
  readonly idleTimeoutUs?: number;
  /** Every flow is cut at multiples of this since the epoch. Default 30 minutes. */
  readonly cutEveryUs?: number;
  /** At most so many flows are open; each further one pushes out one that was idle for long. Default 500,000. */
  readonly maxFlows?: number;
  /** The packets are one part of a longer sequence: `finishPart` takes the place of `flush`. */
  readonly part?: boolean;
  /**
   * An integer that whoever sends the traffic does not know: with it nobody can choose packets that slow the table
   * down. It changes no flow. Default 0.
   */
  readonly hashSeed?: number;
}

export interface FlowRules {
  readonly tcpIdleTimeoutUs: number;
  readonly idleTimeoutUs: number;
  readonly cutEveryUs: number;
  readonly maxFlows: number;
  readonly hashSeed: number;
  /** See `CaptureClock`. */
  readonly forgetAfterSeconds: number;
}

/** Disorder of packets and skew between clocks of one capture that does not cut flows, beyond the idle time-out. */
const GRACE_SECONDS = 60;

export function flowRules(options: FlowTableOptions): FlowRules {
  const tcpIdleTimeoutUs = positive('tcpIdleTimeoutUs', options.tcpIdleTimeoutUs ?? 300e6);
  const idleTimeoutUs = positive('idleTimeoutUs', options.idleTimeoutUs ?? 60e6);
  return {
    tcpIdleTimeoutUs,
    idleTimeoutUs,
    cutEveryUs: positive('cutEveryUs', options.cutEveryUs ?? 1800e6),
    maxFlows: positive('maxFlows', options.maxFlows ?? 500_000),
    hashSeed: integer('hashSeed', options.hashSeed ?? 0),
    forgetAfterSeconds: Math.ceil(Math.max(tcpIdleTimeoutUs, idleTimeoutUs) / 1e6) + GRACE_SECONDS,
  };
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`${name}: expected an integer > 0, got ${value}`);
}

function integer(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${name}: expected an integer, got ${value}`);
}

export function idleTimeoutOf(rules: FlowRules, protocol: number): number {
  return protocol === 6 ? rules.tcpIdleTimeoutUs : rules.idleTimeoutUs;
}

/** The epoch-aligned instant at or before `timeUs`. */
export function cutBefore(rules: FlowRules, timeUs: number): number {
  return Math.floor(timeUs / rules.cutEveryUs) * rules.cutEveryUs;
}
