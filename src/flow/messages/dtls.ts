import { ByteReader } from '../../bytes/byte-reader.ts';
import { parseClientHello, reportClientHello } from './client-hello.ts';
import type { MessageSink } from './conversation.ts';
import type { Message } from './message.ts';

/** DTLS records and the ClientHello in one datagram (RFC 6347 §4). */

const HANDSHAKE_RECORD = 0x16;
const RECORD_HEADER = 13;
const HANDSHAKE_HEADER = 12;
const CLIENT_HELLO = 1;

/** Reads a datagram; `false` if it does not begin with a DTLS record. */
export function readDtls(message: Message, sink: MessageSink): boolean {
  const { data, start, end } = message;
  if (message.length < RECORD_HEADER || data[start + 1] !== 0xfe || data[start + 2]! < 0xfc)
    return false;
  const type = data[start]!;
  const length = (data[start + 11]! << 8) | data[start + 12]!;
  if (type < 0x14 || type > 0x17 || RECORD_HEADER + length > message.claimed) return false;
  // Epoch 0: nothing is encrypted yet.
  if (type !== HANDSHAKE_RECORD || data[start + 3] !== 0 || data[start + 4] !== 0) return true;
  const reader = new ByteReader(
    data,
    start + RECORD_HEADER,
    Math.min(end, start + RECORD_HEADER + length),
  );
  const handshake = reader.u8();
  const bytes = u24(reader);
  reader.skip(2); // message's number
  const isWhole = u24(reader) === 0 && u24(reader) === bytes;
  if (handshake !== CLIENT_HELLO || bytes + HANDSHAKE_HEADER > length) return true;
  const hello = isWhole
    ? parseClientHello(reader.part(Math.min(bytes, reader.left)), true)
    : undefined;
  if (hello === undefined) message.countCut('dtls', sink);
  else reportClientHello(hello, 'd', message.ends, sink);
  return true;
}

function u24(reader: ByteReader): number {
  return (reader.u8() << 16) | reader.u16();
}
