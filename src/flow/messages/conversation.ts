import { formatAddress } from '../../bytes/ip-address.ts';
import type { Packet } from '../../capture/packet.ts';
import type { TrafficSink } from '../event.ts';

/** Where the decoders of messages put events, and count what they could not read. */
export type MessageSink = Pick<TrafficSink, 'event' | 'skipped'>;

/** Who speaks to whom, and when: a packet, or what is kept of one. */
export type Ends = Pick<
  Packet,
  'timeUs' | 'protocol' | 'source' | 'destination' | 'sourcePort' | 'destinationPort'
>;

export interface Conversation {
  readonly timeUs: number;
  readonly originator: string;
  readonly originatorPort: number;
  readonly responder: string;
  readonly responderPort: number;
  readonly protocol: number;
}

/** The two ends of an event: the client is the originator, whoever sent this packet. */
export function conversation(ends: Ends, fromClient: boolean): Conversation {
  const source = formatAddress(ends.source);
  const destination = formatAddress(ends.destination);
  const { timeUs, protocol, sourcePort, destinationPort } = ends;
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
export function isFromClient(ends: Ends, isServerPort: (port: number) => boolean): boolean {
  const { sourcePort, destinationPort } = ends;
  const toServer = isServerPort(destinationPort);
  if (toServer !== isServerPort(sourcePort)) return toServer;
  return destinationPort <= sourcePort;
}
