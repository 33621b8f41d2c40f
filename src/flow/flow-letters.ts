import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type Packet } from '../capture/packet.ts';

/**
 * Zeek's history letters, each at its first occurrence, as bits (update_history and update_window in its
 * TCPSessionAdapter.cc): A's from the lowest bit on, B's from bit `SIDE_LETTERS` on.
 *
 * Of what Zeek has there is `S` SYN, `H` SYN-ACK, `A` pure ACK, `D` data, `F` FIN, `R` RST, `W` zero window, `Q` SYN with
 * FIN or RST, `I` FIN with RST. Left out: `T` and `G`, which depend on the packet before and would differ where a
 * capture is cut; `C`, because checksums are not looked at; and the repetitions by powers of ten.
 */
const LETTERS = 'SHADFRWQI';
export const SIDE_LETTERS = LETTERS.length;

const SYN = 1;
const SYN_ACK = 2;
const ACK = 4;
const DATA = 8;
const FIN = 16;
const RST = 32;
const ZERO_WINDOW = 64;
const SYN_AND = 128;
const FIN_RST = 256;

const ENDINGS = FIN | RST | SYN_AND | FIN_RST;
/** Letters of either side with which a TCP flow ends: the next SYN begins another. */
export const ENDED = ENDINGS | (ENDINGS << SIDE_LETTERS);

/** What any packet that is no TCP shows. */
export const ONLY_DATA = DATA;

const TCP = 6;

/** By flags and whether there is payload. With SYN, FIN or RST neither data nor ACK is a letter, as in Zeek. */
const OF_FLAGS = Uint16Array.from({ length: 64 }, (_, i) => {
  const ends = (i & TCP_SYN ? 1 : 0) + (i & TCP_FIN ? 1 : 0) + (i & TCP_RST ? 1 : 0);
  if (ends > 1) return (i & TCP_FIN) !== 0 && (i & TCP_RST) !== 0 ? FIN_RST : SYN_AND;
  if ((i & TCP_SYN) !== 0) return (i & TCP_ACK) === 0 ? SYN : SYN_ACK;
  if ((i & TCP_FIN) !== 0) return FIN;
  if ((i & TCP_RST) !== 0) return RST;
  if ((i & 32) !== 0) return DATA;
  return (i & TCP_ACK) === 0 ? 0 : ACK;
});

/** What this packet shows happening, as the bits of one side. */
export function lettersOf(packet: Packet): number {
  if (packet.protocol !== TCP) return DATA;
  return lettersOfTcp(packet.tcpFlags, packet.tcpWindow, packet.payloadLength);
}

/** The same of a TCP segment. */
export function lettersOfTcp(flags: number, window: number, payloadLength: number): number {
  const bits = OF_FLAGS[(flags & 0x17) | (payloadLength > 0 ? 32 : 0)]!;
  const isZeroWindow = window === 0 && (flags & (TCP_ACK | TCP_RST)) === TCP_ACK;
  return isZeroWindow ? bits | ZERO_WINDOW : bits;
}

/** Less a zero window that means nothing: once the other side has sent its FIN, or its own side a RST. */
export function withoutIdleWindow(bits: number, seen: number): number {
  const ofA = ((FIN << SIDE_LETTERS) | RST | FIN_RST) & seen;
  const ofB = (FIN | ((RST | FIN_RST) << SIDE_LETTERS)) & seen;
  let kept = bits;
  if (ofA !== 0) kept &= ~ZERO_WINDOW;
  if (ofB !== 0) kept &= ~(ZERO_WINDOW << SIDE_LETTERS);
  return kept;
}

/** The letter at bit `bit`: upper case for A. */
export function letterAt(bit: number): string {
  return BOTH[bit]!;
}

const BOTH = LETTERS + LETTERS.toLowerCase();

/** The letters of both pieces, in the order of the capture. */
export function mergeLetters(earlier: string, later: string): string {
  let letters = earlier;
  for (const letter of later) {
    if (letters.includes(letter)) continue;
    if (letter === 'W' && /[fRI]/.test(letters)) continue;
    if (letter === 'w' && /[Fri]/.test(letters)) continue;
    letters += letter;
  }
  return letters;
}
