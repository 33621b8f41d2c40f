import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u32le } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportLogin } from './login.ts';
import { scramUserName } from './sasl.ts';

/** MongoDB's wire protocol (documentation, "Wire Protocol") and the SASL conversation in it. */

const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MAX_BYTES = 2048;

/** Reads a message, on any port; `false` if it is none. */
export function readMongodb(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < HEADER + 10) return false;
  const length = u32le(data, at);
  const code = u32le(data, at + 12);
  if (length !== payloadLength || (code !== OP_REPLY && code !== OP_QUERY && code !== OP_MSG))
    return false;
  // BSON's keys end with NUL behind a byte for their type; numbers and texts lie between.
  const text = latin1Text(data, at + HEADER, at + Math.min(payloadCaptured, MAX_BYTES));
  const isAnswer = u32le(data, at + 8) !== 0;
  if (isAnswer) readAnswer(packet, text, sink);
  else readRequest(packet, text, sink);
  return true;
}

function readRequest(packet: Packet, text: string, sink: MessageSink): void {
  if (!/[\x01\x10]saslStart\0/.test(text)) return; // eslint-disable-line no-control-regex
  const payload = text.indexOf('payload\0');
  const start = text.slice(payload + 13, payload + 13 + 300);
  const userName = payload < 0 ? '' : scramUserName(start);
  reportAttempt(packet, sink, 'mongodb', userName);
}

/** `codeName` of a refusal; `done: true` in a SASL conversation's last answer. */
function readAnswer(packet: Packet, text: string, sink: MessageSink): void {
  if (text.includes('codeName\0\x15\0\0\0AuthenticationFailed\0')) {
    reportLogin(packet, sink, 'mongodb', 'failure');
  } else if (text.includes('\x10conversationId\0') && text.includes('\bdone\0\x01')) {
    reportLogin(packet, sink, 'mongodb', 'success');
  }
}
