import { addressScope, isIpv4, parseAddress } from '../bytes/ip-address.ts';
import { hashCodes, hashNumbers, hashText } from '../stats/hash.ts';
import { writeQuad } from './quad.ts';

/** One end of a flow, as the profile of the other end counts it. */
export interface EndDigest {
  /** Of the address as text. */
  hash: number;
  /** Of the /24 (IPv4) or the /64 (IPv6); of the text itself where it is no address. */
  networkHash: number;
  /** A multicast or broadcast address. */
  isGroup: boolean;
}

const CACHED = 1 << 14;
const MOST_TEXTS = 4096;

/** Of a place in the cache: the word (none is negative), its hash and its network's. */
const WIDTH = 3;
const cached = new Float64Array(CACHED * WIDTH).fill(-1);
const codes = new Uint8Array(15);
const textDigests = new Map<string, EndDigest>();

/** The hash of an IPv4 address by its word: remembered, because the hosts of one traffic meet again and again. */
function hashQuad(word: number): number {
  return cached[placeOf(word >>> 0) + 1]!;
}

/** Makes `digest` that of an IPv4 address by its word. */
export function digestQuad(signed: number, digest: EndDigest): void {
  const word = signed >>> 0;
  const place = placeOf(word);
  digest.hash = cached[place + 1]!;
  digest.networkHash = cached[place + 2]!;
  digest.isGroup = word >>> 28 === 0xe || word === 0xffffffff;
}

/** Of whatever else names a host: IPv6 addresses, odd writings, names. */
export function digestHostText(text: string, digest: EndDigest): void {
  const known = knownText(text);
  digest.hash = known.hash;
  digest.networkHash = known.networkHash;
  digest.isGroup = known.isGroup;
}

/** The hash of a host by the word of its IPv4 address, or by its text where the word is −1. */
export function hashEnd(quad: number, text: string): number {
  return quad < 0 ? knownText(text).hash : hashQuad(quad);
}

function placeOf(word: number): number {
  const place = ((Math.imul(word, 0x9e3779b1) >>> 18) & (CACHED - 1)) * WIDTH;
  if (cached[place] !== word) {
    cached[place] = word;
    cached[place + 1] = hashCodes(codes, writeQuad(codes, 0, word));
    cached[place + 2] = hashNumbers(word >>> 8, 4);
  }
  return place;
}

function knownText(text: string): EndDigest {
  const known = textDigests.get(text);
  if (known !== undefined) return known;
  const digest = makeTextDigest(text);
  if (textDigests.size >= MOST_TEXTS) textDigests.clear();
  textDigests.set(text, digest);
  return digest;
}

function makeTextDigest(text: string): EndDigest {
  const hash = hashText(text);
  const words = parseAddress(text);
  if (words === undefined) return { hash, networkHash: hash, isGroup: false };
  const scope = addressScope(words);
  return {
    hash,
    networkHash: isIpv4(words)
      ? hashNumbers(words[3]! >>> 8, 4)
      : hashNumbers(words[0]!, words[1]!),
    isGroup: scope === 'multicast' || scope === 'broadcast',
  };
}
