import { isIpv4, parseAddress } from '../bytes/ip-address.ts';
import type { Flow } from './flow.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';
import { Sha1 } from './sha1.ts';

/** Protocols whose ports (or ICMP types) are part of the identity. */
const WITH_PORTS = new Set([1, 6, 17, 58, 132]);

type FlowIdentity = Pick<
  Flow,
  'originator' | 'responder' | 'originatorPort' | 'responderPort' | 'protocol'
>;

/** Two IPv6 addresses and what stands about them: a message of one block. */
const LONGEST = 2 + 16 + 16 + 2 + 4;

const sha1 = new Sha1();
const message = new Uint8Array(Sha1.roomFor(LONGEST));
const from = new Uint8Array(16);
const to = new Uint8Array(16);

/** Community ID v1 with seed 0 (Corelight's specification): the same for both directions and in every tool. */
export function communityId(flow: FlowIdentity): string {
  const { protocol } = flow;
  const fromLength = writeAddress(flow.originator, from);
  const toLength = writeAddress(flow.responder, to);
  let fromPort = flow.originatorPort;
  let toPort = flow.responderPort;
  let oneWay = false;
  if (isIcmp(protocol)) {
    const counterpart = icmpCounterpart(protocol, fromPort);
    oneWay = counterpart < 0;
    if (!oneWay) toPort = counterpart;
  }
  const order = compare(fromLength, toLength);
  const inOrder = oneWay || order < 0 || (order === 0 && fromPort <= toPort);
  if (!inOrder) [fromPort, toPort] = [toPort, fromPort];
  let at = 0;
  message[at++] = 0; // seed
  message[at++] = 0;
  at = inOrder ? append(at, from, fromLength) : append(at, to, toLength);
  at = inOrder ? append(at, to, toLength) : append(at, from, fromLength);
  message[at++] = protocol;
  message[at++] = 0;
  if (WITH_PORTS.has(protocol)) {
    message[at++] = fromPort >>> 8;
    message[at++] = fromPort;
    message[at++] = toPort >>> 8;
    message[at++] = toPort;
  }
  return `1:${base64(sha1.of(message, at))}`;
}

function append(start: number, bytes: Uint8Array, length: number): number {
  for (let i = 0; i < length; i++) message[start + i] = bytes[i]!;
  return start + length;
}

/** Writes an address in network order and gives its length: 4, 16, or 0 for what is no address. */
function writeAddress(text: string, into: Uint8Array): number {
  if (writeQuad(text, into)) return 4;
  const words = parseAddress(text);
  if (words === undefined) return 0;
  const skipped = isIpv4(words) ? 3 : 0;
  for (let i = skipped, at = 0; i < 4; i++, at += 4) {
    for (let byte = 0; byte < 4; byte++) into[at + byte] = words[i]! >>> (24 - 8 * byte);
  }
  return isIpv4(words) ? 4 : 16;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** A dotted quad, without the patterns and words that every other text takes. */
function writeQuad(text: string, into: Uint8Array): boolean {
  const { length } = text;
  if (length < 7 || length > 15) return false;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || dots === 3) return false;
      into[dots++] = byte;
      byte = 0;
      digits = 0;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || digits === 3) return false;
      byte = byte * 10 + digit;
      digits++;
      if (byte > 255) return false;
    }
  }
  into[3] = byte;
  return dots === 3 && digits > 0;
}

function compare(fromLength: number, toLength: number): number {
  if (fromLength !== toLength) return fromLength - toLength;
  for (let i = 0; i < fromLength; i++) if (from[i] !== to[i]) return from[i]! - to[i]!;
  return 0;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The two digits of twelve bits. */
const PAIRS = Array.from({ length: 4096 }, (_, i) => DIGITS[i >>> 6]! + DIGITS[i & 63]!);

/** RFC 4648 §4, of 160 bits: thirteen pairs of digits, one more for the last four bits, and a pad. */
function base64(words: Int32Array): string {
  let text = '';
  let bits = 0;
  let left = 0;
  for (let i = 0; i < 5; i++) {
    const word = words[i]!;
    // What is over from the words before, at most eleven bits, and the upper half of this one; then the lower.
    for (const half of [word >>> 16, word & 0xffff]) {
      bits = (bits << 16) | half;
      left += 16;
      while (left >= 12) {
        left -= 12;
        text += PAIRS[(bits >>> left) & 4095]!;
      }
      bits &= (1 << left) - 1;
    }
  }
  return `${text}${DIGITS[bits << 2]!}=`;
}
