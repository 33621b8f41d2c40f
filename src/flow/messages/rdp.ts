import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt } from './login.ts';
import { payloadText } from './payload-text.ts';

const CONNECTION_REQUEST = 0xe0;
const CONNECTION_CONFIRM = 0xd0;

/**
 * TPKT and COTP (RFC 1006, ITU-T X.224) as RDP, Siemens S7 and MMS use them: their names or `''`. A connection
 * request is an attempt whose outcome the encrypted rest hides; its cookie may name the user (MS-RDPBCGR §2.2.1.1).
 */
export function readTpkt(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < 7 || data[at + 1] !== 0) return '';
  const length = (data[at + 2]! << 8) | data[at + 3]!;
  if (length < 7 || length > payloadLength) return '';
  if (packet.destinationPort === 102 || packet.sourcePort === 102)
    return isSession(packet) ? 'mms' : 's7comm';
  const type = data[at + 5]! & 0xf0;
  const isRequest = type === CONNECTION_REQUEST;
  if (!isRequest && type !== CONNECTION_CONFIRM) return '';
  const text = payloadText(packet, 256);
  const userName = /mstshash=([^\r\n]{0,64})/.exec(text)?.[1] ?? '';
  const hasRdp = userName !== '' || packet.destinationPort === 3389 || packet.sourcePort === 3389;
  // RDP Negotiation Request and Response: type 1 or 2, flags, length 8.
  const tail = at + length - 8;
  const negotiates =
    payloadCaptured >= length && data[tail]! <= 3 && data[tail + 2] === 8 && data[tail + 3] === 0;
  if (!hasRdp && !negotiates) return '';
  if (isRequest) reportAttempt(packet, sink, 'rdp', userName);
  return 'rdp';
}

/** Data whose first byte opens ISO's session layer (ITU-T X.225), as MMS (IEC 61850-8-1) has it; S7 has 0x32. */
function isSession({ data, payloadOffset: at, payloadCaptured }: Packet): boolean {
  if (payloadCaptured < 9 || data[at + 5] !== 0xf0) return false;
  const first = data[at + 7]!;
  return first === 0x0d || first === 0x0e || (first === 0x01 && data[at + 8] === 0);
}
