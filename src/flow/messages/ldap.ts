import type { Packet } from '../../capture/packet.ts';
import {
  BER_ENUMERATED,
  BER_INTEGER,
  BER_OCTET_STRING,
  BER_SEQUENCE,
  berInteger,
  readBer,
  type BerElement,
} from './ber.ts';
import { latin1Text, u16be, u32be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';
import { readNtlm } from './ntlm.ts';

/** LDAP (RFC 4511 §4) in the clear, on TCP and, without connection, on UDP. */

const BIND_REQUEST = 0x60;
const BIND_RESPONSE = 0x61;
const SIMPLE = 0x80;
const SUCCESS = 0;
/** invalidCredentials; RFC 4511 appendix A. */
const INVALID_CREDENTIALS = 49;
const MAX_MESSAGES = 16;
/** Flag of a Kerberos token whose content is encrypted. */
const SEALED = 2;

const REQUESTS: Readonly<Record<number, string>> = {
  0x63: 'SEARCH', 0x66: 'MODIFY', 0x68: 'ADD', 0x4a: 'DELETE', 0x6c: 'RENAME', 0x6e: 'COMPARE', 0x77: 'EXTENDED',
}; // prettier-ignore
/** Everything else that a message may be: unbind, abandon, and the answers. */
const OTHERS = new Set([0x42, 0x50, 0x64, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x73, 0x78, 0x79]);

/** Reads the messages of a packet; `false` if it does not begin with one. */
export function readLdap(packet: Packet, sink: MessageSink): boolean {
  return readMessages(packet, packet.payloadOffset, sink);
}

/**
 * The same behind SASL's length (RFC 4422 §3.7) when the buffer is signed and not encrypted, as Active Directory's
 * clients do: behind a Kerberos token (RFC 4121 §4.2.6.2) or NTLM's signature (MS-NLMP §2.2.2.9.1).
 */
export function readSignedLdap(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < 32 || u32be(data, at) !== payloadLength - 4) return false;
  const isKerberos =
    data[at + 4] === 0x05 && data[at + 5] === 0x04 && (data[at + 6]! & SEALED) === 0;
  const isNtlm = u32be(data, at + 4) === 0x01000000;
  if (!isKerberos && !isNtlm) return false;
  // The checksum, rotated to the front, stands before the message.
  return readMessages(packet, at + 20 + (isKerberos ? u16be(data, at + 10) : 0), sink);
}

function readMessages(packet: Packet, start: number, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const end = payloadOffset + payloadCaptured;
  let at = start;
  for (let i = 0; i < MAX_MESSAGES; i++) {
    const message = readBer(data, at, end);
    if (message?.tag !== BER_SEQUENCE || !readMessage(packet, message, sink)) break;
    at = message.next;
  }
  return at > start;
}

function readMessage(packet: Packet, message: BerElement, sink: MessageSink): boolean {
  const { data } = packet;
  const id = readBer(data, message.start, message.end);
  if (id?.tag !== BER_INTEGER || !(berInteger(data, id) >= 0)) return false;
  const operation = readBer(data, id.next, message.end);
  if (operation === undefined) return false;
  const verb = REQUESTS[operation.tag];
  if (verb !== undefined) reportCommand(packet, sink, 'ldap', verb);
  else if (operation.tag === BIND_REQUEST) return readBind(packet, operation, sink);
  else if (operation.tag === BIND_RESPONSE) return readBindAnswer(packet, operation, sink);
  return verb !== undefined || OTHERS.has(operation.tag);
}

/** Version, name, and a password or a SASL mechanism; neither name nor password is an anonymous bind. */
function readBind(packet: Packet, operation: BerElement, sink: MessageSink): boolean {
  const { data } = packet;
  const version = readBer(data, operation.start, operation.end);
  if (version?.tag !== BER_INTEGER) return false;
  const name = readBer(data, version.next, operation.end);
  if (name?.tag !== BER_OCTET_STRING) return false;
  const proof = readBer(data, name.next, operation.end);
  const userName = latin1Text(data, name.start, Math.min(name.end, name.start + 64));
  if (proof !== undefined && proof.tag !== SIMPLE) {
    readNtlm(packet, sink, 'ldap', { start: proof.start, end: proof.end });
  } else if (userName !== '') {
    reportAttempt(packet, sink, 'ldap', userName);
  }
  return true;
}

function readBindAnswer(packet: Packet, operation: BerElement, sink: MessageSink): boolean {
  const { data } = packet;
  const result = readBer(data, operation.start, operation.end);
  if (result?.tag !== BER_ENUMERATED) return false;
  const code = berInteger(data, result);
  if (code === SUCCESS) reportLogin(packet, sink, 'ldap', 'success');
  else if (code === INVALID_CREDENTIALS) reportLogin(packet, sink, 'ldap', 'failure');
  return true;
}
