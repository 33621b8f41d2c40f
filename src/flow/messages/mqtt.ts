import type { Packet } from '../../capture/packet.ts';
import { hasText, latin1Text, u16be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportLogin } from './login.ts';

/** MQTT 3.1, 3.1.1 (§3.1, §3.2) and 5 (§3.1, §3.2): CONNECT and CONNACK. */

const CONNECT = 0x10;
const CONNACK = 0x20;
const HAS_USER_NAME = 0x80;
const HAS_WILL = 0x04;
/** Bad user name or password, not authorised; version 5: not authorised, bad name or password, banned, bad method. */
const REFUSED = new Set([4, 5, 0x86, 0x87, 0x8a, 0x8c]);

/** Reads CONNECT on any port, CONNACK where its length leaves nothing else; `false` if it is neither. */
export function readMqtt(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured, payloadLength } = packet;
  const end = payloadOffset + payloadCaptured;
  if (payloadCaptured < 4) return false;
  if (data[payloadOffset] === CONNACK) return payloadLength < 128 && readAnswer(packet, sink);
  if (data[payloadOffset] !== CONNECT) return false;
  // The remaining length: one to four bytes of seven bits.
  let at = payloadOffset + 1;
  while (at < end && at < payloadOffset + 4 && data[at]! >= 0x80) at++;
  at += 1;
  const nameBytes = hasText(data, at + 2, end, 'MQTT')
    ? 4
    : hasText(data, at + 2, end, 'MQIsdp')
      ? 6
      : 0;
  if (nameBytes === 0 || u16be(data, at) !== nameBytes) return false;
  readConnect(packet, at + 2 + nameBytes, sink);
  return true;
}

/** Level, flags, keep-alive (and properties), then texts behind their lengths: client, will's topic and words, user. */
function readConnect(packet: Packet, start: number, sink: MessageSink): void {
  const { data, payloadOffset, payloadCaptured } = packet;
  const end = payloadOffset + payloadCaptured;
  if (start + 4 > end) return;
  const level = data[start]!;
  const flags = data[start + 1]!;
  if ((flags & HAS_USER_NAME) === 0) return;
  let at = start + 4;
  if (level >= 5) at += 1 + (data[at] ?? 0);
  let skip = 1 + ((flags & HAS_WILL) !== 0 ? 2 : 0);
  for (; skip > 0 && at + 2 <= end; skip--) {
    at += 2 + u16be(data, at);
    if (level >= 5 && skip === 3) at += 1 + (data[at] ?? 0); // the will's properties
  }
  const length = at + 2 <= end ? u16be(data, at) : 0;
  const isThere = skip === 0 && at + 2 + length <= end;
  reportAttempt(packet, sink, 'mqtt', isThere ? latin1Text(data, at + 2, at + 2 + length) : '');
}

/** Length, whether a session is kept (0 or 1), the reason, in version 5 properties. */
function readAnswer(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadLength } = packet;
  const length = data[at + 1]!;
  if (length !== payloadLength - 2 || length < 2 || data[at + 2]! > 1) return false;
  const reason = data[at + 3]!;
  const isVersion5 = length > 2;
  if (!isVersion5 && reason > 5) return false;
  if (reason === 0) reportLogin(packet, sink, 'mqtt', 'success');
  else if (REFUSED.has(reason)) reportLogin(packet, sink, 'mqtt', 'failure');
  return true;
}
