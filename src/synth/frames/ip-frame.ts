import { isIpv4 } from '../../bytes/ip-address.ts';
import { foldChecksum, sumWords } from './checksum.ts';

/** Where a frame comes from and goes to. Addresses are four words, as in `Packet`. */
export interface Route {
  readonly sourceMac: Uint8Array;
  readonly destinationMac: Uint8Array;
  readonly source: Uint32Array;
  readonly destination: Uint32Array;
  readonly ttl: number;
  /** IPv4 identification; the flow label of IPv6 stays 0. */
  readonly ipId: number;
}

const ETHERNET = 14;

/** An Ethernet frame with its IP header written and room for the transport, which is its last `length` bytes. */
export function startFrame(route: Route, protocol: number, length: number): Uint8Array {
  const four = isIpv4(route.source);
  const frame = new Uint8Array(ETHERNET + (four ? 20 : 40) + length);
  frame.set(route.destinationMac, 0);
  frame.set(route.sourceMac, 6);
  const view = new DataView(frame.buffer);
  view.setUint16(12, four ? 0x0800 : 0x86dd);
  if (four) writeIpv4(view, frame, route, protocol, length);
  else writeIpv6(view, route, protocol, length);
  return frame;
}

/** The transport's checksum over its pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1); its field must be zero. */
export function transportChecksum(
  route: Route,
  protocol: number,
  frame: Uint8Array,
  start: number,
): number {
  let sum = protocol + (frame.length - start);
  const first = isIpv4(route.source) ? 3 : 0;
  for (let i = first; i < 4; i++) {
    for (const word of [route.source[i]!, route.destination[i]!]) {
      sum += (word >>> 16) + (word & 0xffff);
    }
  }
  return foldChecksum(sumWords(frame, start, frame.length, sum));
}

/** An IPv4 frame cut to the MTU (RFC 791 §3.2); anything else, or a frame that fits, comes back alone. */
export function fragmentFrame(frame: Uint8Array, mtu = 1500): Uint8Array[] {
  const whole = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length <= ETHERNET + mtu || whole.getUint16(12) !== 0x0800) return [frame];
  const step = (mtu - 20) & ~7;
  const header = frame.subarray(0, ETHERNET + 20);
  const payload = frame.subarray(ETHERNET + 20);
  const fragments: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += step) {
    const part = payload.subarray(offset, offset + step);
    const piece = new Uint8Array(header.length + part.length);
    piece.set(header);
    piece.set(part, header.length);
    const view = new DataView(piece.buffer);
    const more = offset + part.length < payload.length ? 0x2000 : 0;
    view.setUint16(ETHERNET + 2, 20 + part.length);
    view.setUint16(ETHERNET + 6, more | (offset >>> 3));
    sealIpv4(view, piece);
    fragments.push(piece);
  }
  return fragments;
}

function writeIpv4(
  view: DataView,
  frame: Uint8Array,
  route: Route,
  protocol: number,
  length: number,
): void {
  view.setUint8(14, 0x45);
  view.setUint16(16, 20 + length);
  view.setUint16(18, route.ipId);
  view.setUint16(20, length > 1480 ? 0 : 0x4000); // "don't fragment", unless it has to be
  view.setUint8(22, route.ttl);
  view.setUint8(23, protocol);
  view.setUint32(26, route.source[3]!);
  view.setUint32(30, route.destination[3]!);
  sealIpv4(view, frame);
}

function sealIpv4(view: DataView, frame: Uint8Array): void {
  view.setUint16(24, 0);
  view.setUint16(24, foldChecksum(sumWords(frame, ETHERNET, ETHERNET + 20)));
}

function writeIpv6(view: DataView, route: Route, protocol: number, length: number): void {
  view.setUint32(14, 0x60000000);
  view.setUint16(18, length);
  view.setUint8(20, protocol);
  view.setUint8(21, route.ttl);
  for (let i = 0; i < 4; i++) {
    view.setUint32(22 + 4 * i, route.source[i]!);
    view.setUint32(38 + 4 * i, route.destination[i]!);
  }
}
