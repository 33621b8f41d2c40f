import { conversation, type MessageSink } from './conversation.ts';
import type { Message } from './message.ts';

const HEADER = 11;

/**
 * The hello of SSL 2, in which old clients also offer SSL 3 and TLS (RFC 5246 Appendix E.2); `false` if the message
 * is not one. It has no extensions, and fingerprints are not made of it.
 */
export function readSslv2Hello(message: Message, sink: MessageSink): boolean {
  const { data, start } = message;
  if (message.length < HEADER || (data[start]! & 0x80) === 0 || data[start + 2] !== 1) return false;
  const version = (data[start + 3]! << 8) | data[start + 4]!;
  if (version !== 0x0002 && (version < 0x0300 || version > 0x0303)) return false;
  const u16 = (offset: number) => (data[start + offset]! << 8) | data[start + offset + 1]!;
  const [ciphers, session, challenge] = [u16(5), u16(7), u16(9)];
  if (ciphers === 0 || ciphers % 3 !== 0 || challenge < 16 || challenge > 32) return false;
  if ((u16(0) & 0x7fff) !== HEADER - 2 + ciphers + session + challenge) return false;
  sink.event({
    kind: 'tls-client-hello',
    ...conversation(message.ends, true),
    serverName: '',
    fingerprint: '',
    ja3: '',
    version,
    alpn: [],
  });
  return true;
}
