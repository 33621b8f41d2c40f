import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { readDns } from './dns.ts';
import { isFtpPort, readFtp, readFtpAnswer } from './ftp.ts';
import { readHttp } from './http.ts';
import { readImap } from './imap.ts';
import { readIrc } from './irc.ts';
import { readMysql } from './mysql.ts';
import { payloadText } from './payload-text.ts';
import { readPop3 } from './pop3.ts';
import { readPostgresql } from './postgresql.ts';
import { readTpkt } from './rdp.ts';
import { readSip } from './sip.ts';
import { readSmb } from './smb.ts';
import { isSmtpPort, readSmtp } from './smtp.ts';
import { readSsh } from './ssh.ts';
import { readStratum } from './stratum.ts';
import { isTelnetNegotiation, isTelnetPort, readTelnet } from './telnet.ts';
import { readTls } from './tls.ts';

const TCP = 6;
const UDP = 17;

/**
 * Reads what one packet's payload says into events, each from this packet alone, and returns the name of the
 * service it was recognised as, `''` if of none. Most packets are turned away after a look at a byte or two.
 */
export function readMessages(packet: Packet, sink: MessageSink): string {
  if (packet.payloadCaptured === 0 || packet.laterFragment) return '';
  if (packet.protocol === TCP) return readTcp(packet, sink);
  return packet.protocol === UDP ? readUdp(packet, sink) : '';
}

function readTcp(packet: Packet, sink: MessageSink): string {
  const { sourcePort, destinationPort } = packet;
  // Of two ports the server's is nearly always the lower.
  const byPort = readByPort(packet, Math.min(sourcePort, destinationPort), sink);
  return byPort === '' ? readByContent(packet, sink) : byPort;
}

/** Protocols that are told apart by their port before their bytes. */
function readByPort(packet: Packet, port: number, sink: MessageSink): string {
  switch (port) {
    case 53:
      return readDns(packet, sink) ? 'dns' : '';
    case 110:
      return readPop3(packet, sink) ? 'pop3' : '';
    case 143:
      return readImap(packet, sink) ? 'imap' : '';
    case 3306:
      return readMysql(packet, sink) ? 'mysql' : '';
    case 5432:
      return readPostgresql(packet, sink) ? 'postgresql' : '';
    default:
      if (isSmtpPort(port)) return readSmtp(packet, sink) ? 'smtp' : '';
      if (isFtpPort(port)) return readFtp(packet, sink) ? 'ftp' : '';
      if (isTelnetPort(port)) return readTelnet(packet, sink) ? 'telnet' : '';
      return '';
  }
}

function readByContent(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at } = packet;
  const first = data[at]!;
  if (first >= 0x14 && first <= 0x17) return readTls(packet, sink) ? 'ssl' : '';
  if (isDigit(first)) return readBanner(packet, sink);
  if (isCapital(first)) return readWords(packet, sink);
  return readByFirstByte(packet, first, sink);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function readByFirstByte(packet: Packet, first: number, sink: MessageSink): string {
  switch (first) {
    case 0x00:
      return readSmb(packet, sink) ? 'smb' : '';
    case 0x03:
      return readTpkt(packet, sink);
    case 0x13:
      return startsWith(packet, '\x13BitTorrent protocol') ? 'bittorrent' : '';
    case 0x10:
      return isMqtt(packet) ? 'mqtt' : '';
    case 0x3a: // ':'
      return readIrc(packet, sink) ? 'irc' : '';
    case 0x7b: // '{'
      return readStratum(packet, sink) ? 'stratum' : '';
    default:
      return first === 0xff && isTelnetNegotiation(packet) ? 'telnet' : '';
  }
}

/** A line that begins with a capital: which of the text protocols it is. */
function readWords(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  const second = data[at + 1];
  if (payloadCaptured < 8 || second === undefined) return '';
  if (second !== 0x2d && !isCapital(second)) return '';
  if (startsWith(packet, 'SSH-')) return readSsh(packet, sink) ? 'ssh' : '';
  if (startsWith(packet, 'RFB 00')) return 'vnc';
  if (startsWith(packet, 'SIP/2.0 ')) return readSip(packet, sink) ? 'sip' : '';
  if (startsWith(packet, 'RTSP/1.0 ')) return 'rtsp';
  const http = readHttp(packet, sink);
  if (http === 'sip') return readSip(packet, sink) ? 'sip' : '';
  if (http !== '') return http;
  if (readIrc(packet, sink)) return 'irc';
  return readSip(packet, sink) ? 'sip' : '';
}

