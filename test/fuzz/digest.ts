/** A running hash of what a decoder gave: two readings that should agree are compared by it (FNV-1a over words). */
export class Digest {
  #hash = 0x811c9dc5;

  get value(): number {
    return this.#hash >>> 0;
  }

  number(value: number): void {
    // Above 2^53 the upper half is inexact; it is the same for the same number, which is what counts.
    this.#word(value | 0);
    this.#word((value / 4_294_967_296) | 0);
    if (Number.isNaN(value)) this.#word(0x7ff8);
  }

  words(values: Uint32Array): void {
    for (const value of values) this.#word(value);
  }

  bytes(values: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#word(values[i]!);
    this.#word(to - from);
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#word(text.charCodeAt(i));
    this.#word(text.length);
  }

  #word(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x01000193);
    this.#hash ^= this.#hash >>> 15;
  }
}

/** What kinds of things happened, in no order: a combination not seen before makes an input worth keeping. */
export class Outcome {
  #bits = 0;

  saw(text: string): void {
    let hash = 7;
    for (let i = 0; i < text.length && i < 48; i++)
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
    this.#bits ^= Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) & (1 << ((hash >>> 3) & 31));
    this.#bits |= 1 << ((hash >>> 8) & 31);
  }

  /** Sizes count by their order of magnitude only. */
  sawSize(text: string, size: number): void {
    this.saw(text + String(32 - Math.clz32(size)));
  }

  get value(): number {
    return this.#bits;
  }
}
