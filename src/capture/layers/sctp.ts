import type { Packet } from '../packet.ts';
import { u16, type Frame } from './frame.ts';
import { clearTcp, takeHeader } from './payload.ts';

const COMMON_HEADER = 12;
const DATA = 0;
const DATA_HEADER = 16;

/** RFC 9260 §3: the ports. The payload is the first chunk's data, if it is data, else the chunks. */
export function decodeSctp(frame: Frame, offset: number, packet: Packet): string | undefined {
  const { bytes, end } = frame;
  if (end - offset < 4) return 'truncatedSctp';
  packet.sourcePort = u16(bytes, offset);
  packet.destinationPort = u16(bytes, offset + 2);
  clearTcp(packet);
  const chunk = offset + COMMON_HEADER;
  if (end - chunk >= DATA_HEADER && bytes[chunk] === DATA) {
    const length = u16(bytes, chunk + 2);
    if (length > DATA_HEADER && length <= packet.payloadLength - COMMON_HEADER) {
      packet.payloadLength = COMMON_HEADER + length;
      takeHeader(frame, offset, packet, COMMON_HEADER + DATA_HEADER);
      return undefined;
    }
  }
  takeHeader(frame, offset, packet, COMMON_HEADER);
  return undefined;
}
