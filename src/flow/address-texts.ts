import { formatAddress } from '../bytes/ip-address.ts';

const CACHED = 1 << 12;

/** `a.b.` and `c.d`, made when first wanted. Filled beforehand: an array with large holes is a slow dictionary to V8. */
const UPPER = new Array<string | undefined>(1 << 16).fill(undefined);
const LOWER = new Array<string | undefined>(1 << 16).fill(undefined);

/**
 * Addresses as text, many times over: a host's address is one and the same string as long as it is not pushed
 * out, and a new IPv4 address is two halves that are known, put together. Bounded: 131,072 halves, 4,096 addresses.
 */
export class AddressTexts {
  readonly #cachedWord = new Int32Array(CACHED);
  readonly #cachedText: string[] = new Array<string>(CACHED).fill('');
  readonly #words = new Uint32Array(4);

  /** Of an IPv4 address. */
  narrow(word: number): string {
    const place = (Math.imul(word, 0x9e3779b1) >>> 20) & (CACHED - 1);
    if (this.#cachedWord[place] === word && this.#cachedText[place] !== '') {
      return this.#cachedText[place]!;
    }
    const high = word >>> 16;
    const low = word & 0xffff;
    const upper = (UPPER[high] ??= `${high >>> 8}.${high & 255}.`);
    const lower = (LOWER[low] ??= `${low >>> 8}.${low & 255}`);
    const text = upper + lower;
    this.#cachedWord[place] = word;
    this.#cachedText[place] = text;
    return text;
  }

  /** Of three upper words from `from` on, and the lowest. */
  wide(upper: Int32Array, from: number, lowest: number): string {
    for (let i = 0; i < 3; i++) this.#words[i] = upper[from + i]!;
    this.#words[3] = lowest;
    return formatAddress(this.#words);
  }
}
