import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u32be } from './byte-fields.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { printable } from './login.ts';

/** DHCP for IPv4 (RFC 2131 §2, options of RFC 2132) and BOOTP before it. */

const REQUEST = 1;
const COOKIE = 0x63825363;
const COOKIE_AT = 236;
const OPTIONS_AT = 240;
const PAD = 0;
const END = 255;
const HOST_NAME = 12;
const MESSAGE_TYPE = 53;
const VENDOR_CLASS = 60;
const MAX_OPTIONS = 64;

/** Reads a message; `false` if it is none. */
export function readDhcp(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: start, payloadCaptured } = packet;
  const end = start + payloadCaptured;
  const operation = data[start]!;
  if (payloadCaptured < OPTIONS_AT || operation < 1 || operation > 2) return false;
  if (u32be(data, start + COOKIE_AT) !== COOKIE) return false;
  let messageType = NaN;
  let hostName = '';
  let vendorClass = '';
  let at = start + OPTIONS_AT;
  for (let i = 0; i < MAX_OPTIONS && at < end && data[at] !== END; i++) {
    if (data[at] === PAD) {
      at++;
      continue;
    }
    const next = at + 2 + (data[at + 1] ?? 0);
    if (at + 2 > end || next > end) break;
    if (data[at] === MESSAGE_TYPE && next > at + 2) messageType = data[at + 2]!;
    if (data[at] === HOST_NAME) hostName = optionText(data, at + 2, next);
    if (data[at] === VENDOR_CLASS) vendorClass = optionText(data, at + 2, next);
    at = next;
  }
  const ends = conversation(packet, operation === REQUEST);
  const hardwareAddress = hardware(data, start);
  sink.event({ kind: 'dhcp', ...ends, messageType, hostName, vendorClass, hardwareAddress });
  return true;
}

function optionText(data: Uint8Array, start: number, end: number): string {
  return printable(latin1Text(data, start, end).replace(/\0+$/, ''), 255);
}

function hardware(data: Uint8Array, start: number): string {
  const length = Math.min(data[start + 2]!, 16);
  const octets = Array.from(data.subarray(start + 28, start + 28 + length));
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}
