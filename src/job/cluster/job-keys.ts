import { hashText } from '../../stats/hash.ts';

/**
 * What a key begins with. `h` a host, `g` what the whole input shows, `f` flows that a cut touches, `c` a crowd that
 * floods one target, `v` a verdict or another line that is done, `!` what there is to say of inputs.
 */
export const HOST = 'h';
export const FACTS = 'g';
export const EDGES = 'f';
export const CROWD = 'c';
export const DONE = 'v';

/** Under which a line on a crowd stands; no host is called so. */
export function crowdKey(firstHost: string): string {
  return `${DONE}${CROWD_HOST} ${firstHost}`;
}

/** Who a key of a line that is done is about. */
export function hostOfDone(key: string): string {
  return key.startsWith(`${DONE}${CROWD_HOST} `) ? CROWD_HOST : key.slice(DONE.length);
}

const CROWD_HOST = '*';

/** Packets, lines and flows that could not be used, by reason. */
export const SKIPS_KEY = '!skips';
/** Before the path of an input: what was read of it. */
export const INPUT_KEY = '!input ';

/** First byte of a value under a host's key. */
export const PROFILE = 0x50;
/** A profile of a host that gets no verdict: it is there for its neighbours. */
export const SILENT_PROFILE = 0x70;
/** What the whole input shows, for this host. */
export const SHOWN = 0x56;
/** Another host asks for this one's side as responder, as originator. */
export const ASKS_TARGET = 0x51;
export const ASKS_VICTIM = 0x71;
/** The answers. */
export const TARGET = 0x54;
export const VICTIM = 0x74;

/** First byte of a value under a facts key: facts, or a host that asks for them. */
export const FACTS_OF_PART = 0x46;
export const ASKS_FACTS = 0x41;

/** Every host asks for the facts of the whole input under one of so many keys, so that none is asked by all. */
const FACTS_KEYS = 256;

export function allFactsKeys(): readonly string[] {
  return Array.from({ length: FACTS_KEYS }, (_, i) => factsKey(i));
}

/** Where a host asks. */
export function factsKeyFor(host: string): string {
  return factsKey(hashText(host) % FACTS_KEYS);
}

function factsKey(number: number): string {
  return FACTS + number.toString(16).padStart(2, '0');
}

/** A value with its first byte before it. */
export function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const value = new Uint8Array(bytes.length + 1);
  value[0] = tag;
  value.set(bytes, 1);
  return value;
}
