import type { Endpoint } from '../endpoint.ts';
import { startFrame } from '../frames/ip-frame.ts';

/** What an ICMP error quotes: the IP header of the datagram that caused it and eight bytes more (RFC 792). */
export function quotedDatagram(
  from: Endpoint,
  to: Endpoint,
  protocol: 6 | 17,
  ports: readonly [source: number, destination: number],
): Uint8Array {
  const route = {
    sourceMac: from.mac,
    destinationMac: to.mac,
    source: from.address,
    destination: to.address,
    ttl: Math.max(1, from.stack.ttl - from.hops - to.hops),
    ipId: from.ipId,
  };
  const quote = startFrame(route, protocol, 8).subarray(14);
  const view = new DataView(quote.buffer, quote.byteOffset + quote.length - 8, 8);
  view.setUint16(0, ports[0]);
  view.setUint16(2, ports[1]);
  if (protocol === 17) view.setUint16(4, 8);
  return quote;
}
