import { addressScope, isIpv4, parseAddress } from '../bytes/ip-address.ts';
import { hashCodes, hashNumbers, hashText } from '../stats/hash.ts';
import { writeQuad } from './quad.ts';

/** One end of a flow, as the profile of the other end counts it. */
export interface EndDigest {
  /** Of the address as text. */
  readonly hash: number;
  /** Of the /24 (IPv4) or the /64 (IPv6); of the text itself where it is no address. */
  readonly networkHash: number;
  /** A multicast or broadcast address. */
  readonly isGroup: boolean;
}

const CACHED = 1 << 13;
const MOST_TEXTS = 4096;

const codes = new Uint8Array(15);
const cachedWords = new Int32Array(CACHED);
const cachedDigests: EndDigest[] = new Array<EndDigest>(CACHED).fill(makeQuadDigest(0));
const textDigests = new Map<string, EndDigest>();

/** Of an IPv4 address by its word: remembered, because the hosts of one traffic meet again and again. */
export function digestQuad(word: number): EndDigest {
  const signed = word | 0;
  const place = (Math.imul(signed, 0x9e3779b1) >>> 19) & (CACHED - 1);
  if (cachedWords[place] === signed) return cachedDigests[place]!;
  const digest = makeQuadDigest(word >>> 0);
  cachedWords[place] = signed;
  cachedDigests[place] = digest;
  return digest;
}

/** Of whatever else names a host: IPv6 addresses, odd writings, names. */
export function digestHostText(text: string): EndDigest {
  const known = textDigests.get(text);
  if (known !== undefined) return known;
  const digest = makeTextDigest(text);
  if (textDigests.size >= MOST_TEXTS) textDigests.clear();
  textDigests.set(text, digest);
  return digest;
}

function makeQuadDigest(word: number): EndDigest {
  return {
    hash: hashCodes(codes, writeQuad(codes, 0, word)),
    networkHash: hashNumbers(word >>> 8, 4),
    isGroup: word >>> 28 === 0xe || word === 0xffffffff,
  };
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
