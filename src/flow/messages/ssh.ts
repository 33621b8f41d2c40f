import type { Packet } from '../../capture/packet.ts';
import { conversation, isFromClient, type MessageSink } from './conversation.ts';
import { payloadText } from './payload-text.ts';

/** The identification line `SSH-2.0-software comments` (RFC 4253 §4.2). */
export function readSsh(packet: Packet, sink: MessageSink): boolean {
  const match = /^SSH-\d\.\d+-([!-~]{0,200})/.exec(payloadText(packet, 255));
  if (match === null) return false;
  const fromClient = isFromClient(packet, (port) => port === 22 || port === 2222);
  sink.event({
    kind: 'ssh-banner',
    ...conversation(packet, fromClient),
    fromClient,
    software: match[1]!,
  });
  return true;
}
