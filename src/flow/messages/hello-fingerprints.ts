import { ja3 } from './ja3.ts';
import { isGrease, ja4, type HelloShape } from './ja4.ts';

/** Both fingerprints of a ClientHello. */
export interface HelloFingerprints {
  readonly ja4: string;
  readonly ja3: string;
}

/** What of a ClientHello makes them. */
export type FingerprintShape = HelloShape & Parameters<typeof ja3>[0];

/** Shapes remembered, each at the place that its hash points to: a network has some dozens of programs. */
const PLACES = 256;
/** A longer shape is not remembered. */
const MOST_WORDS = 512;
/** Stands for all values that mean nothing. */
const GREASE = 0x0a0a;

interface Known extends HelloFingerprints {
  readonly words: Int32Array;
}

const places = new Array<Known | undefined>(PLACES).fill(undefined);
const words = new Int32Array(MOST_WORDS);

/**
 * JA4 and JA3 of a hello. A program says the same in every connection but for GREASE, which neither looks at, and
 * sorting and hashing costs as much as reading a hundred packets: so the latest shapes are remembered, word for word.
 */
export function helloFingerprints(shape: FingerprintShape): HelloFingerprints {
  const length = writeShape(shape);
  if (length > MOST_WORDS) return { ja4: ja4(shape), ja3: ja3(shape) };
  const place = hashOf(length) & (PLACES - 1);
  const known = places[place];
  if (known !== undefined && isSame(known.words, length)) return known;
  const found = { ja4: ja4(shape), ja3: ja3(shape), words: words.slice(0, length) };
  places[place] = found;
  return found;
}

/** Writes everything the fingerprints depend on, and gives how many words that takes, room or not. */
function writeShape(shape: FingerprintShape): number {
  words[0] = shape.transport.charCodeAt(0);
  words[1] = shape.version;
  words[2] = shape.legacyVersion;
  words[3] = shape.hasServerName ? 1 : 0;
  let at = writeList(4, shape.cipherSuites, true);
  at = writeList(at, shape.extensions, true);
  at = writeList(at, shape.signatureAlgorithms, true);
  at = writeList(at, shape.groups, true);
  at = writeList(at, shape.pointFormats, false);
  return writeList(at, shape.alpn, false);
}

function writeList(start: number, list: ArrayLike<number>, hasGrease: boolean): number {
  const end = start + 1 + list.length;
  if (end > MOST_WORDS) return MOST_WORDS + 1;
  words[start] = list.length;
  for (let i = 0; i < list.length; i++) {
    const value = list[i]!;
    words[start + 1 + i] = hasGrease && isGrease(value) ? GREASE : value;
  }
  return end;
}

function hashOf(length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

function isSame(known: Int32Array, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== words[i]) return false;
  return true;
}
