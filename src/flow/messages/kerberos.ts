import type { Packet } from '../../capture/packet.ts';
import { berInteger, findBer, readBer, type BerElement } from './ber.ts';
import { latin1Text, u32be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';

/** Kerberos 5 (RFC 4120 §5.4, §5.9.1): who asks the KDC for a ticket, and what it is told. */

const AS_REQ = 0x6a;
const AS_REP = 0x6b;
const TGS_REQ = 0x6c;
const TGS_REP = 0x6d;
const ERROR = 0x7e;
const PVNO = 5;
/**
 * Codes that refuse a client (RFC 4120 §7.5.9): unknown, policy, revoked or locked, password expired, wrong
 * password (24; 31 from older KDCs). 25 asks for pre-authentication: a question, no refusal.
 */
const REFUSED = new Set([6, 12, 18, 23, 24, 31]);

/** Context-specific tags of fields. */
const field = (number: number): number => 0xa0 + number;

/** Reads a message, behind its length on TCP (RFC 4120 §7.2.2); `false` if it is none. */
export function readKerberos(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured, payloadLength } = packet;
  const end = payloadOffset + payloadCaptured;
  let at = payloadOffset;
  if (packet.protocol === 6) {
    if (payloadCaptured < 16 || data[at] !== 0 || u32be(data, at) < payloadLength - 4) return false;
    at += 4;
  }
  const message = readBer(data, at, end);
  const body = message && readBer(data, message.start, message.end);
  if (body?.tag !== 0x30) return false;
  const isRequest = message!.tag === AS_REQ || message!.tag === TGS_REQ;
  if (berInteger(data, inner(data, findBer(data, body, field(isRequest ? 1 : 0)))) !== PVNO)
    return false;
  return readMessage(packet, message!.tag, body, sink);
}

function readMessage(packet: Packet, tag: number, body: BerElement, sink: MessageSink): boolean {
  const { data } = packet;
  switch (tag) {
    case AS_REQ: {
      const request = inner(data, findBer(data, body, field(4)));
      const userName = principal(data, findBer(data, request, field(1)));
      reportCommand(packet, sink, 'kerberos', 'AS-REQ');
      if (userName !== '') reportAttempt(packet, sink, 'kerberos', userName);
      return true;
    }
    case TGS_REQ:
      reportCommand(packet, sink, 'kerberos', 'TGS-REQ');
      return true;
    case AS_REP: {
      const userName = principal(data, findBer(data, body, field(4)));
      reportLogin(packet, sink, 'kerberos', 'success', { userName });
      return true;
    }
    case ERROR: {
      const code = berInteger(data, inner(data, findBer(data, body, field(6))));
      const userName = principal(data, findBer(data, body, field(8)));
      if (REFUSED.has(code)) reportLogin(packet, sink, 'kerberos', 'failure', { userName });
      return true;
    }
    default:
      return tag === TGS_REP;
  }
}

function inner(data: Uint8Array, element: BerElement | undefined): BerElement | undefined {
  return element && readBer(data, element.start, element.end);
}

/** PrincipalName: its strings, joined as Kerberos writes them. */
function principal(data: Uint8Array, element: BerElement | undefined): string {
  const strings = inner(data, findBer(data, inner(data, element), field(1)));
  if (strings === undefined) return '';
  const parts: string[] = [];
  let at = strings.start;
  while (parts.length < 4) {
    const part = readBer(data, at, strings.end);
    if (part === undefined) break;
    parts.push(latin1Text(data, part.start, Math.min(part.end, part.start + 64)));
    at = part.next;
  }
  return parts.join('/');
}
