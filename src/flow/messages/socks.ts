import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u16be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportCommand, reportLogin } from './login.ts';

/** SOCKS 4, 4a (Y.-D. Lee's memo) and 5 (RFC 1928, RFC 1929): messages whose length must fit to the byte. */

const VERBS = ['', 'CONNECT', 'BIND', 'UDP_ASSOCIATE'] as const;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const DOMAIN_NAME = 3;

function isSocksPort(port: number): boolean {
  return port === 1080;
}

/** A request of a client, on any port. */
export function readSocks(packet: Packet, sink: MessageSink): boolean {
  const version = packet.data[packet.payloadOffset];
  if (version === 5) return readSocks5(packet, sink);
  if (version === 4) return readSocks4(packet, sink);
  return version === 1 && readPassword(packet, sink);
}

/** Version, command, 0, kind of address, address, port. */
function readSocks5(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < 3 || payloadCaptured !== payloadLength) return false;
  // The offer of methods: their number, then a byte each; no method, GSSAPI or a password are what is offered.
  const methods = data[at + 1]!;
  if (payloadLength === 2 + methods && methods <= 3 && isOffer(data, at + 2, methods)) return true;
  if (payloadCaptured < 7 || data[at + 2] !== 0) return false;
  const kind = data[at + 3]!;
  const addressBytes = kind === DOMAIN_NAME ? data[at + 4]! + 1 : (ADDRESS_BYTES[kind] ?? NaN);
  if (payloadLength !== 6 + addressBytes) return false;
  const verb = VERBS[methods];
  if (verb === undefined) return false;
  // An answer looks the same; `0` says that it succeeded, others that it did not.
  if (verb === '' || isSocksPort(packet.sourcePort)) return true;
  reportCommand(packet, sink, 'socks', verb);
  return true;
}

function isOffer(data: Uint8Array, at: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (data[at + i]! > 2) return false;
  return count > 0;
}

/** Version, command, port, address, user's name, NUL; 4a adds a host's name behind the address 0.0.0.x. */
function readSocks4(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < 9 || payloadLength > 512 || payloadCaptured !== payloadLength) return false;
  const verb = data[at + 1]!;
  if ((verb !== 1 && verb !== 2) || u16be(data, at + 2) === 0) return false;
  const isNamed = data[at + 4] === 0 && data[at + 5] === 0 && data[at + 6] === 0;
  const texts = latin1Text(data, at + 8, at + payloadCaptured).split('\0');
  if (texts.length !== (isNamed ? 3 : 2) || texts.at(-1) !== '') return false;
  if (!texts.every((text) => /^[ -~]*$/.test(text))) return false;
  reportCommand(packet, sink, 'socks', VERBS[verb]);
  return true;
}

/** RFC 1929 §2: version 1, the name and the password behind their lengths; the answer is 1 and a status. */
function readPassword(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured !== payloadLength || payloadLength < 2 || payloadLength > 513) return false;
  if (isSocksPort(packet.sourcePort) && payloadLength === 2) {
    reportLogin(packet, sink, 'socks', data[at + 1] === 0 ? 'success' : 'failure');
    return true;
  }
  if (!isSocksPort(packet.destinationPort)) return false;
  const nameEnd = at + 2 + data[at + 1]!;
  if (nameEnd >= at + payloadLength || nameEnd + 1 + data[nameEnd]! !== at + payloadLength)
    return false;
  reportAttempt(packet, sink, 'socks', latin1Text(data, at + 2, nameEnd));
  return true;
}
