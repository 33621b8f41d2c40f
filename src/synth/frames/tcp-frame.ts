import { type Route, startFrame, transportChecksum } from './ip-frame.ts';

export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** `TCP_SYN` … of the packet contract. */
  readonly flags: number;
  readonly window: number;
  /** A multiple of four bytes, at most 40. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

const TCP = 6;

/** A whole Ethernet frame that carries one TCP segment. */
export function tcpFrame(route: Route, segment: TcpSegment): Uint8Array {
  const headerLength = 20 + segment.options.length;
  const frame = startFrame(route, TCP, headerLength + segment.payload.length);
  const start = frame.length - headerLength - segment.payload.length;
  const view = new DataView(frame.buffer);
  view.setUint16(start, segment.sourcePort);
  view.setUint16(start + 2, segment.destinationPort);
  view.setUint32(start + 4, segment.sequence);
  view.setUint32(start + 8, segment.acknowledgment);
  view.setUint8(start + 12, (headerLength / 4) << 4);
  view.setUint8(start + 13, segment.flags);
  view.setUint16(start + 14, segment.window);
  frame.set(segment.options, start + 20);
  frame.set(segment.payload, start + headerLength);
  view.setUint16(start + 16, transportChecksum(route, TCP, frame, start));
  return frame;
}
