import type { Packet } from '../../capture/packet.ts';
import { hasText, u16be, u32be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';
import { payloadText } from './payload-text.ts';

/** BitTorrent: the peers' handshake (BEP 3), the DHT (BEP 5), trackers on UDP (BEP 15), uTP's first packet (BEP 29). */

const QUERY = /1:q(?:4:(ping|vote)|9:(find_node|get_peers)|13:(announce_peer))1:/;
const TRACKER_ID = [0x0417, 0x27101980] as const;
const UTP_SYN = 0x41;

/** A handshake on TCP. */
export function readBittorrent(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (!hasText(data, at, at + payloadCaptured, '\x13BitTorrent protocol')) return false;
  reportCommand(packet, sink, 'bittorrent', 'HANDSHAKE');
  return true;
}

/** A datagram of the DHT, of a tracker or of uTP. */
export function readBittorrentDatagram(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (data[at] === 0x64) return readDht(packet, sink);
  if (data[at] === 0 && payloadLength === 16 && payloadCaptured === 16) {
    return u32be(data, at) === TRACKER_ID[0] && u32be(data, at + 4) === TRACKER_ID[1];
  }
  // SYN: type 4 version 1, no or one extension, the first sequence number, nothing acknowledged.
  if (data[at] !== UTP_SYN || payloadCaptured < 20 || data[at + 1]! > 2) return false;
  const isBare = data[at + 1] === 0 && payloadLength === 20;
  return (isBare || data[at + 1] === 2) && u16be(data, at + 16) === 1 && u16be(data, at + 18) === 0;
}

function readDht(packet: Packet, sink: MessageSink): boolean {
  const text = payloadText(packet, 512);
  if (!/^d(1:[ade]|2:ip)/.test(text)) return false;
  const match = QUERY.exec(text);
  const query = match?.[1] ?? match?.[2] ?? match?.[3];
  if (query !== undefined) reportCommand(packet, sink, 'bittorrent', query.toUpperCase());
  return true;
}
