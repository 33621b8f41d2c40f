import { formatAddress } from '../../src/bytes/ip-address.ts';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import type { Packet, QuotedPacket } from '../../src/capture/packet.ts';

/** A packet as plain values: its payload copied, its addresses as text. */
export interface PacketCopy extends Omit<
  Packet,
  | 'source'
  | 'destination'
  | 'outerSource'
  | 'outerDestination'
  | 'quoted'
  | 'data'
  | 'payloadOffset'
  | 'payloadCaptured'
> {
  readonly source: string;
  readonly destination: string;
  readonly outerSource: string;
  readonly outerDestination: string;
  readonly quoted: QuotedCopy;
  readonly payload: readonly number[];
}

interface QuotedCopy extends Omit<QuotedPacket, 'source' | 'destination'> {
  readonly source: string;
  readonly destination: string;
}

export interface Decoded {
  readonly values: readonly PacketCopy[];
  readonly skipped: ReadonlyMap<string, number>;
  readonly frames: number;
  readonly stopped: string | undefined;
  readonly otherBlocks: ReadonlyMap<string, number>;
}

/** Decodes a file given in chunks; every packet is checked to lie inside its own bytes. */
export function decodeAll(...chunks: readonly Uint8Array[]): Decoded {
  const values: PacketCopy[] = [];
  const decoder = new CaptureDecoder((packet) => values.push(copyPacket(packet)));
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  if (decoder.packets !== values.length) throw new Error('packets: miscounted');
  const { skipped, frames, stopped, otherBlocks } = decoder;
  return { values, skipped, frames, stopped, otherBlocks };
}

/** The values of a packet that is about to be filled again. */
export function copyPacket(packet: Packet): PacketCopy {
  const { source, destination, data, payloadOffset, payloadCaptured, ...plain } = packet;
  const payload = [...data.subarray(payloadOffset, payloadOffset + payloadCaptured)];
  const inside =
    payload.length === payloadCaptured &&
    payloadCaptured <= plain.payloadLength &&
    plain.payloadLength <= plain.ipLength &&
    Number.isSafeInteger(plain.timeUs);
  if (!inside) throw new Error(`packet out of its bounds: ${JSON.stringify(plain)}`);
  return {
    ...plain,
    source: formatAddress(source),
    destination: formatAddress(destination),
    outerSource: formatAddress(plain.outerSource),
    outerDestination: formatAddress(plain.outerDestination),
    quoted: {
      ...plain.quoted,
      source: formatAddress(plain.quoted.source),
      destination: formatAddress(plain.quoted.destination),
    },
    payload,
  };
}
