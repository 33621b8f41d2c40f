import type { Packet } from '../../capture/packet.ts';
import { formatAddress } from '../../bytes/ip-address.ts';
import type { TrafficSink } from '../event.ts';

/** Where the decoders of messages put events, and count what they could not read. */
export type MessageSink = Pick<TrafficSink, 'event' | 'skipped'>;

export interface Conversation {
  readonly timeUs: number;
  readonly originator: string;
  readonly originatorPort: number;
  readonly responder: string;
  readonly responderPort: number;
  readonly protocol: number;
}

/** The two ends of an event: the client is the originator, whoever sent this packet. */
export function conversation(packet: Packet, fromClient: boolean): Conversation {
  const source = formatAddress(packet.source);
  const destination = formatAddress(packet.destination);
  const { timeUs, protocol, sourcePort, destinationPort } = packet;
  return fromClient
    ? {
        timeUs,
        originator: source,
        originatorPort: sourcePort,
        responder: destination,
        responderPort: destinationPort,
        protocol,
      }
    : {
        timeUs,
        originator: destination,
        originatorPort: destinationPort,
        responder: source,
        responderPort: sourcePort,
        protocol,
      };
}

/** Whether the client sent it: the service's port is the server's; else the lower port is. */
export function isFromClient(packet: Packet, isServerPort: (port: number) => boolean): boolean {
  const { sourcePort, destinationPort } = packet;
  const toServer = isServerPort(destinationPort);
  if (toServer !== isServerPort(sourcePort)) return toServer;
  return destinationPort <= sourcePort;
}
