export interface LineOptions {
  /** A longer line is cut to nothing and counted, so that one endless line cannot fill the memory. */
  readonly maxLength?: number;
  readonly onTooLong?: () => void;
}

/** Takes one line: `bytes` from `start` to `end`, without its end. What it wants to keep it has to copy. */
export type TakeLine = (bytes: Uint8Array, start: number, end: number) => void;

const NEWLINE = 10;
const RETURN = 13;

/**
 * Cuts chunks of bytes into lines that end in `\n` or `\r\n`; the last needs no end. Lines are handed over where they
 * lie: only one that two chunks share is copied. A byte-order mark before the first line goes.
 */
export class LineSplitter {
  readonly #take: TakeLine;
  readonly #maxLength: number;
  readonly #onTooLong: () => void;
  /** The beginning of a line whose end has not come yet. */
  #rest = new Uint8Array(1 << 12);
  #restLength = 0;
  #tooLong = false;
  #atStart = true;

  constructor(take: TakeLine, options: LineOptions = {}) {
    this.#take = take;
    this.#maxLength = options.maxLength ?? 1 << 20;
    this.#onTooLong = options.onTooLong ?? (() => undefined);
  }

  /** The chunk may be overwritten afterwards. */
  push(chunk: Uint8Array): void {
    let at = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, at);
      if (end < 0) break;
      this.#line(chunk, at, end);
      at = end + 1;
    }
    if (at < chunk.length) this.#keep(chunk, at, chunk.length);
  }

  end(): void {
    if (this.#restLength > 0 || this.#tooLong) this.#line(this.#rest, 0, 0);
  }

  #line(chunk: Uint8Array, start: number, end: number): void {
    if (this.#restLength > 0 || this.#tooLong) {
      this.#keep(chunk, start, end);
      const length = this.#restLength;
      this.#restLength = 0;
      if (!this.#tooLong) this.#pass(this.#rest, 0, length);
      this.#tooLong = false;
    } else if (end - start > this.#maxLength) this.#onTooLong();
    else this.#pass(chunk, start, end);
  }

  #pass(bytes: Uint8Array, start: number, end: number): void {
    const to = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
    let from = start;
    if (this.#atStart) {
      this.#atStart = false;
      const marked =
        bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
      if (marked && to - start >= 3) from = start + 3;
    }
    this.#take(bytes, from, to);
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    if (this.#tooLong) return;
    const length = this.#restLength + end - start;
    if (length > this.#maxLength) {
      this.#tooLong = true;
      this.#restLength = 0;
      this.#onTooLong();
      return;
    }
    if (length > this.#rest.length) {
      const wider = new Uint8Array(Math.max(length, 2 * this.#rest.length));
      wider.set(this.#rest.subarray(0, this.#restLength));
      this.#rest = wider;
    }
    this.#rest.set(chunk.subarray(start, end), this.#restLength);
    this.#restLength = length;
  }
}
