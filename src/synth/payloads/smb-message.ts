import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Random } from '../random.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** NT status codes of the answers that matter here. */
export const SMB_STATUS = {
  ok: 0,
  moreProcessing: 0xc0000016,
  logonFailure: 0xc000006d,
  accessDenied: 0xc0000022,
  notFound: 0xc0000034,
  notImplemented: 0xc0000002,
} as const;

const COMMANDS = { negotiate: 0, sessionSetup: 1, treeConnect: 3, create: 5, close: 6, read: 8, write: 9, ioctl: 11 } as const; // prettier-ignore

export interface Smb2Header {
  readonly command: keyof typeof COMMANDS;
  readonly isResponse: boolean;
  readonly status?: number;
  readonly messageId: number;
  readonly sessionId?: number;
  readonly treeId?: number;
}

/** A NetBIOS session message with an SMB2 header (MS-SMB2 §2.2.1) in front of a body. */
export function smb2(header: Smb2Header, body: Uint8Array): Uint8Array {
  const out = new ByteWriter(128);
  out.u32(64 + body.length);
  out.u32(0xfe534d42);
  out.u16le(64);
  out.u16le(1);
  out.u32le(header.status ?? 0);
  out.u16le(COMMANDS[header.command]);
  out.u16le(31);
  out.u32le(header.isResponse ? 1 : 0);
  out.u32le(0);
  out.u32le(header.messageId);
  out.u32le(0);
  out.u32le(0xfeff);
  out.u32le(header.treeId ?? 0);
  out.u32le(header.sessionId ?? 0);
  out.u32le(0);
  out.slice(new Uint8Array(16));
  out.slice(body);
  return out.toBytes();
}

/** SMB2 NEGOTIATE request for 2.0.2 … 3.0.2 (§2.2.3). */
export function smb2Negotiate(random: Random): Uint8Array {
  const dialects = [0x0202, 0x0210, 0x0300, 0x0302];
  const out = new ByteWriter(64);
  out.u16le(36);
  out.u16le(dialects.length);
  out.u16le(1);
  out.u16le(0);
  out.u32le(0x7f);
  out.slice(random.bytes(16));
  out.slice(new Uint8Array(8));
  for (const dialect of dialects) out.u16le(dialect);
  return smb2({ command: 'negotiate', isResponse: false, messageId: 0 }, out.toBytes());
}

/** Its response (§2.2.4), without a security token. */
export function smb2NegotiateResponse(random: Random): Uint8Array {
  const out = new ByteWriter(80);
  out.u16le(65);
  out.u16le(1);
  out.u16le(0x0302);
  out.u16le(0);
  out.slice(random.bytes(16));
  out.u32le(0x2f);
  for (let i = 0; i < 3; i++) out.u32le(8_388_608);
  out.slice(new Uint8Array(16));
  out.u16le(128);
  out.u16le(0);
  out.u32le(0);
  return smb2({ command: 'negotiate', isResponse: true, messageId: 0 }, out.toBytes());
}

/** SESSION_SETUP with an NTLM message (§2.2.5): 1 negotiate, 3 authenticate. */
export function smb2SessionSetup(random: Random, step: 1 | 3, user: string): Uint8Array {
  const token = step === 1 ? ntlmNegotiate() : ntlmAuthenticate(random, user);
  const out = new ByteWriter(256);
  out.u16le(25);
  out.u16le(0x0100);
  out.u32le(1);
  out.u32le(0);
  out.u16le(88);
  out.u16le(token.length);
  out.slice(new Uint8Array(8));
  out.slice(token);
  return smb2({ command: 'sessionSetup', isResponse: false, messageId: step, sessionId: step === 1 ? 0 : 77 }, out.toBytes()); // prettier-ignore
}

/** The challenge after step 1, the verdict after step 3 (§2.2.6, §2.2.2). */
export function smb2SessionSetupResponse(random: Random, step: 1 | 3, status: number): Uint8Array {
  const out = new ByteWriter(256);
  if (status === SMB_STATUS.logonFailure) {
    out.u16le(9);
    out.u16le(0);
    out.u32le(0);
    out.u8(0);
  } else {
    const token = step === 1 ? ntlmChallenge(random) : new Uint8Array(0);
    out.u16le(9);
    out.u16le(0);
    out.u16le(72);
    out.u16le(token.length);
    out.slice(token);
  }
  return smb2(
    { command: 'sessionSetup', isResponse: true, messageId: step, sessionId: 77, status },
    out.toBytes(),
  );
}

