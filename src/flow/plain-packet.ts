import { emptyPacket, type Packet } from '../capture/packet.ts';
import { PLAIN_LAYOUT } from '../capture/plain-packets.ts';

const {
  PLAIN_ACKNOWLEDGMENT,
  PLAIN_DESTINATION,
  PLAIN_DESTINATION_UPPER,
  PLAIN_FLAGS,
  PLAIN_IP_LENGTH,
  PLAIN_PAYLOAD_CAPTURED,
  PLAIN_PAYLOAD_LENGTH,
  PLAIN_PAYLOAD_OFFSET,
  PLAIN_PORTS,
  PLAIN_PROTOCOL,
  PLAIN_SEQUENCE,
  PLAIN_SOURCE,
  PLAIN_SOURCE_UPPER,
  PLAIN_VERSION,
} = PLAIN_LAYOUT;

/** A `Packet` of a plain packet's words: one object, filled again for every one. */
export class PlainPacket {
  readonly #packet = emptyPacket();

  /** Of the words from `at` on; the packet's outer addresses are left out. */
  fill(ints: Int32Array, timeUs: number, at: number, bytes: Uint8Array): Packet {
    const packet = this.#packet;
    packet.timeUs = timeUs;
    packet.protocol = ints[at + PLAIN_PROTOCOL]!;
    packet.ipLength = ints[at + PLAIN_IP_LENGTH]!;
    const ports = ints[at + PLAIN_PORTS]!;
    packet.sourcePort = ports >>> 16;
    packet.destinationPort = ports & 0xffff;
    const flags = ints[at + PLAIN_FLAGS]!;
    packet.tcpFlags = (flags >>> 16) & 0xff;
    packet.tcpWindow = flags & 0xffff;
    packet.tcpSequence = ints[at + PLAIN_SEQUENCE]! >>> 0;
    packet.tcpAcknowledgment = ints[at + PLAIN_ACKNOWLEDGMENT]! >>> 0;
    packet.data = bytes;
    packet.payloadOffset = ints[at + PLAIN_PAYLOAD_OFFSET]!;
    packet.payloadLength = ints[at + PLAIN_PAYLOAD_LENGTH]!;
    packet.payloadCaptured = ints[at + PLAIN_PAYLOAD_CAPTURED]!;
    this.#fillAddresses(ints, at);
    return packet;
  }

  #fillAddresses(ints: Int32Array, at: number): void {
    const { source, destination } = this.#packet;
    if (ints[at + PLAIN_VERSION] === 4) {
      this.#packet.ipVersion = 4;
      source[0] = source[1] = destination[0] = destination[1] = 0;
      source[2] = destination[2] = 0xffff;
    } else {
      this.#packet.ipVersion = 6;
      for (let i = 0; i < 3; i++) {
        source[i] = ints[at + PLAIN_SOURCE_UPPER + i]!;
        destination[i] = ints[at + PLAIN_DESTINATION_UPPER + i]!;
      }
    }
    source[3] = ints[at + PLAIN_SOURCE]!;
    destination[3] = ints[at + PLAIN_DESTINATION]!;
  }
}
