import { textBytes } from './text-bytes.ts';

interface SipParty {
  readonly user: string;
  readonly host: string;
}

export interface SipDialog {
  readonly from: SipParty;
  readonly to: SipParty;
  readonly callId: string;
  readonly sequence: number;
}

function headers(method: string, dialog: SipDialog): string[] {
  const { from, to } = dialog;
  return [
    `Via: SIP/2.0/UDP ${from.host}:5060;branch=z9hG4bK${dialog.callId}${dialog.sequence}`,
    `From: <sip:${from.user}@${from.host}>;tag=${dialog.callId.slice(0, 6)}`,
    `To: <sip:${to.user}@${to.host}>`,
    `Call-ID: ${dialog.callId}`,
    `CSeq: ${dialog.sequence} ${method}`,
  ];
}

/** A request (RFC 3261 §7.1); INVITE offers one audio stream (RFC 8866). */
export function sipRequest(method: string, dialog: SipDialog, rtpPort?: number): Uint8Array {
  const body = rtpPort === undefined ? '' : sessionDescription(dialog.from.host, rtpPort);
  const lines = [`${method} sip:${dialog.to.user}@${dialog.to.host} SIP/2.0`, ...headers(method, dialog), 'Max-Forwards: 70']; // prettier-ignore
  if (body !== '') lines.push('Content-Type: application/sdp');
  return textBytes(`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
}

export function sipResponse(
  status: string,
  method: string,
  dialog: SipDialog,
  rtpPort?: number,
): Uint8Array {
  const body = rtpPort === undefined ? '' : sessionDescription(dialog.to.host, rtpPort);
  const lines = [`SIP/2.0 ${status}`, ...headers(method, dialog)];
  if (body !== '') lines.push('Content-Type: application/sdp');
  return textBytes(`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`);
}

function sessionDescription(host: string, port: number): string {
  const family = host.includes(':') ? 'IP6' : 'IP4';
  return `v=0\r\no=- 1 1 IN ${family} ${host}\r\ns=-\r\nc=IN ${family} ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`;
}

/** An RTP packet (RFC 3550 §5.1) with payload type and media. */
export function rtpPacket(
  fields: {
    readonly type: number;
    readonly sequence: number;
    readonly time: number;
    readonly source: number;
  },
  media: Uint8Array,
): Uint8Array {
  const packet = new Uint8Array(12 + media.length);
  packet.set([0x80, fields.type]);
  const view = new DataView(packet.buffer);
  view.setUint16(2, fields.sequence & 0xffff);
  view.setUint32(4, fields.time >>> 0);
  view.setUint32(8, fields.source);
  packet.set(media, 12);
  return packet;
}