/** An encrypted SMB 3 message of that many bytes (§2.2.41). */
export function smb3Encrypted(random: Random, content: Uint8Array): Uint8Array {
  const out = new ByteWriter(60 + content.length);
  out.u32(52 + content.length);
  out.u32(0xfd534d42);
  out.slice(random.bytes(32));
  out.u32le(content.length);
  out.u16le(0);
  out.u16le(1);
  out.u32le(77);
  out.u32le(0);
  out.slice(content);
  return out.toBytes();
}

/** SMB1's NEGOTIATE (MS-CIFS §2.2.4.52), which worms still send. */
export function smb1Negotiate(): Uint8Array {
  const dialects = textBytes('\x02PC NETWORK PROGRAM 1.0\0\x02LANMAN1.0\0\x02NT LM 0.12\0');
  return smb1(0x72, false, joinBytes(Uint8Array.of(0, dialects.length, 0), dialects));
}

/** NT LM 0.12 chosen: 17 words, and a challenge. */
export function smb1NegotiateResponse(random: Random): Uint8Array {
  const words = new Uint8Array(34);
  words.set([2, 0, 3, 50, 0, 1, 0, 4, 0x11, 0, 0, 0, 0, 1, 0]);
  words[33] = 8;
  return smb1(
    0x72,
    true,
    joinBytes(Uint8Array.of(17), words, Uint8Array.of(8, 0), random.bytes(8)),
  );
}

/** A NetBIOS session message with an SMB1 header (MS-CIFS §2.2.3.1): Unicode, NT status codes. */
export function smb1(
  command: number,
  isResponse: boolean,
  body: Uint8Array,
  status = 0,
): Uint8Array {
  const out = new ByteWriter(64);
  out.u32(32 + body.length);
  out.u32(0xff534d42);
  out.u8(command);
  out.u32le(status);
  out.u8(isResponse ? 0x98 : 0x18);
  out.u16le(0xc807);
  out.slice(new Uint8Array(12));
  out.u16le(0);
  out.u16le(0xfeff);
  out.u16le(0);
  out.u16le(64);
  out.slice(body);
  return out.toBytes();
}

const NTLM_FLAGS = 0xe2088297;

function ntlmHeader(type: number): ByteWriter {
  const out = new ByteWriter(128);
  out.slice(textBytes('NTLMSSP\0'));
  out.u32le(type);
  return out;
}

function ntlmNegotiate(): Uint8Array {
  const out = ntlmHeader(1);
  out.u32le(NTLM_FLAGS);
  out.slice(new Uint8Array(16));
  out.slice(Uint8Array.of(10, 0, 0x63, 0x45, 0, 0, 0, 15));
  return out.toBytes();
}

function ntlmChallenge(random: Random): Uint8Array {
  const out = ntlmHeader(2);
  const info = Uint8Array.of(0, 0, 0, 0);
  writeField(out, 0, 56);
  out.u32le(NTLM_FLAGS);
  out.slice(random.bytes(8));
  out.slice(new Uint8Array(8));
  writeField(out, info.length, 56);
  out.slice(Uint8Array.of(10, 0, 0x63, 0x45, 0, 0, 0, 15));
  out.slice(info);
  return out.toBytes();
}

function ntlmAuthenticate(random: Random, user: string): Uint8Array {
  const out = ntlmHeader(3);
  const name = utf16(user);
  const response = random.bytes(24);
  const start = 72;
  writeField(out, response.length, start);
  writeField(out, response.length, start + 24);
  writeField(out, 0, start + 48);
  writeField(out, name.length, start + 48);
  writeField(out, 0, start + 48 + name.length);
  writeField(out, 0, start + 48 + name.length);
  out.u32le(NTLM_FLAGS & ~0x40000000);
  out.slice(Uint8Array.of(10, 0, 0x63, 0x45, 0, 0, 0, 15));
  out.slice(joinBytes(response, random.bytes(24), name));
  return out.toBytes();
}

function writeField(out: ByteWriter, length: number, offset: number): void {
  out.u16le(length);
  out.u16le(length);
  out.u32le(offset);
}

/** UTF-16, little-endian. */
export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) bytes[2 * i] = text.charCodeAt(i);
  return bytes;
}
