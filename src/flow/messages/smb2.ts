import type { Packet } from '../../capture/packet.ts';
import { u16le, u32le, utf16Text } from './byte-fields.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { readRpcPipe } from './dce-rpc.ts';
import { printable } from './login.ts';
import { readNtlm } from './ntlm.ts';
import { isRefusal, reportSessionSetup } from './smb-status.ts';

/** SMB 2 and 3 (MS-SMB2 §2.2): sessions, shares, what is opened on them, and RPC in their pipes. */

const HEADER = 64;
const IS_ANSWER = 1;
/** Messages compounded into one (MS-SMB2 §3.2.4.1.4). */
const MAX_COMPOUND = 16;
const MAX_PATH = 260;
const FSCTL_PIPE_TRANSCEIVE = 0x0011c017;

const COMMANDS = [
  'NEGOTIATE', 'SESSION_SETUP', 'LOGOFF', 'TREE_CONNECT', 'TREE_DISCONNECT', 'CREATE', 'CLOSE', 'FLUSH', 'READ',
  'WRITE', 'LOCK', 'IOCTL', 'CANCEL', 'ECHO', 'QUERY_DIRECTORY', 'CHANGE_NOTIFY', 'QUERY_INFO', 'SET_INFO',
  'OPLOCK_BREAK',
] as const; // prettier-ignore

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Reads one message or a chain of them. */
export function readSmb2(packet: Packet, { start, end }: Range, sink: MessageSink): void {
  const { data } = packet;
  let at = start;
  for (let i = 0; i < MAX_COMPOUND && at + HEADER <= end; i++) {
    const next = u32le(data, at + 20);
    const range = { start: at, end: next === 0 ? end : Math.min(at + next, end) };
    const command = COMMANDS[u16le(data, at + 12)];
    if (command === undefined) return;
    if ((data[at + 16]! & IS_ANSWER) !== 0) readAnswer(packet, range, command, sink);
    else readRequest(packet, range, command, sink);
    if (next < HEADER) return;
    at += next;
  }
}

function readRequest(packet: Packet, range: Range, command: string, sink: MessageSink): void {
  const { data } = packet;
  const body = range.start + HEADER;
  switch (command) {
    case 'SESSION_SETUP':
      readNtlm(packet, sink, 'smb', { start: body, end: range.end });
      break;
    case 'TREE_CONNECT':
      reportPath(packet, range, command, body + 4, sink);
      break;
    case 'CREATE':
      reportPath(packet, range, command, body + 44, sink);
      break;
    case 'WRITE':
      if (body + 16 > range.end) break;
      readRpcPipe(packet, { start: range.start + u16le(data, body + 2), end: range.end }, sink);
      break;
    case 'IOCTL':
      if (body + 32 > range.end || u32le(data, body + 4) !== FSCTL_PIPE_TRANSCEIVE) break;
      readRpcPipe(packet, { start: range.start + u32le(data, body + 24), end: range.end }, sink);
      break;
    default:
  }
}

/** A path by its descriptor: offset from the header and length in bytes, 16 bits each. */
function reportPath(
  packet: Packet,
  { start, end }: Range,
  command: string,
  descriptor: number,
  sink: MessageSink,
): void {
  if (descriptor + 4 > end) return;
  const { data } = packet;
  const from = start + u16le(data, descriptor);
  const length = u16le(data, descriptor + 2);
  const path = printable(utf16Text(data, from, Math.min(from + length, end)), MAX_PATH);
  sink.event({
    kind: 'smb',
    ...conversation(packet, true),
    version: 2,
    command,
    path,
    status: NaN,
  });
}

function readAnswer(packet: Packet, range: Range, command: string, sink: MessageSink): void {
  const { data } = packet;
  const status = u32le(data, range.start + 8);
  if (command === 'SESSION_SETUP') {
    const at = range.start + HEADER;
    const flags = at + 4 <= range.end ? u16le(data, at + 2) : 0;
    const unproven = (flags & 1) !== 0 ? 'guest' : (flags & 2) !== 0 ? 'anonymous' : undefined;
    reportSessionSetup(packet, sink, status, unproven);
  }
  const isTold = command === 'TREE_CONNECT' && status === 0;
  if (!isTold && !isRefusal(status)) return;
  sink.event({
    kind: 'smb',
    ...conversation(packet, false),
    version: 2,
    command,
    path: '',
    status,
  });
}
