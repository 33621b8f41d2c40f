import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { payloadText } from './payload-text.ts';

/** Redis's RESP (redis.io, "RESP protocol spec"): commands, and refusals of AUTH. Its `+OK` answers anything. */

const MAX_BYTES = 4096;
const MAX_COMMANDS = 16;
const MAX_ARGUMENTS = 6;
const REFUSED =
  /^-(WRONGPASS |ERR invalid password|ERR WRONGPASS |ERR AUTH failed|ERR invalid username-password pair)/;

function isRedisPort(port: number): boolean {
  return port === 6379;
}

/** Reads commands written as arrays of strings, on any port; `false` if it is none. */
export function readRedisCommands(packet: Packet, sink: MessageSink): boolean {
  const second = packet.data[packet.payloadOffset + 1]!;
  if (second < 0x31 || second > 0x39) return false;
  const text = payloadText(packet, MAX_BYTES);
  let at = 0;
  let found = false;
  for (let i = 0; i < MAX_COMMANDS; i++) {
    const command = readArray(text, at);
    if (command === undefined) break;
    found = true;
    report(packet, sink, command.arguments);
    if (!command.isWhole) break;
    at = command.end;
  }
  return found;
}

interface RedisCommand {
  readonly arguments: readonly string[];
  readonly end: number;
  readonly isWhole: boolean;
}

/** `*n CRLF` and n times `$length CRLF bytes CRLF`; at most the first arguments, as far as they are there. */
function readArray(text: string, start: number): RedisCommand | undefined {
  const head = line(text, start);
  if (head === undefined || !/^\*\d{1,7}$/.test(head.text)) return undefined;
  const count = Number(head.text.slice(1));
  const found: string[] = [];
  let at = head.end;
  while (found.length < Math.min(count, MAX_ARGUMENTS)) {
    const size = line(text, at);
    if (size === undefined || !/^\$\d{1,9}$/.test(size.text)) break;
    const next = size.end + Number(size.text.slice(1));
    if (next > text.length) break;
    found.push(text.slice(size.end, next));
    at = next + 2;
  }
  if (!/^[A-Za-z][\w.|-]{1,31}$/.test(found[0] ?? '')) return undefined;
  return { arguments: found, end: at, isWhole: found.length === count };
}

function line(text: string, start: number): { text: string; end: number } | undefined {
  const end = text.indexOf('\r\n', start);
  if (end < 0 || end - start > 12) return undefined;
  return { text: text.slice(start, end), end: end + 2 };
}

function report(packet: Packet, sink: MessageSink, words: readonly string[]): void {
  const verb = words[0]!.toUpperCase();
  reportCommand(packet, sink, 'redis', verb);
  // AUTH password, AUTH user password, HELLO 3 AUTH user password: a password alone is the user `default`.
  const isHello = verb === 'HELLO' && words[2]?.toUpperCase() === 'AUTH';
  if (verb === 'AUTH' || isHello) {
    const userName = isHello ? (words[3] ?? '') : words.length > 2 ? words[1]! : 'default';
    reportAttempt(packet, sink, 'redis', userName);
  }
}

/** Reads an answer that only Redis gives, on any port. */
export function readRedisAnswer(packet: Packet, sink: MessageSink): boolean {
  const text = payloadText(packet, 64);
  if (REFUSED.test(text)) {
    reportLogin(packet, sink, 'redis', 'failure');
    return true;
  }
  return /^-(NOAUTH |NOPERM |READONLY |DENIED Redis |WRONGTYPE |LOADING Redis )/.test(text);
}

/** Reads a packet on Redis's own port: also inline commands (AUTH secret) and short answers. */
export function readRedis(packet: Packet, sink: MessageSink): boolean {
  const text = payloadText(packet, 256);
  if (!isRedisPort(packet.destinationPort)) {
    return readRedisAnswer(packet, sink) || /^(?:[+-][A-Z]|[:$*]-?\d{1,20}\r\n)/.test(text);
  }
  if (text.startsWith('*')) return readRedisCommands(packet, sink);
  const words = /^([A-Za-z][ -~]{2,200}?)\r?\n/.exec(text)?.[1]?.split(' ');
  if (words === undefined || !/^[A-Za-z]{3,16}$/.test(words[0]!)) return false;
  report(packet, sink, words);
  return true;
}
