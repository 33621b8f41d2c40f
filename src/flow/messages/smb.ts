import type { Packet } from '../../capture/packet.ts';
import { hasText } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { readSmb1 } from './smb1.ts';
import { readSmb2 } from './smb2.ts';

/** SMB behind the four-byte header of NetBIOS sessions and of direct TCP (RFC 1002 §4.3.1, MS-SMB2 §2.1). */

const FRAME_HEADER = 4;
/** Bytes of the smallest message with its frame: SMB 1's header. */
const SMALLEST = 36;
/** Messages looked at in one packet. */
const MAX_FRAMES = 32;

/** Reads the SMB messages of a packet; `false` if it does not begin with one. */
export function readSmb(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const end = payloadOffset + payloadCaptured;
  let at = payloadOffset;
  for (let i = 0; i < MAX_FRAMES && at + SMALLEST <= end && data[at] === 0; i++) {
    const start = at + FRAME_HEADER;
    if (!hasText(data, start + 1, end, 'SMB')) break;
    const next = start + ((data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!);
    const range = { start, end: Math.min(next, end) };
    const marker = data[start]!;
    if (marker === 0xff) readSmb1(packet, range, sink);
    else if (marker === 0xfe) readSmb2(packet, range, sink);
    else if (marker < 0xfc) break; // 0xfd encrypted, 0xfc compressed
    at = next;
  }
  return at > payloadOffset;
}
