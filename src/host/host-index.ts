import { formatQuad, parseQuad, quadRank } from './quad.ts';

const FIRST_ROOM = 1 << 6;

/** What is known of a host stands together in 16 bytes: looking it up waits for memory once. */
export const HOST_INTS = 4;
/** The word of an IPv4 address, else the place of its text. */
const WORD = 0;
const IS_TEXT = 1;
/** Two that belong to whoever keeps the hosts, 0 in a new one. */
export const FIRST_OF_KEEPER = 2;
export const SECOND_OF_KEEPER = 3;

/**
 * Hosts by number, in the order they came. IPv4 addresses are words in an open table, which takes a tenth of the
 * memory of a map of texts; what has no such word is in a map.
 */
export class HostIndex {
  /** `HOST_INTS` of each host. */
  rows = new Int32Array(FIRST_ROOM * HOST_INTS);
  #size = 0;
  /** One more than a host's number, 0 where there is none; at most half of it is taken. */
  #table = new Int32Array(2 * FIRST_ROOM);
  #quads = 0;
  readonly #seed: number;
  readonly #texts: string[] = [];
  readonly #byText = new Map<string, number>();

  /** With a seed nobody knows, nobody can choose addresses that all fall into one place of the table. */
  constructor(seed = 0) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  /** The host's number, −1 when it is not there. */
  find(text: string): number {
    const quad = parseQuad(text);
    return quad < 0 ? this.findText(text) : this.findQuad(quad);
  }

  findText(text: string): number {
    return this.#byText.get(text) ?? -1;
  }

  findQuad(quad: number): number {
    return this.#table[this.#placeOf(quad | 0)]! - 1;
  }

  /** Adds a host that is not there yet; `quad` is −1 for what is no IPv4 address. */
  add(quad: number, text: string): number {
    const host = this.#size++;
    const at = host * HOST_INTS;
    if (at === this.rows.length) this.#widen();
    if (quad < 0) {
      this.rows[at + IS_TEXT] = 1;
      this.rows[at + WORD] = this.#texts.push(text) - 1;
      this.#byText.set(text, host);
      return host;
    }
    this.rows[at + WORD] = quad;
    if (2 * ++this.#quads > this.#table.length) this.#rehash();
    else this.#table[this.#placeOf(quad | 0)] = host + 1;
    return host;
  }

  text(host: number): string {
    const word = this.rows[host * HOST_INTS + WORD]!;
    return this.#isText(host) ? this.#texts[word]! : formatQuad(word);
  }

  /** The word of the host's IPv4 address, −1 when it has none. */
  quad(host: number): number {
    return this.#isText(host) ? -1 : this.rows[host * HOST_INTS + WORD]! >>> 0;
  }

  /** All hosts, in the order of their texts' code units. */
  sorted(): Uint32Array {
    const quads = this.#sortedQuads();
    const others = [...this.#byText].sort(([a], [b]) => (a < b ? -1 : 1));
    if (others.length === 0) return quads;
    const all = new Uint32Array(this.#size);
    let at = 0;
    let next = 0;
    for (const [text, host] of others) {
      while (next < quads.length && this.text(quads[next]!) < text) all[at++] = quads[next++]!;
      all[at++] = host;
    }
    all.set(quads.subarray(next), at);
    return all;
  }

  /** By radix, least digits first: a million take 30 ms, and as texts two seconds. */
  #sortedQuads(): Uint32Array {
    let hosts = new Uint32Array(this.#quads);
    let ranks = new Uint32Array(this.#quads);
    for (let host = 0, at = 0; host < this.#size; host++) {
      if (this.#isText(host)) continue;
      hosts[at] = host;
      ranks[at++] = quadRank(this.rows[host * HOST_INTS + WORD]!);
    }
    if (ranks.length < FEW) return sortedFew(hosts, ranks);
    let otherHosts = new Uint32Array(this.#quads);
    let otherRanks = new Uint32Array(this.#quads);
    for (let shift = 0; shift < 32; shift += 16) {
      const starts = startsOf(ranks, shift);
      for (let i = 0; i < ranks.length; i++) {
        const to = starts[(ranks[i]! >>> shift) & 0xffff]!++;
        otherHosts[to] = hosts[i]!;
        otherRanks[to] = ranks[i]!;
      }
      [hosts, otherHosts] = [otherHosts, hosts];
      [ranks, otherRanks] = [otherRanks, ranks];
    }
    return hosts;
  }

  #isText(host: number): boolean {
    return this.rows[host * HOST_INTS + IS_TEXT] !== 0;
  }

  #placeOf(word: number): number {
    const { rows } = this;
    const table = this.#table;
    const mask = table.length - 1;
    let at = mixed(word ^ this.#seed) & mask;
    for (;;) {
      const host = table[at]! - 1;
      if (host < 0) return at;
      if (rows[host * HOST_INTS + WORD] === word && rows[host * HOST_INTS + IS_TEXT] === 0) {
        return at;
      }
      at = (at + 1) & mask;
    }
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let host = 0; host < this.#size; host++) {
      if (this.#isText(host)) continue;
      this.#table[this.#placeOf(this.rows[host * HOST_INTS + WORD]!)] = host + 1;
    }
  }

  #widen(): void {
    const rows = new Int32Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
  }
}

/** Under so many, counting digits costs more than comparing. */
const FEW = 4096;

function sortedFew(hosts: Uint32Array, ranks: Uint32Array): Uint32Array {
  const keys = Float64Array.from(ranks, (rank, i) => rank * FEW + i).sort();
  return Uint32Array.from(keys, (key) => hosts[key % FEW]!);
}

/** Where the numbers of each digit begin in their order. */
function startsOf(ranks: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array((1 << 16) + 1);
  for (const rank of ranks) starts[((rank >>> shift) & 0xffff) + 1]!++;
  for (let digit = 1; digit < starts.length; digit++) starts[digit]! += starts[digit - 1]!;
  return starts;
}

/** Every bit of the word reaches the low ones (the last step of MurmurHash3). */
function mixed(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
