/** Addresses as text and as four big-endian words; IPv4 is held as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */

export type AddressWords = ArrayLike<number>;

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** True for `::ffff:0:0/96`, the form IPv4 addresses are held in. */
export function isIpv4(words: AddressWords): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

/** Dotted quad for IPv4, RFC 5952 for IPv6. */
export function formatAddress(words: AddressWords): string {
  if (isIpv4(words)) {
    const w = words[3]!;
    return `${w >>> 24}.${(w >>> 16) & 255}.${(w >>> 8) & 255}.${w & 255}`;
  }
  const groups: number[] = [];
  for (let i = 0; i < 4; i++) groups.push(words[i]! >>> 16, words[i]! & 0xffff);
  let bestStart = -1;
  let bestLength = 1; // RFC 5952 §4.2.2: a single zero group is not shortened
  for (let i = 0; i < 8;) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > bestLength) {
      bestStart = i;
      bestLength = j - i;
    }
    i = Math.max(j, i + 1);
  }
  const hex = groups.map((g) => g.toString(16));
  if (bestStart < 0) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}

/** Four words, or `undefined` if the text is no address. A zone (`%eth0`) and brackets are dropped. */
export function parseAddress(text: string): Uint32Array | undefined {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const quad = parseQuad(bare);
  if (quad !== undefined) return Uint32Array.of(0, 0, 0xffff, quad);
  if (!bare.includes(':')) return undefined;
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
  const groups = [...head, ...new Array<number>(zeros).fill(0), ...tail];
  const words = new Uint32Array(4);
  for (let i = 0; i < 4; i++) words[i] = ((groups[2 * i]! << 16) | groups[2 * i + 1]!) >>> 0;
  return words;
}

/** The canonical text of an address, or `undefined` if it is none. */
export function canonicalAddress(text: string): string | undefined {
  if (IPV4.test(text) && parseQuad(text) !== undefined && !/(^|\.)0\d/.test(text)) return text;
  const words = parseAddress(text);
  return words === undefined ? undefined : formatAddress(words);
}

export interface Network {
  readonly words: Uint32Array;
  /** Prefix length over the 128-bit form (96 more than written for IPv4). */
  readonly prefix: number;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a bare address; `undefined` if it is none. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const words = parseAddress(address);
  if (words === undefined || rest.length > 0) return undefined;
  const widest = isIpv4(words) && !address.includes(':') ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const prefix = length === undefined ? widest : Number(length);
  return prefix > widest ? undefined : { words, prefix: prefix + 128 - widest };
}

export function networkHas(network: Network, words: AddressWords): boolean {
  for (let i = 0; i < 4; i++) {
    const bits = Math.min(32, network.prefix - 32 * i);
    if (bits <= 0) return true;
    if ((network.words[i]! ^ words[i]!) >>> (32 - bits) !== 0) return false;
  }
  return true;
}

/** What kind of address it is, by the registries of special addresses (RFC 6890, RFC 4291, RFC 4193). */
export type AddressScope =
  'private' | 'public' | 'multicast' | 'broadcast' | 'link-local' | 'loopback' | 'unspecified';

export function addressScope(words: AddressWords): AddressScope {
  if (!isIpv4(words)) {
    const top = words[0]!;
    if (top >>> 24 === 0xff) return 'multicast';
    if (top >>> 22 === 0xfe80 >>> 6) return 'link-local';
    if (top >>> 25 === 0xfc >>> 1) return 'private';
    if (top === 0 && words[1] === 0 && words[2] === 0 && words[3]! <= 1) {
      return words[3] === 1 ? 'loopback' : 'unspecified';
    }
    return 'public';
  }
  const w = words[3]!;
  const first = w >>> 24;
  if (w === 0xffffffff) return 'broadcast';
  if (w === 0) return 'unspecified';
  if (first >= 224 && first < 240) return 'multicast';
  if (first === 127) return 'loopback';
  if (w >>> 16 === 0xa9fe) return 'link-local';
  if (first === 10 || w >>> 16 === 0xc0a8 || w >>> 20 === 0xac1 || w >>> 22 === 0x6440 >>> 6)
    return 'private';
  return 'public';
}

function parseQuad(text: string): number | undefined {
  const match = IPV4.exec(text);
  if (match === null) return undefined;
  let word = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = Number(match[i]);
    if (byte > 255) return undefined;
    word = word * 256 + byte;
  }
  return word;
}

/** A dotted quad may only stand at the very end of an address (RFC 4291 §2.2). */
function parseGroups(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const quad = atEnd && index === parts.length - 1 ? parseQuad(part) : undefined;
    if (quad !== undefined) groups.push(quad >>> 16, quad & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
