import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { isDns, readDnsDatagram, readDnsStream } from './dns.ts';
import { readDtls } from './dtls.ts';
import { readHttp } from './http.ts';
import type { Message } from './message.ts';
import { isNetbiosName } from './netbios-name.ts';
import { readRawService } from './raw-service.ts';
import { readSsh, readSshKeyExchange } from './ssh.ts';
import { readSslv2Hello } from './sslv2.ts';
import { readMiningPost } from './stratum.ts';
import { readTcpByContent, readTcpByPort } from './tcp-services.ts';
import { readTls } from './tls.ts';
import { readUdpService } from './udp-services.ts';

/**
 * Reads what one TCP segment's payload says into events, and returns the name of the service it was recognised as,
 * `''` if of none. Most are turned away after a look at a byte or two. `message` is the packet's payload; its reader
 * may ask it for more of the stream.
 */
export function readSegment(packet: Packet, message: Message, sink: MessageSink): string {
  const { sourcePort, destinationPort } = packet;
  // Of two ports the server's is nearly always the lower.
  const port = Math.min(sourcePort, destinationPort);
  if (port === 53) {
    if (readDnsStream(message, sink)) return 'dns';
    if (message.wanted !== 0) return '';
  }
  const byPort = readTcpByPort(packet, sink);
  return byPort === '' ? readByContent(packet, message, sink) : byPort;
}

function readByContent(packet: Packet, message: Message, sink: MessageSink): string {
  const first = packet.data[packet.payloadOffset]!;
  if (first >= 0x14 && first <= 0x17) return readTls(message, sink) ? 'ssl' : '';
  const words = isCapital(first) ? readWords(packet, message, sink) : '';
  if (words !== '') return words;
  const service = readTcpByContent(packet, sink);
  if (service !== '') return service;
  if (first === 0 && message.length > 26 && readSshKeyExchange(message, sink)) return 'ssh';
  if (first >= 0x80 && readSslv2Hello(message, sink)) return 'ssl';
  return message.wanted === 0 ? readRawService(packet) : '';
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** A line that begins with a capital: SSH's or HTTP's (SIP and RTSP, which look like it, are read elsewhere). */
function readWords(packet: Packet, message: Message, sink: MessageSink): string {
  const { data, payloadOffset: at } = packet;
  const second = data[at + 1]!;
  if (message.length < 4 || (second !== 0x2d && !isCapital(second))) return '';
  if (!isText(packet, 8)) return '';
  if (message.length < 8 && data[at + message.length - 1] !== 0x20) return '';
  if (startsWith(packet, 'SSH-')) return readSsh(message, sink) ? 'ssh' : '';
  const service = readHttp(message, sink);
  if (service === 'http') readMiningPost(packet, sink);
  return service === 'sip' || service === 'rtsp' ? '' : service;
}

/** The same of a UDP datagram. */
export function readDatagram(packet: Packet, message: Message, sink: MessageSink): string {
  const { sourcePort, destinationPort } = packet;
  const port = Math.min(sourcePort, destinationPort);
  switch (port) {
    case 53:
      return readDnsDatagram(message, sink) ? 'dns' : '';
    case 137:
      return isNetbiosName(message) ? 'netbios-ns' : '';
    default:
  }
  const nameService = localNameService(sourcePort, destinationPort);
  if (nameService !== '') return readDnsDatagram(message, sink) ? nameService : '';
  const service = readUdpService(packet, sink);
  return service === '' ? readAnyDatagram(packet, message, sink) : service;
}

/** DNS among neighbours, whose clients may use the port too. */
function localNameService(sourcePort: number, destinationPort: number): string {
  if (sourcePort === 5353 || destinationPort === 5353) return 'mdns';
  return sourcePort === 5355 || destinationPort === 5355 ? 'llmnr' : '';
}

function readAnyDatagram(packet: Packet, message: Message, sink: MessageSink): string {
  const first = packet.data[packet.payloadOffset]!;
  if (first >= 0xc0 && isQuic(packet)) return 'quic';
  if (first >= 0x14 && first <= 0x17 && readDtls(message, sink)) return 'dtls';
  if (isDns(message)) return readDnsDatagram(message, sink) ? 'dns' : '';
  return hasBytes(packet, 4, [0x21, 0x12, 0xa4, 0x42]) ? 'stun' : '';
}

/** A long header of QUIC version 1 or 2 (RFC 9000 §17.2, RFC 9369 §3), a draft of it, Facebook's or Google's. */
function isQuic(packet: Packet): boolean {
  return (
    hasBytes(packet, 1, [0, 0, 0, 1]) ||
    hasBytes(packet, 1, [0x6b, 0x33, 0x43, 0xcf]) ||
    hasBytes(packet, 1, [0xff, 0, 0]) ||
    hasBytes(packet, 1, [0xfa, 0xce, 0xb0]) ||
    hasBytes(packet, 1, [0x51, 0x30]) ||
    hasBytes(packet, 1, [0x0a, 0x0a, 0x0a, 0x0a])
  );
}

/** Whether the first characters are such as text has. */
function isText({ data, payloadOffset: at, payloadCaptured }: Packet, length: number): boolean {
  for (let i = at; i < at + Math.min(length, payloadCaptured); i++) {
    const byte = data[i]!;
    if ((byte < 0x20 || byte > 0x7e) && byte !== 0x0d && byte !== 0x0a && byte !== 0x09)
      return false;
  }
  return true;
}

function startsWith(packet: Packet, text: string): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  if (payloadCaptured < text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (data[payloadOffset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function hasBytes(packet: Packet, offset: number, bytes: readonly number[]): boolean {
  if (packet.payloadCaptured < offset + bytes.length) return false;
  return bytes.every((byte, i) => packet.data[packet.payloadOffset + offset + i] === byte);
}
