import { type Route, startFrame, transportChecksum } from './ip-frame.ts';

const UDP = 17;

/** A whole Ethernet frame that carries one UDP datagram; longer than the MTU it wants `fragmentFrame`. */
export function udpFrame(
  route: Route,
  sourcePort: number,
  destinationPort: number,
  payload: Uint8Array,
): Uint8Array {
  const length = 8 + payload.length;
  const frame = startFrame(route, UDP, length);
  const start = frame.length - length;
  const view = new DataView(frame.buffer);
  view.setUint16(start, sourcePort);
  view.setUint16(start + 2, destinationPort);
  view.setUint16(start + 4, length);
  frame.set(payload, start + 8);
  const checksum = transportChecksum(route, UDP, frame, start);
  view.setUint16(start + 6, checksum === 0 ? 0xffff : checksum); // RFC 768: 0 means none
  return frame;
}
