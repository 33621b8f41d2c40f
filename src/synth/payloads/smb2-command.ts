import { ByteWriter } from '../../bytes/byte-writer.ts';
import { smb2, type Smb2Header, utf16 } from './smb-message.ts';

/** Commands of an SMB2 session in the clear (MS-SMB2 §2.2): shares, files and named pipes. */

const TREE = 5;
const SESSION = 77;
const FSCTL_PIPE_TRANSCEIVE = 0x0011c017;
const FILE_ID = Uint8Array.of(0x11, 0, 0, 0, 9, 0, 0, 0, 0x11, 0, 0, 0, 0xff, 0xff, 0xff, 0xff);

function message(
  command: Smb2Header['command'],
  isResponse: boolean,
  body: ByteWriter,
  status = 0,
): Uint8Array {
  const header = { command, isResponse, messageId: 5, sessionId: SESSION, treeId: TREE, status };
  return smb2(header, body.toBytes());
}

/** A refusal of any command (§2.2.2). */
export function smb2Refusal(command: Smb2Header['command'], status: number): Uint8Array {
  const out = new ByteWriter(16);
  out.u16le(9);
  out.u16le(0);
  out.u32le(0);
  out.u8(0);
  return message(command, true, out, status);
}

export function smb2TreeConnect(path: string): Uint8Array {
  const name = utf16(path);
  const out = new ByteWriter(64);
  out.u16le(9);
  out.u16le(0);
  out.u16le(72);
  out.u16le(name.length);
  out.slice(name);
  return message('treeConnect', false, out);
}

export function smb2TreeConnectResponse(isPipe: boolean): Uint8Array {
  const out = new ByteWriter(16);
  out.u16le(16);
  out.u16le(isPipe ? 2 : 1);
  out.u32le(isPipe ? 0x30 : 0x800);
  out.u32le(0);
  out.u32le(0x001f01ff);
  return message('treeConnect', true, out);
}

/** Opens a file or pipe by its name below the share (§2.2.13). */
export function smb2Create(name: string): Uint8Array {
  const bytes = utf16(name);
  const out = new ByteWriter(128);
  out.u16le(57);
  out.u16le(0);
  out.u32le(2);
  out.slice(new Uint8Array(16));
  out.u32le(0x0012019f);
  out.u32le(0);
  out.u32le(7);
  out.u32le(1);
  out.u32le(0x40);
  out.u16le(120);
  out.u16le(bytes.length);
  out.u32le(0);
  out.u32le(0);
  out.slice(bytes);
  return message('create', false, out);
}

export function smb2CreateResponse(fileBytes: number): Uint8Array {
  const out = new ByteWriter(88);
  out.u16le(89);
  out.u16le(0);
  out.u32le(1);
  out.slice(new Uint8Array(32));
  for (let i = 0; i < 2; i++) {
    out.u32le(fileBytes);
    out.u32le(0);
  }
  out.u32le(0x80);
  out.u32le(0);
  out.slice(FILE_ID);
  out.u32le(0);
  out.u32le(0);
  return message('create', true, out);
}

export function smb2Write(data: Uint8Array): Uint8Array {
  const out = new ByteWriter(64 + data.length);
  out.u16le(49);
  out.u16le(112);
  out.u32le(data.length);
  out.u32le(0);
  out.u32le(0);
  out.slice(FILE_ID);
  out.slice(new Uint8Array(16));
  out.slice(data);
  return message('write', false, out);
}

export function smb2WriteResponse(bytes: number): Uint8Array {
  const out = new ByteWriter(16);
  out.u16le(17);
  out.u16le(0);
  out.u32le(bytes);
  out.u32le(0);
  out.u32le(0);
  return message('write', true, out);
}

export function smb2Read(bytes: number): Uint8Array {
  const out = new ByteWriter(64);
  out.u16le(49);
  out.u16le(0x50);
  out.u32le(bytes);
  out.u32le(0);
  out.u32le(0);
  out.slice(FILE_ID);
  out.slice(new Uint8Array(17));
  return message('read', false, out);
}

export function smb2ReadResponse(data: Uint8Array): Uint8Array {
  const out = new ByteWriter(32 + data.length);
  out.u16le(17);
  out.u16le(80);
  out.u32le(data.length);
  out.u32le(0);
  out.u32le(0);
  out.slice(data);
  return message('read', true, out);
}

/** Writes to a pipe and reads its answer in one round (FSCTL_PIPE_TRANSCEIVE, §2.2.31). */
export function smb2Transceive(data: Uint8Array, isResponse: boolean): Uint8Array {
  const out = new ByteWriter(64 + data.length);
  out.u16le(isResponse ? 49 : 57);
  out.u16le(0);
  out.u32le(FSCTL_PIPE_TRANSCEIVE);
  out.slice(FILE_ID);
  if (isResponse) {
    for (const value of [112, 0, 112, data.length, 0, 0]) out.u32le(value);
  } else {
    for (const value of [120, data.length, 0, 0, 0, 4280, 1, 0]) out.u32le(value);
  }
  out.slice(data);
  return message('ioctl', isResponse, out);
}

export function smb2Close(isResponse: boolean): Uint8Array {
  const out = new ByteWriter(64);
  out.u16le(isResponse ? 60 : 24);
  out.u16le(0);
  out.u32le(0);
  out.slice(isResponse ? new Uint8Array(52) : FILE_ID);
  return message('close', isResponse, out);
}
