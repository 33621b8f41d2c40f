import type { Packet } from '../../capture/packet.ts';
import { hasText, u16be, u16le } from './byte-fields.ts';
import { conversation, type MessageSink } from './conversation.ts';
import { interfaceName } from './dce-rpc-interfaces.ts';
import { readNtlm } from './ntlm.ts';

/** DCE/RPC (C706, "Connection-oriented protocol" 12.6, "Connectionless" 12.5; MS-RPCE), on TCP, UDP and SMB's pipes. */

const REQUEST = 0;
const BIND = 11;
const ALTER_CONTEXT = 14;
const AUTH3 = 16;
const LAST_TYPE = 19;
const HEADER = 16;
const DATAGRAM_HEADER = 80;
const MAX_PDUS = 16;
const MAX_CONTEXTS = 32;
/** Bytes of a write in which the rest of a bind is looked for: 32 contexts of 44 bytes. */
const MAX_REST = 1408;
/** The transfer syntax NDR, 8a885d04-1ceb-11c9-9fe8-08002b104860, little-endian (C706 appendix I). */
const NDR = '\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Reads connection-oriented PDUs; `false` if the bytes do not begin with one. */
export function readRpc(packet: Packet, { start, end }: Range, sink: MessageSink): boolean {
  let at = start;
  for (let i = 0; i < MAX_PDUS && isPdu(packet.data, at, end); i++) {
    const length = u16(packet.data, at + 8, at);
    readPdu(packet, { start: at, end: Math.min(at + length, end) }, sink);
    at += length;
  }
  return at > start;
}

/** Version 5.0 or 5.1, a known type, a data representation that exists, a length that holds the header. */
function isPdu(data: Uint8Array, at: number, end: number): boolean {
  return (
    at + HEADER <= end &&
    data[at] === 5 &&
    data[at + 1]! <= 1 &&
    data[at + 2]! <= LAST_TYPE &&
    isRepresentation(data, at + 4) &&
    data[at + 7] === 0 &&
    u16(data, at + 8, at) >= HEADER
  );
}

/** Either byte order, ASCII, IEEE floating point: what is in use of C706's chapter 14. */
function isRepresentation(data: Uint8Array, at: number): boolean {
  return (data[at] === 0x10 || data[at] === 0) && data[at + 1] === 0 && data[at + 2] === 0;
}

/** A number in the byte order that the PDU's header names. */
function u16(data: Uint8Array, at: number, header: number): number {
  return (data[header + 4]! & 0x10) !== 0 ? u16le(data, at) : u16be(data, at);
}

function readPdu(packet: Packet, { start, end }: Range, sink: MessageSink): void {
  const { data } = packet;
  const type = data[start + 2]!;
  if (type === BIND || type === ALTER_CONTEXT) readBind(packet, { start, end }, sink);
  if (type === REQUEST && start + 24 <= end) {
    const contextId = u16(data, start + 20, start);
    report(packet, sink, '', u16(data, start + 22, start), contextId);
  }
  const tokenBytes = u16(data, start + 10, start);
  if (tokenBytes > 0 && (type === BIND || type === ALTER_CONTEXT || type === AUTH3)) {
    const token = Math.max(start + HEADER, start + u16(data, start + 8, start) - tokenBytes);
    readNtlm(packet, sink, 'dce_rpc', { start: token, end });
  }
}

/**
 * Reads what a write to a pipe carries: PDUs, or the rest of a bind that was written in pieces (as Metasploit does,
 * with many false interfaces around the true one): its contexts are found by their transfer syntax.
 */
export function readRpcPipe(packet: Packet, range: Range, sink: MessageSink): boolean {
  if (readRpc(packet, range, sink)) return true;
  const { data } = packet;
  const end = Math.min(range.end, range.start + MAX_REST);
  let found = 0;
  for (let at = range.start; at + 44 <= end && found < MAX_CONTEXTS; at++) {
    if (data[at + 24] !== 0x04 || !hasText(data, at + 24, end, NDR) || data[at + 2] !== 1) continue;
    report(packet, sink, interfaceName(uuid(data, at + 4, true)), NaN, u16le(data, at));
    found++;
    at += 43;
  }
  return found > 0;
}

/** Contexts: id, number of transfer syntaxes, abstract syntax (UUID, version), transfer syntaxes of 20 bytes. */
function readBind(packet: Packet, { start, end }: Range, sink: MessageSink): void {
  const { data } = packet;
  if (start + 28 > end) return;
  const contexts = Math.min(data[start + 24]!, MAX_CONTEXTS);
  const isLittleEndian = (data[start + 4]! & 0x10) !== 0;
  let last = '';
  let at = start + 28;
  for (let i = 0; i < contexts && at + 24 <= end; i++) {
    const name = interfaceName(uuid(data, at + 4, isLittleEndian));
    // The same interface is offered once for each transfer syntax (MS-RPCE §3.3.1.5.6).
    if (name !== last) report(packet, sink, name, NaN, u16(data, at, start));
    last = name;
    at += 24 + 20 * data[at + 2]!;
  }
}

/** Reads a connectionless request, whose header names interface and operation. */
export function readRpcDatagram(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (payloadCaptured < DATAGRAM_HEADER || data[at] !== 4 || data[at + 1]! > 10) return false;
  if (!isRepresentation(data, at + 4)) return false;
  const isLittleEndian = (data[at + 4]! & 0x10) !== 0;
  const field = isLittleEndian ? u16le : u16be;
  if (field(data, at + 74) !== packet.payloadLength - DATAGRAM_HEADER) return false;
  if (data[at + 1] === REQUEST) {
    const name = interfaceName(uuid(data, at + 24, isLittleEndian));
    report(packet, sink, name, field(data, at + 68), NaN);
  }
  return true;
}

/** C706 appendix A: time-low, time-mid and time-high in the PDU's byte order, the rest as it is. */
function uuid(data: Uint8Array, at: number, isLittleEndian: boolean): string {
  const order = isLittleEndian
    ? [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = order.map((i) => data[at + i]!.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function report(
  packet: Packet,
  sink: MessageSink,
  name: string,
  operation: number,
  contextId: number,
): void {
  sink.event({ kind: 'rpc', ...conversation(packet, true), interface: name, operation, contextId });
}
