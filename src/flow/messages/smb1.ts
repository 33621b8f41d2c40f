import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u16le, u32le, utf16Text } from './byte-fields.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { readRpcPipe } from './dce-rpc.ts';
import { printable, reportAttempt } from './login.ts';
import { readNtlm } from './ntlm.ts';
import { isRefusal, reportSessionSetup } from './smb-status.ts';
import { smb1Name, transactionName } from './smb1-names.ts';

/** SMB 1 (MS-CIFS §2.2.3, §2.2.4): sessions, shares, opened files, transactions, and RPC in its pipes. */

const HEADER = 32;
const IS_ANSWER = 0x80;
const UNICODE = 0x8000;
const SESSION_SETUP = 0x73;
const TREE_CONNECT = 0x75;
const TRANSACTION = 0x25;
const NT_TRANSACT = 0xa0;
const TRANSACT_NMPIPE = 0x26;
const MAX_PATH = 260;
/** Commands whose first words name another command behind them. */
const ANDX = new Set([0x24, 0x2d, 0x2e, 0x2f, SESSION_SETUP, 0x74, TREE_CONNECT, 0xa2]);
const NO_ANDX = 0xff;
const MAX_CHAIN = 4;

/** One command's part of a message: parameter words, then bytes. */
interface Block {
  readonly command: number;
  readonly header: number;
  /** Where the words begin, and how many bytes of them there are. */
  readonly words: number;
  readonly wordBytes: number;
  readonly bytes: number;
  readonly end: number;
  readonly isUnicode: boolean;
}

/** Reads one message with the commands chained in it. */
export function readSmb1(
  packet: Packet,
  { start, end }: { readonly start: number; readonly end: number },
  sink: MessageSink,
): void {
  const { data } = packet;
  const isAnswer = (data[start + 9]! & IS_ANSWER) !== 0;
  const isUnicode = (u16le(data, start + 10) & UNICODE) !== 0;
  let command = data[start + 4]!;
  let at = start + HEADER;
  for (let i = 0; i < MAX_CHAIN; i++) {
    const wordBytes = at < end ? data[at]! * 2 : 0;
    const words = Math.min(at + 1, end);
    const bytes = Math.min(words + wordBytes + 2, end);
    const block = { command, header: start, words, wordBytes: Math.min(wordBytes, end - words), bytes, end, isUnicode }; // prettier-ignore
    if (isAnswer) readAnswer(packet, block, sink);
    else readRequest(packet, block, sink);
    if (!ANDX.has(command) || block.wordBytes < 4 || data[words] === NO_ANDX) return;
    const next = start + u16le(data, words + 2);
    if (next <= at || next >= end) return;
    command = data[words]!;
    at = next;
  }
}

function readAnswer(packet: Packet, block: Block, sink: MessageSink): void {
  const { data } = packet;
  const status = u32le(data, block.header + 5);
  if (block.command === SESSION_SETUP) {
    const isGuest = block.wordBytes >= 6 && (data[block.words + 4]! & 1) !== 0;
    reportSessionSetup(packet, sink, status, isGuest ? 'guest' : undefined);
  }
  const isTold = block.command === TREE_CONNECT && status === 0;
  const isDosError = status !== 0 && (status & 0xff) <= 3 && status < 0x40000000;
  if (!isTold && !isRefusal(status) && !isDosError) return;
  sink.event({
    kind: 'smb',
    ...conversation(packet, false),
    version: 1,
    command: smb1Name(block.command),
    path: '',
    status,
  });
}

function readRequest(packet: Packet, block: Block, sink: MessageSink): void {
  const { data } = packet;
  switch (block.command) {
    case SESSION_SETUP:
      readSessionSetup(packet, block, sink);
      break;
    case TREE_CONNECT:
      // Words: AndX (4 bytes), flags, length of the share's password, which comes before the path.
      if (block.wordBytes < 8) break;
      report(packet, block, pathAt(data, block, block.bytes + u16le(data, block.words + 6)), sink);
      break;
    case 0x2d: // OPEN_ANDX
    case 0xa2: // NT_CREATE_ANDX
      report(packet, block, pathAt(data, block, block.bytes), sink);
      break;
    case 0x00: // CREATE_DIRECTORY
    case 0x01: // DELETE_DIRECTORY
    case 0x06: // DELETE
    case 0x07: // RENAME: its old name
      report(packet, block, pathAt(data, block, block.bytes + 1), sink); // after the format's byte
      break;
    case 0x2f: // WRITE_ANDX
      if (block.wordBytes < 24) break;
      readRpcPipe(
        packet,
        { start: block.header + u16le(data, block.words + 22), end: block.end },
        sink,
      );
      break;
    case TRANSACTION:
    case 0x32: // TRANSACTION2
    case NT_TRANSACT:
      readTransaction(packet, block, sink);
      break;
    case 0x26: // TRANSACTION_SECONDARY
    case 0x33: // TRANSACTION2_SECONDARY
    case 0xa1: // NT_TRANSACT_SECONDARY
      report(packet, block, '', sink);
      break;
    default:
  }
}

function readTransaction(packet: Packet, block: Block, sink: MessageSink): void {
  const { data } = packet;
  const { command, words, wordBytes, header, end } = block;
  const at = command === NT_TRANSACT ? 36 : 28; // the function: NT_TRANSACT's word, the others' first set-up word
  const code = wordBytes >= at + 2 ? u16le(data, words + at) : NaN;
  if (command === TRANSACTION && code === TRANSACT_NMPIPE) {
    readRpcPipe(packet, { start: header + u16le(data, words + 24), end }, sink);
    return;
  }
  const path = command === TRANSACTION ? pathAt(data, block, block.bytes) : '';
  report(packet, block, path, sink, transactionName(command, code));
}

function readSessionSetup(packet: Packet, block: Block, sink: MessageSink): void {
  const { data } = packet;
  const { words, wordBytes, bytes, end } = block;
  if (wordBytes === 24) {
    readNtlm(packet, sink, 'smb', { start: bytes, end });
    return;
  }
  if (wordBytes !== 26 && wordBytes !== 20) return;
  // Passwords (LAN Manager's, NT's) stand before the account's name.
  const passwords = u16le(data, words + 14) + (wordBytes === 26 ? u16le(data, words + 16) : 0);
  const userName = pathAt(data, block, bytes + passwords);
  if (userName !== '') reportAttempt(packet, sink, 'smb', userName);
}

/** A text up to its NUL; UTF-16 begins at an even distance from the header (MS-CIFS §2.2.1.1). */
function pathAt(data: Uint8Array, block: Block, at: number): string {
  const { header, end, isUnicode } = block;
  if (at >= end) return '';
  if (!isUnicode) {
    const limit = Math.min(end, at + MAX_PATH);
    const stop = data.subarray(at, limit).indexOf(0);
    return printable(latin1Text(data, at, stop < 0 ? limit : at + stop), MAX_PATH);
  }
  const start = at + ((at - header) & 1);
  let stop = start;
  const limit = Math.min(end - 1, start + 2 * MAX_PATH);
  while (stop < limit && (data[stop] !== 0 || data[stop + 1] !== 0)) stop += 2;
  return printable(utf16Text(data, start, stop), MAX_PATH);
}

function report(
  packet: Packet,
  block: Block,
  path: string,
  sink: MessageSink,
  command = smb1Name(block.command),
): void {
  sink.event({
    kind: 'smb',
    ...conversation(packet, true),
    version: 1,
    command,
    path,
    status: NaN,
  });
}
