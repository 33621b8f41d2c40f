/** How an interface counts time (pcapng §4.2: if_tsresol and if_tsoffset). */
export interface PcapngClock {
  /** 0: `bigint` arithmetic; else ticks are multiplied by it … */
  readonly multiplier: number;
  /** … and divided by it: exact below 2²¹. */
  readonly divisor: number;
  readonly ticksPerSecond: bigint;
  readonly offsetUs: number;
}

const DEFAULT_RESOLUTION = 6;
const SECONDS_OF_INTEREST = 2n ** 33n;

/** `resolution` is the option's byte: a negative power of ten, or of two when its top bit is set. */
export function pcapngClock(resolution = DEFAULT_RESOLUTION, offsetSeconds = 0n): PcapngClock {
  const power = resolution & 0x7f;
  const ofTwo = resolution > 0x7f;
  const plausible = offsetSeconds > -SECONDS_OF_INTEREST && offsetSeconds < SECONDS_OF_INTEREST;
  return {
    multiplier: ofTwo || power > 12 ? 0 : 10 ** Math.max(0, 6 - power),
    divisor: 10 ** Math.max(0, power - 6),
    ticksPerSecond: (ofTwo ? 2n : 10n) ** BigInt(power),
    offsetUs: plausible ? Number(offsetSeconds) * 1e6 : 0,
  };
}

/** Integer microseconds since the epoch of a 64-bit count of ticks, floored, kept within 0 … 2⁵³ − 1. */
export function pcapngTimeUs(clock: PcapngClock, high: number, low: number): number {
  let timeUs: number;
  if (clock.multiplier === 0) {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    timeUs = Number((ticks * 1_000_000n) / clock.ticksPerSecond);
  } else if (clock.divisor === 1) {
    timeUs = (high * 2 ** 32 + low) * clock.multiplier;
  } else {
    // Long division by digits of 32 bits: nanoseconds since 1970 do not fit a double.
    const quotient = Math.floor(high / clock.divisor);
    const rest = (high % clock.divisor) * 2 ** 32 + low;
    timeUs = quotient * 2 ** 32 + Math.floor(rest / clock.divisor);
  }
  return Math.min(Math.max(timeUs + clock.offsetUs, 0), Number.MAX_SAFE_INTEGER);
}

/** What `pcapngTimeUs` floors: 0 … 999, floored itself; -1 for a clock that counts microseconds or coarser. */
export function pcapngNanoseconds(clock: PcapngClock, high: number, low: number): number {
  if (clock.ticksPerSecond <= 1_000_000n) return -1;
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  return Number(((ticks * 1_000_000_000n) / clock.ticksPerSecond) % 1000n);
}
