import { clearQuoted, type Packet } from './packet.ts';

/** A packet's values put aside, to come back to when what it carries turns out to be no packet. Reused. */
export class PacketSnapshot {
  readonly #source = new Uint32Array(4);
  readonly #destination = new Uint32Array(4);
  #data = new Uint8Array(0);
  #ipVersion: 4 | 6 = 4;
  #tunnel = '';
  #tunnelDepth = 0;
  #protocol = 0;
  #ipLength = 0;
  #sourcePort = 0;
  #destinationPort = 0;
  #payloadOffset = 0;
  #payloadLength = 0;
  #payloadCaptured = 0;

  /** What carries another packet is neither TCP, nor an error, nor the middle of a datagram. */
  keep(packet: Packet): void {
    copyWords(packet.source, this.#source);
    copyWords(packet.destination, this.#destination);
    this.#data = packet.data as Uint8Array<ArrayBuffer>;
    this.#ipVersion = packet.ipVersion;
    this.#tunnel = packet.tunnel;
    this.#tunnelDepth = packet.tunnelDepth;
    this.#protocol = packet.protocol;
    this.#ipLength = packet.ipLength;
    this.#sourcePort = packet.sourcePort;
    this.#destinationPort = packet.destinationPort;
    this.#payloadOffset = packet.payloadOffset;
    this.#payloadLength = packet.payloadLength;
    this.#payloadCaptured = packet.payloadCaptured;
  }

  restore(packet: Packet): void {
    copyWords(this.#source, packet.source);
    copyWords(this.#destination, packet.destination);
    packet.data = this.#data;
    packet.ipVersion = this.#ipVersion;
    packet.tunnel = this.#tunnel;
    packet.tunnelDepth = this.#tunnelDepth;
    packet.protocol = this.#protocol;
    packet.ipLength = this.#ipLength;
    packet.laterFragment = false;
    if (packet.hasQuoted) clearQuoted(packet);
    packet.sourcePort = this.#sourcePort;
    packet.destinationPort = this.#destinationPort;
    packet.tcpFlags = 0;
    packet.tcpSequence = 0;
    packet.tcpAcknowledgment = 0;
    packet.tcpWindow = 0;
    packet.payloadOffset = this.#payloadOffset;
    packet.payloadLength = this.#payloadLength;
    packet.payloadCaptured = this.#payloadCaptured;
  }
}

/** Four words; `set` costs more for so few. */
export function copyWords(from: Uint32Array, to: Uint32Array): void {
  to[0] = from[0]!;
  to[1] = from[1]!;
  to[2] = from[2]!;
  to[3] = from[3]!;
}
