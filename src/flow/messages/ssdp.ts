import type { Packet } from '../../capture/packet.ts';
import { hasText } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';

/** SSDP (UPnP Device Architecture 2.0 §1): searches and announcements over UDP. */
export function readSsdp(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  const end = at + payloadCaptured;
  if (hasText(data, at, end, 'M-SEARCH * ')) reportCommand(packet, sink, 'ssdp', 'M-SEARCH');
  else if (hasText(data, at, end, 'NOTIFY * ')) reportCommand(packet, sink, 'ssdp', 'NOTIFY');
  else return packet.sourcePort === 1900 && hasText(data, at, end, 'HTTP/1.1 200');
  return true;
}
