import type { Packet } from '../../capture/packet.ts';
import { readBittorrentDatagram } from './bittorrent.ts';
import type { MessageSink } from './conversation.ts';
import { readRpcDatagram } from './dce-rpc.ts';
import { readDhcp } from './dhcp.ts';
import { industrialDatagram } from './industrial.ts';
import { readKerberos } from './kerberos.ts';
import { readLdap } from './ldap.ts';
import { readNtp } from './ntp.ts';
import { readSip } from './sip.ts';
import { readSnmp } from './snmp.ts';
import { readSsdp } from './ssdp.ts';
import { readTftp } from './tftp.ts';

/** Reads a datagram of the services whose messages stand alone; the service's name or `''`. */
export function readUdpService(packet: Packet, sink: MessageSink): string {
  const byPort = readByPort(packet, sink);
  return byPort === '' ? readByContent(packet, sink) : byPort;
}

function readByPort(packet: Packet, sink: MessageSink): string {
  switch (Math.min(packet.sourcePort, packet.destinationPort)) {
    case 67:
    case 68:
      return readDhcp(packet, sink) ? 'dhcp' : '';
    case 69:
      return readTftp(packet, sink) ? 'tftp' : '';
    case 123:
      return readNtp(packet, sink) ? 'ntp' : '';
    default:
      return '';
  }
}

function readByContent(packet: Packet, sink: MessageSink): string {
  const first = packet.data[packet.payloadOffset]!;
  switch (first) {
    case 0x00:
    case 0x64: // 'd'
      return readBittorrentDatagram(packet, sink) ? 'bittorrent' : industrialDatagram(packet);
    case 0x04:
      return readRpcDatagram(packet, sink) ? 'dce_rpc' : '';
    case 0x30:
      if (readSnmp(packet, sink)) return 'snmp';
      return readLdap(packet, sink) ? 'ldap' : '';
    case 0x6a:
    case 0x6b:
    case 0x6c:
    case 0x6d:
    case 0x7e:
      return readKerberos(packet, sink) ? 'kerberos' : '';
    default:
      return first >= 0x41 && first <= 0x5a ? readWords(packet, sink) : industrialDatagram(packet);
  }
}

function readWords(packet: Packet, sink: MessageSink): string {
  if (packet.payloadCaptured < 8) return '';
  const second = packet.data[packet.payloadOffset + 1]!;
  // `M-SEARCH`, `INVITE`: two capitals, or one and a hyphen, before a text is made of it.
  if (second !== 0x2d && (second < 0x41 || second > 0x5a)) {
    return readBittorrentDatagram(packet, sink) ? 'bittorrent' : '';
  }
  if (readSsdp(packet, sink)) return 'ssdp';
  return readSip(packet, sink) ? 'sip' : '';
}
