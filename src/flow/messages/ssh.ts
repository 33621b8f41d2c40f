import { ByteReader } from '../../bytes/byte-reader.ts';
import { conversation, isFromClient, type MessageSink } from './conversation.ts';
import { md5 } from './ja3.ts';
import type { Message } from './message.ts';
import { bytesText } from './payload-text.ts';

/** What SSH says before it encrypts: identification (RFC 4253 §4.2) and the algorithms it offers (§7.1). */

const MAX_BANNER = 255;
const KEXINIT = 20;
/** Packet length, padding length, type, cookie. */
const LISTS_AT = 4 + 1 + 1 + 16;
/** RFC 4253 §6.1. */
const MAX_PACKET = 35_000;
const MIN_PACKET = 64;

/** The identification line `SSH-2.0-software comments`, and the key exchange if it follows at once. */
export function readSsh(message: Message, sink: MessageSink): boolean {
  const { data, start, end } = message;
  const text = bytesText(data, start, Math.min(end, start + MAX_BANNER));
  const match = /^SSH-\d\.\d+-([!-~]{0,200})/.exec(text);
  if (match === null) return false;
  const newline = text.indexOf('\n');
  if (newline < 0 && message.mayGrow && message.length < MAX_BANNER) {
    return message.waitFor(message.length + 1, readSsh);
  }
  const fromClient = isFromClient(message.ends, isSshPort);
  sink.event({
    kind: 'ssh-banner',
    ...conversation(message.ends, fromClient),
    fromClient,
    software: match[1]!,
  });
  message.start = newline < 0 ? end : start + newline + 1;
  if (message.length > 0) readSshKeyExchange(message, sink);
  return true;
}

/** SSH_MSG_KEXINIT; `false` if the message does not begin with one. */
export function readSshKeyExchange(message: Message, sink: MessageSink): boolean {
  const { data, start } = message;
  if (message.length <= LISTS_AT + 4) {
    const isBegun =
      message.length < 2 ? data[start] === 0 : data[start] === 0 && data[start + 1]! < 0x89;
    return isBegun && message.mayGrow && message.waitFor(LISTS_AT + 5, readSshKeyExchange);
  }
  if (!isKeyExchange(message)) return false;
  const bytes = 4 + u32(data, start);
  if (message.length < bytes) {
    if (message.mayGrow) return message.waitFor(bytes, readSshKeyExchange);
    message.countCut('ssh', sink);
    return true;
  }
  const fromClient = isFromClient(message.ends, isSshPort);
  const hassh = hasshOf(new ByteReader(data, start + LISTS_AT, start + bytes), fromClient);
  if (hassh === '') sink.skipped('malformed:ssh', 1);
  else {
    sink.event({
      kind: 'ssh-key-exchange',
      ...conversation(message.ends, fromClient),
      fromClient,
      hassh,
    });
  }
  return true;
}

function isKeyExchange({ data, start }: Message): boolean {
  if (data[start + 5] !== KEXINIT || data[start] !== 0 || data[start + 1] !== 0) return false;
  const length = u32(data, start);
  const first = u32(data, start + LISTS_AT);
  const letter = data[start + LISTS_AT + 4]!;
  if (length < MIN_PACKET || length > MAX_PACKET || data[start + 4]! < 4) return false;
  return first > 0 && first < length && letter > 0x20 && letter < 0x7f;
}

/** HASSH (Salesforce 2018): MD5 of key exchange, encryption, MAC and compression algorithms as this side sends them. */
function hasshOf(reader: ByteReader, fromClient: boolean): string {
  // Key exchange, host key, then client to server and server to client of: encryption, MAC, compression.
  const lists = Array.from({ length: 8 }, () => reader.slice(reader.u32()));
  if (reader.truncated) return '';
  const chosen = fromClient ? [0, 2, 4, 6] : [0, 3, 5, 7];
  return md5(chosen.map((i) => bytesText(lists[i]!, 0, lists[i]!.length)).join(';'));
}

function isSshPort(port: number): boolean {
  return port === 22 || port === 2222;
}

function u32(data: Uint8Array, at: number): number {
  return ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0;
}
