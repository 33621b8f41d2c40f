import { ByteWriter } from '../../bytes/byte-writer.ts';
import { smb1, utf16 } from './smb-message.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** Commands of an SMB1 session (MS-CIFS §2.2.4, MS-SMB §2.2.4). Each block is a count of words, the words, a count of bytes, the bytes. */

const COMMANDS = { trans: 0x25, echo: 0x2b, trans2Secondary: 0x33, sessionSetup: 0x73, treeConnect: 0x75, ntTransact: 0xa0, ntCreate: 0xa2, trans2: 0x32 } as const; // prettier-ignore
/** From the header's begin to the words, and between words and bytes. */
const BEFORE_WORDS = 33;
const FID = 0x4000;

interface Block {
  readonly command: keyof typeof COMMANDS;
  readonly isResponse?: boolean;
  readonly words: ByteWriter;
  readonly bytes: Uint8Array;
  readonly status?: number;
}

function message(block: Block): Uint8Array {
  const out = new ByteWriter(64 + block.bytes.length);
  out.u8(block.words.length / 2);
  out.slice(block.words.toBytes());
  out.u16le(block.bytes.length);
  out.slice(block.bytes);
  return smb1(COMMANDS[block.command], block.isResponse ?? false, out.toBytes(), block.status ?? 0);
}

function andX(): ByteWriter {
  const words = new ByteWriter(64);
  words.u32le(0xff);
  return words;
}

const unicode = (text: string): Uint8Array => utf16(`${text}\0`);
const PAD = Uint8Array.of(0);

/** A session for nobody in particular: neither name nor password. */
export function smb1SessionSetup(): Uint8Array {
  const words = andX();
  for (const value of [0xffdf, 2, 1, 0, 0, 1, 0]) words.u16le(value);
  words.u32le(0);
  words.u32le(0xd4);
  const texts = ['', '', 'Windows', 'Windows'].map(unicode);
  return message({ command: 'sessionSetup', words, bytes: joinBytes(PAD, ...texts) });
}

export function smb1SessionSetupResponse(): Uint8Array {
  const words = andX();
  words.u16le(0);
  const texts = ['Windows', 'Windows', 'WORKGROUP'].map(unicode);
  return message({ command: 'sessionSetup', isResponse: true, words, bytes: joinBytes(PAD, ...texts) }); // prettier-ignore
}

export function smb1TreeConnect(path: string): Uint8Array {
  const words = andX();
  words.u16le(8);
  words.u16le(1);
  const bytes = joinBytes(PAD, unicode(path), textBytes('?????\0'));
  return message({ command: 'treeConnect', words, bytes });
}

export function smb1TreeConnectResponse(): Uint8Array {
  const words = andX();
  words.u16le(1);
  return message({
    command: 'treeConnect',
    isResponse: true,
    words,
    bytes: textBytes('IPC\0\0\0'),
  });
}

/** Opens a pipe or file (MS-CIFS §2.2.4.64). */
export function smb1NtCreate(name: string): Uint8Array {
  const text = unicode(name);
  const words = andX();
  words.u8(0);
  words.u16le(text.length - 2);
  for (const value of [0x16, 0, 0x0002019f, 0, 0, 0, 7, 1, 0x40, 2]) words.u32le(value);
  words.u8(3);
  return message({ command: 'ntCreate', words, bytes: joinBytes(PAD, text) });
}

export function smb1NtCreateResponse(): Uint8Array {
  const words = andX();
  words.u8(0);
  words.u16le(FID);
  words.u32le(1);
  words.slice(new Uint8Array(32));
  words.u32le(0x80);
  words.slice(new Uint8Array(16));
  words.u16le(2);
  words.u16le(0x05ff);
  words.u8(0);
  return message({ command: 'ntCreate', isResponse: true, words, bytes: new Uint8Array(0) });
}

/** A remote call through a pipe (TRANS_TRANSACT_NMPIPE, §2.2.5.6). */
export function smb1TransactPipe(data: Uint8Array): Uint8Array {
  const name = unicode('\\PIPE\\');
  const offset = BEFORE_WORDS + 32 + 2 + 1 + name.length + 2;
  const words = new ByteWriter(32);
  for (const value of [0, data.length, 0, 4280, 0, 0, 0, 0, 0, 0, offset, data.length, offset, 2, 0x26, FID]) words.u16le(value); // prettier-ignore
  return message({ command: 'trans', words, bytes: joinBytes(PAD, name, PAD, PAD, data) });
}

export function smb1TransactPipeResponse(data: Uint8Array): Uint8Array {
  const offset = BEFORE_WORDS + 20 + 2 + 1;
  const words = new ByteWriter(20);
  for (const value of [0, data.length, 0, 0, offset, 0, data.length, offset, 0, 0])
    words.u16le(value);
  return message({ command: 'trans', isResponse: true, words, bytes: joinBytes(PAD, data) });
}

/** TRANS2_SESSION_SETUP (§2.2.6.14): reserved, never implemented, and so a knock that backdoors listen for. */
export function smb1Trans2SessionSetup(data: Uint8Array): Uint8Array {
  const parameters = new Uint8Array(12);
  const offset = BEFORE_WORDS + 30 + 2 + 1;
  const words = new ByteWriter(32);
  for (const value of [12, data.length, 1, 0, 0, 0, 0x3e80, 0, 0, 12, offset, data.length, offset + 12, 1, 0x0e]) words.u16le(value); // prettier-ignore
  return message({ command: 'trans2', words, bytes: joinBytes(PAD, parameters, data) });
}

/** The first part of a transaction whose rest is sent in secondaries (§2.2.4.62). */
export function smb1NtTransact(totalBytes: number, data: Uint8Array): Uint8Array {
  const offset = BEFORE_WORDS + 38 + 2 + 1;
  const words = new ByteWriter(40);
  words.u8(1);
  words.u16le(0);
  for (const value of [30, totalBytes, 30, 0, 30, offset, data.length, offset + 30])
    words.u32le(value);
  words.u8(0);
  words.u16le(0);
  return message({ command: 'ntTransact', words, bytes: joinBytes(PAD, new Uint8Array(30), data) });
}

/** One more part of a transaction's data (§2.2.4.47). */
export function smb1Trans2Secondary(
  totalBytes: number,
  sent: number,
  data: Uint8Array,
): Uint8Array {
  const offset = BEFORE_WORDS + 18 + 2 + 1;
  const words = new ByteWriter(20);
  for (const value of [0, totalBytes & 0xffff, 0, 0, 0, data.length, offset, sent & 0xffff, 0])
    words.u16le(value);
  return message({ command: 'trans2Secondary', words, bytes: joinBytes(PAD, data) });
}

/** An answer without content: done, or refused. */
export function smb1Answer(command: keyof typeof COMMANDS, status: number): Uint8Array {
  return message({ command, isResponse: true, words: new ByteWriter(1), bytes: new Uint8Array(0), status }); // prettier-ignore
}

export function smb1Echo(isResponse: boolean, data: Uint8Array): Uint8Array {
  const words = new ByteWriter(2);
  words.u16le(1);
  return message({ command: 'echo', isResponse, words, bytes: data });
}
