/** Something begun that may never be finished. */
export interface Unfinished {
  readonly startedUs: number;
  /** Bytes it holds. */
  readonly held: number;
}

export interface TableBounds {
  readonly maxEntries: number;
  readonly maxHeld: number;
  readonly maxAgeUs: number;
}

/**
 * What is unfinished, by a hash of its key, bounded in number, in bytes and in age by the capture's clock. The
 * oldest go first, through `release`; so does whoever has the same hash as a newcomer.
 */
export class BoundedTable<Entry extends Unfinished> {
  readonly #entries = new Map<number, Entry>();
  readonly #bounds: TableBounds;
  #held = 0;
  /** No entry is over before this time, unless clocks go backwards. */
  #nextUs = Infinity;

  constructor(bounds: TableBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Bytes held by all entries. */
  get held(): number {
    return this.#held;
  }

  get(hash: number): Entry | undefined {
    return this.#entries.get(hash);
  }

  add(hash: number, entry: Entry, release: (entry: Entry) => void): void {
    this.#remove(hash, release);
    this.#entries.set(hash, entry);
    this.#held += entry.held;
    this.#nextUs = Math.min(this.#nextUs, entry.startedUs + this.#bounds.maxAgeUs);
    this.shrink(release);
  }

  /** Takes it out, finished. */
  take(hash: number): void {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return;
    this.#entries.delete(hash);
    this.#held -= entry.held;
  }

  /** An entry holds so many bytes more; `shrink` when it may be let go. */
  grew(bytes: number): void {
    this.#held += bytes;
  }

  /** Lets go the oldest beyond the bounds. */
  shrink(release: (entry: Entry) => void): void {
    const { maxEntries, maxHeld } = this.#bounds;
    if (this.#entries.size <= maxEntries && this.#held <= maxHeld) return;
    for (const hash of this.#entries.keys()) {
      this.#remove(hash, release);
      if (this.#entries.size <= maxEntries && this.#held <= maxHeld) return;
    }
  }

  /** Lets go what is over at this time. */
  expire(nowUs: number, release: (entry: Entry) => void): void {
    if (nowUs < this.#nextUs) return;
    this.#nextUs = Infinity;
    for (const [hash, entry] of this.#entries) {
      const endUs = entry.startedUs + this.#bounds.maxAgeUs;
      if (endUs > nowUs) {
        this.#nextUs = endUs;
        return;
      }
      this.#remove(hash, release);
    }
  }

  /** Lets go everything. */
  clear(release: (entry: Entry) => void): void {
    for (const hash of [...this.#entries.keys()]) this.#remove(hash, release);
    this.#nextUs = Infinity;
  }

  #remove(hash: number, release: (entry: Entry) => void): void {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return;
    this.take(hash);
    release(entry);
  }
}

/** A 30-bit hash of one direction of a conversation. */
export function directionHash(
  source: Uint32Array,
  destination: Uint32Array,
  sourcePort: number,
  destinationPort: number,
): number {
  let hash = Math.imul(((sourcePort << 16) | destinationPort) ^ 0x9e3779b9, 0x85ebca6b);
  for (let i = 3; i >= 0; i--) {
    hash = Math.imul(hash ^ (hash >>> 15) ^ source[i]!, 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 13) ^ destination[i]!, 0x297a2d39);
  }
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

export function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  return a[3] === b[3] && a[2] === b[2] && a[1] === b[1] && a[0] === b[0];
}
