/**
 * The clock of a capture whose times may go back and forth: it says from which packets on nothing is over yet.
 *
 * A flow is over once, somewhere after its last packet, the clock rose by `forgetAfter` seconds (from any packet
 * to any later one). That depends on the packets between, but not on where reading began, so parts can tell it
 * exactly; a step back by years neither closes a flow nor keeps one open for ever, and two interleaved clocks
 * that differ by less than `forgetAfter` do no harm.
 */
export class CaptureClock {
  readonly #forgetAfter: number;
  /** Suffix minima: whole seconds rise, positions rise, and every later packet is later than the entry says. */
  #seconds: number[] = [];
  /** The newest entry's lags behind `position` until the next second or `lowSince`. */
  #positions: number[] = [];
  #head = 0;
  /** The second that the newest packet is in. */
  fromUs = NaN;
  untilUs = NaN;
  /** Packets so far; the position of the newest. Positions count from 1. */
  position = 0;
  /** Flows whose last packet is at this position or before it are over; `-1` as long as nothing can be. */
  over = -1;
  lowSeconds = Infinity;
  highSeconds = -Infinity;

  constructor(forgetAfterSeconds: number) {
    this.#forgetAfter = forgetAfterSeconds;
  }

  /**
   * Takes in the next packet's time; true when it is in another second than the one before. For packets of the same
   * second it is enough that `position` is moved on.
   */
  tick(timeUs: number): boolean {
    this.position++;
    if (timeUs >= this.fromUs && timeUs < this.untilUs) return false;
    this.#enter(Math.floor(timeUs / 1e6));
    return true;
  }

  /** The earliest second after a position that is not over; `Infinity` if it is the newest. */
  lowSince(position: number): number {
    this.#catchUp(this.position);
    let from = this.#head;
    let to = this.#positions.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#positions[middle]! > position) to = middle;
      else from = middle + 1;
    }
    return this.#seconds[from] ?? Infinity;
  }

  #enter(now: number): void {
    this.fromUs = now * 1e6;
    this.untilUs = this.fromUs + 1e6;
    if (now < this.lowSeconds) this.lowSeconds = now;
    if (now > this.highSeconds) this.highSeconds = now;
    this.#catchUp(this.position - 1);
    this.#push(now);
    const horizon = now - this.#forgetAfter;
    while (this.#seconds[this.#head]! <= horizon) this.over = this.#positions[this.#head++]! - 1;
    if (this.#head > 1024) this.#compact();
  }

  #catchUp(position: number): void {
    const last = this.#positions.length - 1;
    if (last >= this.#head) this.#positions[last] = position;
  }

  #push(now: number): void {
    const seconds = this.#seconds;
    while (seconds.length > this.#head && seconds[seconds.length - 1]! >= now) {
      seconds.pop();
      this.#positions.pop();
    }
    seconds.push(now);
    this.#positions.push(this.position);
  }

  #compact(): void {
    this.#seconds = this.#seconds.slice(this.#head);
    this.#positions = this.#positions.slice(this.#head);
    this.#head = 0;
  }
}
