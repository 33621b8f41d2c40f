import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';

/** SMB behind NetBIOS's four-byte header: what SESSION_SETUP was answered (MS-CIFS §2.2.3.1, MS-SMB2 §2.2.1). */

const SMB1_SESSION_SETUP = 0x73;
const SMB2_SESSION_SETUP = 1;
const SUCCESS = 0;
/** NTSTATUS values (MS-ERREF §2.3.1): wrong name, password, restrictions, disabled, expired, locked out. */
const REFUSED = new Set([
  0xc0000022, 0xc0000064, 0xc000006a, 0xc000006d, 0xc000006e, 0xc000006f, 0xc0000070, 0xc0000071, 0xc0000072,
  0xc000015b, 0xc0000193, 0xc0000224, 0xc0000234,
]); // prettier-ignore

/** Reads an SMB message; `false` if the packet does not begin with one. */
export function readSmb(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const at = payloadOffset + 4;
  if (payloadCaptured < 36 || data[payloadOffset] !== 0) return false;
  if (data[at + 1] !== 0x53 || data[at + 2] !== 0x4d || data[at + 3] !== 0x42) return false;
  if (data[at] === 0xff) {
    const isReply = (data[at + 9]! & 0x80) !== 0;
    if (isReply && data[at + 4] === SMB1_SESSION_SETUP) report(packet, u32le(data, at + 5), sink);
    return true;
  }
  if (data[at] === 0xfe) {
    const isReply = (data[at + 16]! & 1) !== 0;
    const command = data[at + 12]! | (data[at + 13]! << 8);
    if (isReply && command === SMB2_SESSION_SETUP) report(packet, u32le(data, at + 8), sink);
    return true;
  }
  return data[at] === 0xfd; // SMB 3 encrypted
}

function report(packet: Packet, status: number, sink: MessageSink): void {
  if (status === SUCCESS) reportLogin(packet, sink, 'smb', 'success');
  else if (REFUSED.has(status)) reportLogin(packet, sink, 'smb', 'failure');
}

function u32le(data: Uint8Array, at: number): number {
  return (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)) >>> 0;
}
