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
  #positions: number[] = [];
  #head = 0;
  #now = NaN;
  /** Packets so far; the position of the newest. Positions count from 1. */
  position = 0;
  /** Flows whose last packet is at this position or before it are over; `-1` as long as nothing can be. */
  over = -1;
  lowSeconds = Infinity;
  highSeconds = -Infinity;

  constructor(forgetAfterSeconds: number) {
    this.#forgetAfter = forgetAfterSeconds;
  }

  tick(timeUs: number): void {
    this.position++;
    const now = Math.floor(timeUs / 1e6);
    if (now === this.#now) {
      this.#positions[this.#positions.length - 1] = this.position;
      return;
    }
    this.#now = now;
    if (now < this.lowSeconds) this.lowSeconds = now;
    if (now > this.highSeconds) this.highSeconds = now;
    this.#push(now);
    const horizon = now - this.#forgetAfter;
    while (this.#seconds[this.#head]! <= horizon) this.over = this.#positions[this.#head++]! - 1;
    if (this.#head > 1024) this.#compact();
  }

  /** The earliest second after a position that is not over; `Infinity` if it is the newest. */
  lowSince(position: number): number {
    let from = this.#head;
    let to = this.#positions.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#positions[middle]! > position) to = middle;
      else from = middle + 1;
    }
    return this.#seconds[from] ?? Infinity;
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