/** FTP and SMTP servers on ports of their own, as their greeting or their answer says. */
function readBanner(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (payloadCaptured < 6 || (data[at + 3] !== 0x20 && data[at + 3] !== 0x2d)) return '';
  const text = payloadText(packet, 256);
  if (/^220[ -].*\bFTP/i.test(text)) return 'ftp';
  if (/^220[ -].*\bE?SMTP/i.test(text)) return 'smtp';
  if (/^(230|530)[ -].*log(ged)?[ -]?(in|on)\b/i.test(text)) {
    return readFtpAnswer(packet, text.split(/\r?\n/, 1)[0]!, sink) ? 'ftp' : '';
  }
  return '';
}

function readUdp(packet: Packet, sink: MessageSink): string {
  const { sourcePort, destinationPort } = packet;
  const port = Math.min(sourcePort, destinationPort);
  switch (port) {
    case 53:
      return readDns(packet, sink) ? 'dns' : '';
    case 67:
    case 68:
      return hasBytes(packet, 236, [0x63, 0x82, 0x53, 0x63]) ? 'dhcp' : '';
    case 69:
      return isTftp(packet) ? 'tftp' : '';
    case 123:
      return packet.payloadLength >= 48 ? 'ntp' : '';
    case 161:
    case 162:
      return packet.data[packet.payloadOffset] === 0x30 ? 'snmp' : '';
    default:
  }
  if (sourcePort === 5353 || destinationPort === 5353) return readDns(packet, sink) ? 'mdns' : '';
  if (sourcePort === 5355 || destinationPort === 5355) return readDns(packet, sink) ? 'llmnr' : '';
  return readDatagram(packet, sink);
}

function readDatagram(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  const first = data[at]!;
  if (first >= 0xc0) return isQuic(packet) ? 'quic' : '';
  if (hasBytes(packet, 4, [0x21, 0x12, 0xa4, 0x42])) return 'stun';
  if (first === 0x64) return /^d(1:[ade]|2:ip)/.test(payloadText(packet, 8)) ? 'bittorrent' : '';
  if (payloadCaptured < 8 || !isCapital(first)) return '';
  if (startsWith(packet, 'M-SEARCH * ') || startsWith(packet, 'NOTIFY * ')) return 'ssdp';
  if (startsWith(packet, 'HTTP/1.1 200') && packet.sourcePort === 1900) return 'ssdp';
  return readSip(packet, sink) ? 'sip' : '';
}

/** A long header of QUIC version 1 or 2, a draft of it, or Google's (RFC 9000 §17.2, RFC 9369 §3). */
function isQuic(packet: Packet): boolean {
  return (
    hasBytes(packet, 1, [0, 0, 0, 1]) ||
    hasBytes(packet, 1, [0x6b, 0x33, 0x43, 0xcf]) ||
    hasBytes(packet, 1, [0xff, 0, 0]) ||
    hasBytes(packet, 1, [0x51, 0x30])
  );
}

/** A read or write request (RFC 1350 §5), the only messages of TFTP that use its port. */
function isTftp(packet: Packet): boolean {
  const { data, payloadOffset: at } = packet;
  const opcode = data[at + 1]!;
  if (packet.payloadCaptured < 4 || data[at] !== 0 || (opcode !== 1 && opcode !== 2)) return false;
  return /^[ -~]+\0(netascii|octet|mail)\0/i.test(payloadText(packet, 600).slice(2));
}

/** CONNECT with the protocol's name (MQTT 3.1.1 §3.1): packet type, a length of one to four bytes, the name's length. */
function isMqtt(packet: Packet): boolean {
  const text = payloadText(packet, 16);
  const name = /MQTT|MQIsdp/.exec(text);
  return name !== null && name.index >= 4 && name.index <= 7;
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
