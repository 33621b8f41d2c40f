import type { Packet } from '../../capture/packet.ts';
import { readBittorrent } from './bittorrent.ts';
import { hasText } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { readRpc } from './dce-rpc.ts';
import { readFtp, readFtpAnswer } from './ftp.ts';
import { readImap } from './imap.ts';
import { industrialService } from './industrial.ts';
import { readIrc } from './irc.ts';
import { readKerberos } from './kerberos.ts';
import { readLdap, readSignedLdap } from './ldap.ts';
import { readMongodb } from './mongodb.ts';
import { readMqtt } from './mqtt.ts';
import { readMssql } from './mssql.ts';
import { readMysql, readMysqlAnywhere } from './mysql.ts';
import { completeLines, payloadText } from './payload-text.ts';
import { readPop3 } from './pop3.ts';
import { readPostgresql, readPostgresqlStart } from './postgresql.ts';
import { readTpkt } from './rdp.ts';
import { readRedis, readRedisAnswer, readRedisCommands } from './redis.ts';
import { readRtsp } from './rtsp.ts';
import { readSip } from './sip.ts';
import { readSmb } from './smb.ts';
import { readSmtp } from './smtp.ts';
import { readSocks } from './socks.ts';
import { readStratum } from './stratum.ts';
import { isTelnetOptions, readTelnet } from './telnet.ts';
import { readVnc } from './vnc.ts';

/** Services on TCP whose messages are read from one packet each: by their bytes, or by their port where bytes say too little. */

type Reader = (packet: Packet, sink: MessageSink) => boolean;

interface PortReader {
  readonly service: string;
  readonly ports: readonly number[];
  readonly read: Reader;
}

const PORT_READERS: readonly PortReader[] = [
  { service: 'ftp', ports: [21, 2121], read: readFtp },
  { service: 'telnet', ports: [23, 2323], read: readTelnet },
  { service: 'smtp', ports: [25, 587, 2525], read: readSmtp },
  { service: 'pop3', ports: [110], read: readPop3 },
  { service: 'imap', ports: [143], read: readImap },
  { service: 'socks', ports: [1080], read: readSocks },
  { service: 'mysql', ports: [3306], read: readMysql },
  { service: 'vnc', ports: [5900, 5901, 5902, 5903, 5904, 5905, 5906, 5907, 5908, 5909, 5910], read: readVnc }, // prettier-ignore
  { service: 'redis', ports: [6379], read: readRedis },
  { service: 'mongodb', ports: [27017, 27018, 27019], read: readMongodb },
];

/** One more than the index of a port's reader; 0 for none. */
const readerOfPort = new Uint8Array(65536);
for (const [index, { ports }] of PORT_READERS.entries()) {
  for (const port of ports) readerOfPort[port] = index + 1;
}

/** Reads what only its port tells apart; the service's name, `''` if the port has none or the bytes are not its. */
export function readTcpByPort(packet: Packet, sink: MessageSink): string {
  const { sourcePort, destinationPort } = packet;
  const ofSource = readerOfPort[sourcePort]!;
  const ofDestination = readerOfPort[destinationPort]!;
  if (ofSource === 0 && ofDestination === 0) return '';
  // Of two such ports the server's is nearly always the lower.
  const isToServer = ofDestination !== 0 && (ofSource === 0 || destinationPort < sourcePort);
  const { service, read } = PORT_READERS[(isToServer ? ofDestination : ofSource) - 1]!;
  return read(packet, sink) ? service : '';
}

/** Reads what its first bytes tell, on any port; the service's name or `''`. */
export function readTcpByContent(packet: Packet, sink: MessageSink): string {
  const first = packet.data[packet.payloadOffset]!;
  const service = readByFirstByte(packet, first, sink);
  return service === '' ? readByShape(packet, sink) : service;
}

