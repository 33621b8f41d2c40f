import type { Random } from '../random.ts';

/** Message types of option 53 (RFC 2132 §9.6). */
const DHCP_TYPES = { discover: 1, offer: 2, request: 3, ack: 5 } as const;

/** A DHCP message (RFC 2131 §2) of 300 bytes. */
export function dhcpMessage(
  random: Random,
  type: keyof typeof DHCP_TYPES,
  fields: {
    readonly transaction: number;
    readonly mac: Uint8Array;
    readonly yours: number;
    readonly server: number;
  },
): Uint8Array {
  const packet = new Uint8Array(300);
  const isAnswer = type === 'offer' || type === 'ack';
  packet.set([isAnswer ? 2 : 1, 1, 6, 0]);
  const view = new DataView(packet.buffer);
  view.setUint32(4, fields.transaction);
  view.setUint16(8, random.integer(0, 3));
  if (isAnswer) view.setUint32(16, fields.yours);
  packet.set(fields.mac, 28);
  packet.set([0x63, 0x82, 0x53, 0x63, 53, 1, DHCP_TYPES[type], 61, 7, 1, ...fields.mac], 236);
  const tail = [54, 4, fields.server >>> 24, (fields.server >> 16) & 255, (fields.server >> 8) & 255, fields.server & 255, 255]; // prettier-ignore
  packet.set(tail, 252);
  return packet;
}
