import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand, reportLogin } from './login.ts';
import { payloadText } from './payload-text.ts';

const REQUEST =
  /^(REGISTER|INVITE|ACK|BYE|CANCEL|OPTIONS|SUBSCRIBE|NOTIFY|MESSAGE|INFO|REFER|PRACK|UPDATE|PUBLISH) sips?:\S{1,512} SIP\/2\.0\r?\n/;

/** SIP (RFC 3261 §7): answers to REGISTER are answers to a login; 401 and 407 ask for one. */
export function readSip(packet: Packet, sink: MessageSink): boolean {
  const text = payloadText(packet, 2048);
  if (!text.startsWith('SIP/2.0 ')) {
    const verb = REQUEST.exec(text)?.[1];
    if (verb === undefined) return false;
    reportCommand(packet, sink, 'sip', verb);
    return true;
  }
  if (!/\ncseq:[ \t]*\d{1,10}[ \t]+register/i.test(text)) return true;
  const status = text.slice(8, 11);
  const userName = /\n(?:to|t):[^\r\n]{0,256}?sips?:([^@>;\r\n]{1,64})@/i.exec(text)?.[1] ?? '';
  if (status === '200') reportLogin(packet, sink, 'sip', 'success', { userName });
  else if (status === '403' || status === '404') {
    reportLogin(packet, sink, 'sip', 'failure', { userName });
  } else if (status === '401' || status === '407') {
    reportLogin(packet, sink, 'sip', 'unknown', { userName });
  }
  return true;
}
