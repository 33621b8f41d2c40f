import { emptyPacket, type Packet } from '../../src/capture/packet.ts';
import { PLAIN_LAYOUT as AT, type PlainSink } from '../../src/capture/plain-packets.ts';

/** Hands out plain packets as `Packet`s after all: with it a decoder's short way can be held against its long one. */
export class PlainAsPackets implements PlainSink {
  readonly ints = new Int32Array(4 * AT.PLAIN_WORDS);
  readonly numbers = new Float64Array(this.ints.buffer);
  readonly end = this.ints.length;
  place = 0;
  /** How many there were. */
  packets = 0;
  readonly #onPacket: (packet: Packet) => void;

  constructor(onPacket: (packet: Packet) => void) {
    this.#onPacket = onPacket;
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < this.place; at += AT.PLAIN_WORDS) {
      this.packets++;
      this.#onPacket(this.#packet(at, bytes));
    }
    this.ints.fill(0x55555555); // nothing may be left for the next one
    this.place = 0;
  }

  #packet(at: number, data: Uint8Array): Packet {
    const word = (field: number): number => this.ints[at + field]!;
    const address = (lowest: number, upper: number): Uint32Array =>
      word(AT.PLAIN_VERSION) === 4
        ? Uint32Array.of(0, 0, 0xffff, word(lowest))
        : Uint32Array.of(word(upper), word(upper + 1), word(upper + 2), word(lowest));
    const source = address(AT.PLAIN_SOURCE, AT.PLAIN_SOURCE_UPPER);
    const destination = address(AT.PLAIN_DESTINATION, AT.PLAIN_DESTINATION_UPPER);
    return {
      ...emptyPacket(),
      timeUs: this.numbers[at >>> 1]!,
      ipVersion: word(AT.PLAIN_VERSION) as 4 | 6,
      source,
      destination,
      outerSource: source,
      outerDestination: destination,
      protocol: word(AT.PLAIN_PROTOCOL),
      ipLength: word(AT.PLAIN_IP_LENGTH),
      sourcePort: word(AT.PLAIN_PORTS) >>> 16,
      destinationPort: word(AT.PLAIN_PORTS) & 0xffff,
      tcpFlags: (word(AT.PLAIN_FLAGS) >>> 16) & 0xff,
      tcpWindow: word(AT.PLAIN_FLAGS) & 0xffff,
      tcpSequence: word(AT.PLAIN_SEQUENCE) >>> 0,
      tcpAcknowledgment: word(AT.PLAIN_ACKNOWLEDGMENT) >>> 0,
      data,
      payloadOffset: word(AT.PLAIN_PAYLOAD_OFFSET),
      payloadLength: word(AT.PLAIN_PAYLOAD_LENGTH),
      payloadCaptured: word(AT.PLAIN_PAYLOAD_CAPTURED),
    };
  }
}
