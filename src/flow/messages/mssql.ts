import type { Packet } from '../../capture/packet.ts';
import { u16be, u16le, u32be, u32le, utf16Text, latin1Text } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportLogin } from './login.ts';
import { readNtlm } from './ntlm.ts';

/** Microsoft SQL Server's TDS (MS-TDS §2.2): LOGIN7 and what the server answers, where TLS does not wrap them. */

const HEADER = 8;
const SQL_BATCH = 0x01;
const LOGIN_4 = 0x02;
const RPC = 0x03;
const RESPONSE = 0x04;
const LOGIN_7 = 0x10;
const SSPI = 0x11;
const PRELOGIN = 0x12;
const TOKEN_ERROR = 0xaa;
const TOKEN_INFO = 0xab;
const TOKEN_LOGINACK = 0xad;
const TOKEN_ENVCHANGE = 0xe3;
/**
 * Login failed; untrusted domain; validation and policy (18456–18468); disabled; locked out; expired; must change
 * (SQL Server's sys.messages).
 */
const REFUSED = new Set([
  18452, 18456, 18459, 18461, 18463, 18464, 18465, 18466, 18467, 18468, 18470, 18471, 18486, 18487, 18488,
]); // prettier-ignore
const MAX_TOKENS = 32;

/** Reads a TDS packet of the login, on any port; `false` if it is none. */
export function readMssql(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < HEADER + 6) return false;
  const type = data[at]!;
  const length = u16be(data, at + 2);
  // Status has few bits, the channel's window is unused and 0.
  if (data[at + 1]! > 1 || data[at + 7] !== 0 || length < HEADER || length > payloadLength)
    return false;
  switch (type) {
    case PRELOGIN:
      return isPrelogin(packet, length);
    case LOGIN_7:
      return readLogin7(packet, length, sink);
    case LOGIN_4:
      return readLogin4(packet, sink);
    case SSPI:
      return readNtlm(packet, sink, 'mssql', { start: at + HEADER, end: at + payloadCaptured });
    case RESPONSE:
      return readResponse(packet, length, sink);
    case SQL_BATCH:
    case RPC:
      return isRequest(packet);
    default:
      return false;
  }
}

/** ALL_HEADERS before a batch: 22 bytes with one header, of 18 bytes and type 2 (MS-TDS §2.2.5.3). */
function isRequest({ data, payloadOffset, payloadCaptured }: Packet): boolean {
  const at = payloadOffset + HEADER;
  if (payloadCaptured < HEADER + 22) return false;
  return u32le(data, at) === 22 && u32le(data, at + 4) === 18 && u16le(data, at + 8) === 2;
}

/** Options of type, offset and length; the first is VERSION, six bytes behind the list. Later ones carry TLS. */
function isPrelogin({ data, payloadOffset, payloadLength }: Packet, length: number): boolean {
  const at = payloadOffset + HEADER;
  if (length !== payloadLength) return false;
  const isTls = data[at]! >= 0x14 && data[at]! <= 0x17 && data[at + 1] === 3;
  return isTls || (data[at] === 0 && u16be(data, at + 3) === 6);
}

/** Fixed part: lengths, versions, flags; then offset and length in characters of host, user, password … */
function readLogin7(packet: Packet, length: number, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const start = payloadOffset + HEADER;
  const end = payloadOffset + Math.min(payloadCaptured, length);
  if (start + 94 > end || u32le(data, start) < 94 || u32le(data, start) > 0x20000) return false;
  const version = u32le(data, start + 4) >>> 24;
  if (version < 0x70 || version > 0x80) return false;
  const from = start + u16le(data, start + 40);
  const to = from + 2 * u16le(data, start + 42);
  const userName = to <= end ? utf16Text(data, from, to) : '';
  if (userName !== '') reportAttempt(packet, sink, 'mssql', userName);
  else readNtlm(packet, sink, 'mssql', { start, end });
  return true;
}

/** TDS 4.2: fields of 30 bytes with their length behind them: host, user. */
function readLogin4(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const start = payloadOffset + HEADER;
  if (payloadCaptured < HEADER + 93) return false;
  const hostLength = data[start + 30]!;
  const userLength = data[start + 61]!;
  if (hostLength > 30 || userLength > 30 || data[start + 92]! > 30) return false;
  reportAttempt(packet, sink, 'mssql', latin1Text(data, start + 31, start + 31 + userLength));
  return true;
}

/** Tokens with a 16-bit length until one says how the login ended; any other answers a query. */
function readResponse(packet: Packet, length: number, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const end = payloadOffset + Math.min(payloadCaptured, length);
  let at = payloadOffset + HEADER;
  let isTokens = false;
  for (let i = 0; i < MAX_TOKENS && at + 9 <= end; i++) {
    const token = data[at]!;
    if (token === TOKEN_LOGINACK && isLoginAck(data, at)) {
      reportLogin(packet, sink, 'mssql', 'success');
      return true;
    }
    if (token !== TOKEN_ERROR && token !== TOKEN_INFO && token !== TOKEN_ENVCHANGE) break;
    isTokens = true;
    if (token === TOKEN_ERROR && REFUSED.has(u32le(data, at + 3))) {
      reportLogin(packet, sink, 'mssql', 'failure', { userName: quotedName(data, at + 9, end) });
      return true;
    }
    at += 3 + u16le(data, at + 1);
  }
  // The server's PRELOGIN has the type of a response (MS-TDS §2.2.6.5).
  return isTokens || isPrelogin(packet, length);
}

/** Interface of Transact-SQL and the version, big-endian as no other number of the protocol (MS-TDS §2.2.7.14). */
function isLoginAck(data: Uint8Array, at: number): boolean {
  const version = u32be(data, at + 4) >>> 24;
  return (
    data[at + 3]! <= 1 && (version === 4 || (version >= 0x70 && version <= 0x80) || version === 5)
  );
}

/** The message's words: length in characters, then UTF-16: "Login failed for user 'sa'." */
function quotedName(data: Uint8Array, at: number, end: number): string {
  if (at + 2 > end) return '';
  const stop = Math.min(at + 2 + 2 * Math.min(u16le(data, at), 256), end);
  return /['"«„]([^'"»“]{1,64})['"»“]/.exec(utf16Text(data, at + 2, stop))?.[1] ?? '';
}
