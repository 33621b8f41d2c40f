import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u16le, u32le } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportLogin } from './login.ts';

/** MySQL's and MariaDB's connection phase (MySQL internals, "Connection Phase", "OK_Packet", "ERR_Packet"). */

const HANDSHAKE_V10 = 10;
const OK = 0;
const ERROR = 0xff;
/** AuthMoreData (caching_sha2_password's "fast" 3 and "full" 4, keys) and AuthSwitchRequest: it goes on. */
const MORE = 1;
const SWITCH = 0xfe;
const CLIENT_PROTOCOL_41 = 0x200;
/** ER_ACCESS_DENIED_ERROR and its kin: without password, account locked, password expired. */
const ACCESS_DENIED = new Set([1045, 1698, 1862, 3118]);
/** ER_DBACCESS_DENIED_ERROR: refuses a login only before the first command (which has sequence number 1). */
const DATABASE_DENIED = 1044;
const MAX_PACKETS = 8;
const HEADER = 4;

interface MysqlPacket {
  readonly at: number;
  readonly length: number;
  readonly sequence: number;
  readonly type: number;
}

function isMysqlPort(port: number): boolean {
  return port === 3306;
}

/** Reads a packet of a conversation on MySQL's port; `false` if it shows nothing of its connection phase. */
export function readMysql(packet: Packet, sink: MessageSink): boolean {
  const first = packetAt(packet, packet.payloadOffset);
  if (first === undefined) return false;
  if (isMysqlPort(packet.destinationPort)) return readClient(packet, first, sink);
  return readServer(packet, first, sink);
}

/** What cannot be anything else on other ports: a server's greeting, or its refusal with a SQLSTATE. */
export function readMysqlAnywhere(packet: Packet, sink: MessageSink): boolean {
  const first = packetAt(packet, packet.payloadOffset);
  if (first === undefined || first.at + first.length + HEADER !== end(packet)) return false;
  if (first.sequence === 0 && first.type === HANDSHAKE_V10) {
    const text = latin1Text(packet.data, first.at + 5, Math.min(first.at + 32, end(packet)));
    return /^\d{1,2}\.\d{1,2}\.[!-~]*\0/.test(text);
  }
  const isRefusal = first.type === ERROR && first.length >= 9 && packet.data[first.at + 7] === 0x23;
  return isRefusal && readServer(packet, first, sink);
}

function end(packet: Packet): number {
  return packet.payloadOffset + packet.payloadCaptured;
}

function packetAt(packet: Packet, at: number): MysqlPacket | undefined {
  const { data, payloadOffset, payloadLength } = packet;
  if (at + HEADER + 1 > end(packet)) return undefined;
  const length = u16le(data, at) | (data[at + 2]! << 16);
  if (length < 1 || at + HEADER + length > payloadOffset + payloadLength) return undefined;
  return { at, length, sequence: data[at + 3]!, type: data[at + 4]! };
}

function readServer(packet: Packet, first: MysqlPacket, sink: MessageSink): boolean {
  if (first.sequence === 0) return first.type === HANDSHAKE_V10 || first.type === ERROR;
  let current: MysqlPacket | undefined = first;
  for (let i = 0; i < MAX_PACKETS && current !== undefined; i++) {
    if (current.type === ERROR) return readError(packet, current, sink);
    if (current.type === OK) {
      if (!isLoginOk(packet, current)) return false;
      reportLogin(packet, sink, 'mysql', 'success');
      return true;
    }
    if (current.type !== MORE && current.type !== SWITCH) return false;
    // A one-byte packet of type 1 is a result's number of columns.
    if (current.sequence < 2) return false;
    current = packetAt(packet, current.at + HEADER + current.length);
  }
  return true;
}

/** An error: code, then `#` and SQLSTATE, then words that name the user. */
function readError(
  packet: Packet,
  { at, length, sequence }: MysqlPacket,
  sink: MessageSink,
): boolean {
  const last = Math.min(at + HEADER + length, end(packet));
  if (at + 7 > last) return false;
  const code = u16le(packet.data, at + 5);
  if (ACCESS_DENIED.has(code) || (code === DATABASE_DENIED && sequence >= 2)) {
    const words = latin1Text(packet.data, at + 7, Math.min(last, at + 263));
    const userName = /'([^']{1,64})'@'/.exec(words)?.[1] ?? '';
    reportLogin(packet, sink, 'mysql', 'failure', { userName });
  }
  return true;
}

/**
 * The OK that ends the connection phase: sequence number 2 or more (1 answers a command), no rows changed, no row
 * inserted, then flags and warnings, and it is the last thing the server says. A row of empty columns could look so.
 */
function isLoginOk(packet: Packet, { at, length, sequence }: MysqlPacket): boolean {
  const { data } = packet;
  const isLast = at + HEADER + length === packet.payloadOffset + packet.payloadLength;
  if (!isLast || sequence < 2 || length < 7 || length > 1024 || at + 11 > end(packet)) return false;
  return data[at + 5] === 0 && data[at + 6] === 0;
}

/** HandshakeResponse41 and 320: capabilities, largest packet, character set and filler, then the user's name. */
function readClient(packet: Packet, first: MysqlPacket, sink: MessageSink): boolean {
  const { data } = packet;
  const { at, length, sequence } = first;
  if (sequence === 0 || sequence > 9) return false;
  if (sequence > 2) return true;
  const has41 = at + 6 <= end(packet) && (u16le(data, at + 4) & CLIENT_PROTOCOL_41) !== 0;
  const name = at + HEADER + (has41 ? 32 : 5);
  // 19 bytes of filler are zero in both dialects; MariaDB uses the last 4.
  if (has41 && (name > end(packet) || u32le(data, at + 13) !== 0 || u32le(data, at + 20) !== 0))
    return true;
  if (name >= Math.min(at + HEADER + length, end(packet))) return true; // a request for TLS ends here
  const stop = data.subarray(name, Math.min(name + 97, end(packet))).indexOf(0);
  const userName = stop > 0 ? latin1Text(data, name, name + stop) : '';
  if (/^[^\0-\x1f\x7f]+$/.test(userName)) reportAttempt(packet, sink, 'mysql', userName); // eslint-disable-line no-control-regex
  return true;
}
