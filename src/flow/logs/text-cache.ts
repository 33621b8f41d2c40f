/** Longer texts seldom come twice. */
const LONGEST = 64;
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of UTF-8 bytes; what is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return DECODER.decode(bytes.subarray(start, end));
}

/**
 * What short texts stand for, remembered by their bytes: logs repeat their addresses, services and states, and a
 * text made once is a text that need not be decoded, checked and hashed again. One slot a hash: a newcomer takes the
 * slot, so memory is bounded by `slots` and what is remembered never changes an answer.
 */
export class TextCache<T> {
  readonly #make: (text: string) => T;
  readonly #mask: number;
  readonly #texts: string[];
  readonly #values: T[];
  #empty: T | undefined;

  /** `slots` is a power of two; `make` depends on its argument alone. */
  constructor(make: (text: string) => T, slots: number) {
    this.#make = make;
    this.#mask = slots - 1;
    this.#texts = new Array<string>(slots).fill('');
    this.#values = new Array<T>(slots);
  }

  ofBytes(bytes: Uint8Array, start: number, end: number): T {
    if (end <= start) return (this.#empty ??= this.#make(''));
    if (end - start > LONGEST) return this.#make(decodeText(bytes, start, end));
    let hash = 0x811c9dc5; // FNV-1a (Fowler, Noll, Vo)
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    if (isText(this.#texts[slot]!, bytes, start, end)) return this.#values[slot]!;
    const text = decodeText(bytes, start, end);
    const value = this.#make(text);
    this.#texts[slot] = text;
    this.#values[slot] = value;
    return value;
  }

  ofText(text: string): T {
    return this.#make(text);
  }
}

/** Only for ASCII: anything else has fewer characters than bytes and is made anew each time. */
function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