/** Readers of a first byte, in the order they are asked; each turns a foreign message away after some bytes. */
const BYTE_READERS: Readonly<Record<number, readonly (readonly [string, Reader])[]>> = {
  0x00: [
    ['smb', readSmb],
    ['kerberos', readKerberos],
    ['postgresql', readPostgresqlStart],
    ['ldap', readSignedLdap],
  ],
  0x01: [['mssql', readMssql]],
  0x02: [['mssql', readMssql]],
  0x03: [['mssql', readMssql]],
  0x04: [
    ['mssql', readMssql],
    ['socks', readSocks],
  ],
  0x05: [
    ['dce_rpc', readRpcStream],
    ['socks', readSocks],
  ],
  0x10: [
    ['mqtt', readMqtt],
    ['mssql', readMssql],
  ],
  0x11: [['mssql', readMssql]],
  0x12: [['mssql', readMssql]],
  0x13: [['bittorrent', readBittorrent]],
  0x20: [['mqtt', readMqtt]],
  0x2a: [['redis', readRedisCommands]], // '*'
  0x2d: [['redis', readRedisAnswer]], // '-'
  0x30: [['ldap', readLdap]],
  0x3a: [['irc', readIrc]], // ':'
  0x7b: [['stratum', readStratum]], // '{'
  0xff: [['telnet', isTelnetOptions]],
};

/** The readers by byte, so that most packets are turned away with one look. */
const readersOfByte = Array.from({ length: 256 }, (_, byte) => BYTE_READERS[byte]);

function readByFirstByte(packet: Packet, first: number, sink: MessageSink): string {
  if (first >= 0x41 && first <= 0x5a) return readWords(packet, sink);
  if (first > 0x30 && first <= 0x39) return readBanner(packet, sink);
  const tpkt = first === 0x03 ? readTpkt(packet, sink) : '';
  if (tpkt !== '') return tpkt;
  const readers = readersOfByte[first];
  if (readers === undefined) return '';
  for (const [service, read] of readers) if (read(packet, sink)) return service;
  return first === 0x30 ? readBanner(packet, sink) : '';
}

function readRpcStream(packet: Packet, sink: MessageSink): boolean {
  const { payloadOffset: start, payloadCaptured } = packet;
  return readRpc(packet, { start, end: start + payloadCaptured }, sink);
}

/** What has no first byte of its own: plants' protocols, MySQL's server on other ports. */
function readByShape(packet: Packet, sink: MessageSink): string {
  const service = industrialService(packet);
  if (service !== '') return service;
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (payloadCaptured < 9 || data[at + 2] !== 0) return '';
  return readMysqlAnywhere(packet, sink) ? 'mysql' : '';
}

/** A capital first: which of the text protocols, or of those whose messages have a letter for their type. */
function readWords(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  const second = data[at + 1];
  if (payloadCaptured < 6 || second === undefined) return '';
  const end = at + payloadCaptured;
  if (second === 0) return readPostgresql(packet, sink) ? 'postgresql' : '';
  if (second < 0x41 || second > 0x5a || !isPrintable(data[at + 2]!)) return '';
  if (hasText(data, at, end, 'RFB 00')) return 'vnc';
  if (hasText(data, at, end, 'SIP/2.0 ')) return readSip(packet, sink) ? 'sip' : '';
  if (hasText(data, at, end, 'RTSP/')) return readRtsp(packet, sink) ? 'rtsp' : '';
  if (readIrc(packet, sink)) return 'irc';
  if (readSip(packet, sink)) return 'sip';
  return readRtsp(packet, sink) ? 'rtsp' : '';
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** FTP and SMTP servers on ports of their own, as their greeting or their answer says. */
function readBanner(packet: Packet, sink: MessageSink): string {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (payloadCaptured < 6 || (data[at + 3] !== 0x20 && data[at + 3] !== 0x2d)) return '';
  const text = payloadText(packet, 256);
  if (/^220[ -].*\bFTP/i.test(text)) return 'ftp';
  if (/^220[ -].*\bE?SMTP/i.test(text)) return 'smtp';
  const line = completeLines(text, 1)[0] ?? '';
  const isLogin = /^(230|430|530)[ -].*log(ged)?[ -]?(in|on)\b/i.test(line);
  return isLogin && readFtpAnswer(packet, line, sink) ? 'ftp' : '';
}
