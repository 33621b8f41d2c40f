import { TCP_ACK, TCP_RST, TCP_SYN, type Packet } from '../capture/packet.ts';
import { PLAIN_LAYOUT, type PlainSink } from '../capture/plain-packets.ts';
import { KEY_LAYOUT, writeFlowKey } from './flow-key.ts';
import { lettersOf, lettersOfTcp, ONLY_DATA, SIDE_LETTERS } from './flow-letters.ts';
import type { FlowTunnels } from './flow-tunnels.ts';
import { icmpErrorBit } from './icmp-error.ts';
import type { KeyHash } from './key-hash.ts';
import type { NameNumbers } from './name-numbers.ts';
import { makePlainKey } from './plain-key.ts';
import { PlainPacket } from './plain-packet.ts';

const { KEY_PROTOCOL } = KEY_LAYOUT;

const {
  PLAIN_ACKNOWLEDGMENT,
  PLAIN_FLAGS,
  PLAIN_IP_LENGTH,
  PLAIN_PAYLOAD_CAPTURED,
  PLAIN_PAYLOAD_LENGTH,
  PLAIN_SEQUENCE,
  PLAIN_SERVICE,
  PLAIN_WORDS,
} = PLAIN_LAYOUT;

/**
 * An entry: what the flow table needs of a packet, as thirty-two 32-bit words of which two are its time. See
 * `PLAIN_LAYOUT` for why it is one object.
 */
export const ENTRY_LAYOUT = {
  ENTRY: PLAIN_WORDS,
  /** The key's words (`flow-key.ts`) begin here, behind the time. */
  KEY: 2,
  SIDE: 13, // 0: A sent it
  IP_LENGTH: PLAIN_IP_LENGTH,
  /** Bytes that count as payload: none of a RST, whose text is a diagnosis (RFC 9293 §3.5.3). */
  PAYLOAD_LENGTH: PLAIN_PAYLOAD_LENGTH,
  /** Letters, shifted to their side. */
  PACKET_LETTERS: 16,
  /** Sequence number of the first payload byte. */
  SEQUENCE: PLAIN_SEQUENCE,
  /** The bits below. */
  SHAPE: 18,
  /** Service's number, and the tunnel's in the upper half. */
  PACKET_NAMES: PLAIN_SERVICE,
  /** What an ICMP error says, in an entry that `IS_ERROR`. */
  ERROR_BIT: 20,
  /** SYN without ACK. */
  IS_SYN: 1,
  /** A segment whose header was cut off before its sequence number. */
  IS_UNNUMBERED: 2,
  /** No packet: an ICMP error's word on the packet it quotes. */
  IS_ERROR: 4,
} as const;

const {
  ENTRY,
  KEY,
  SIDE,
  IP_LENGTH,
  PAYLOAD_LENGTH,
  PACKET_LETTERS,
  SEQUENCE,
  SHAPE,
  PACKET_NAMES,
  ERROR_BIT,
  IS_SYN,
  IS_UNNUMBERED,
  IS_ERROR,
} = ENTRY_LAYOUT;

const BATCH = 64;

const TCP = 6;
const SYN = TCP_SYN;
const RST = TCP_RST;
const ACK = TCP_ACK;

/** Gives the name of the service that a packet's payload was recognised as. */
export type ReadPayload = (packet: Packet) => string;

/**
 * Packets that wait to be looked up together. In a table of many flows a packet waits for memory twice, for the
 * index and for the row; the waits of packets that follow each other overlap if nothing stands between them.
 *
 * Plain packets are written by their decoder, where they are to be, and made into entries some at a time.
 */
export class PacketBatch implements PlainSink {
  readonly ints = new Int32Array(BATCH * ENTRY);
  readonly numbers = new Float64Array(this.ints.buffer);
  /** An error takes two entries, so there is one to spare. */
  readonly end = (BATCH - 1) * ENTRY;
  place = 0;
  /** Told of the payloads of plain packets. */
  readPayload: ReadPayload | undefined;
  /** The first that is plain still. */
  #plainFrom = 0;
  readonly #hash: KeyHash;
  readonly #services: NameNumbers;
  readonly #onFull: () => void;
  readonly #packet = new PlainPacket();

  constructor(hash: KeyHash, services: NameNumbers, onFull: () => void) {
    this.#hash = hash;
    this.#services = services;
    this.#onFull = onFull;
  }

  take(bytes: Uint8Array): void {
    const from = this.#plainFrom;
    const to = this.place;
    if (from === to) return;
    if (this.readPayload !== undefined) this.#readPayloads(this.readPayload, bytes, from, to);
    makeEntries(this.ints, from, to, this.#hash);
    this.#plainFrom = to;
    if (to >= this.end) this.#onFull();
  }

  /** Forgets the entries; there is room again. */
  clear(): void {
    this.place = 0;
    this.#plainFrom = 0;
  }

  /** Adds a packet, and the number of its tunnel if it came through one. */
  add(packet: Packet, service: string, tunnels: FlowTunnels): void {
    const { ints } = this;
    const at = this.place;
    const { tcpFlags } = packet;
    const isTcp = packet.protocol === TCP;
    this.numbers[at >>> 1] = packet.timeUs;
    const fromA = writeFlowKey(ints, at + KEY, packet, packet.laterFragment, this.#hash);
    ints[at + SIDE] = fromA ? 0 : 1;
    ints[at + IP_LENGTH] = packet.ipLength;
    ints[at + PAYLOAD_LENGTH] = isTcp && (tcpFlags & TCP_RST) !== 0 ? 0 : packet.payloadLength;
    const letters = lettersOf(packet);
    ints[at + PACKET_LETTERS] = fromA ? letters : letters << SIDE_LETTERS;
    const tunnel = packet.tunnelDepth > 0 ? tunnels.numberOf(packet, fromA) : 0;
    ints[at + PACKET_NAMES] = (service === '' ? 0 : this.#services.numberOf(service)) | (tunnel << 16); // prettier-ignore
    const hasSyn = (tcpFlags & TCP_SYN) !== 0;
    let shape = hasSyn && (tcpFlags & TCP_ACK) === 0 ? IS_SYN : 0;
    const isUnnumbered = (tcpFlags | packet.tcpSequence | packet.tcpAcknowledgment) === 0;
    if (isTcp && isUnnumbered) shape |= IS_UNNUMBERED;
    ints[at + SHAPE] = shape;
    ints[at + SEQUENCE] = hasSyn ? packet.tcpSequence + 1 : packet.tcpSequence;
    this.#added(packet);
  }

  #added(packet: Packet): void {
    this.place += ENTRY;
    if (packet.hasQuoted) this.#addError(packet);
    this.#plainFrom = this.place;
    if (this.place >= this.end) this.#onFull();
  }

  /** What an ICMP error says of the packet it quotes. */
  #addError(packet: Packet): void {
    const { ints } = this;
    const at = this.place;
    this.numbers[at >>> 1] = packet.timeUs;
    const fromA = writeFlowKey(ints, at + KEY, packet.quoted, false, this.#hash);
    ints.fill(0, at + SIDE, at + ENTRY);
    ints[at + SIDE] = fromA ? 0 : 1;
    ints[at + SHAPE] = IS_ERROR;
    ints[at + ERROR_BIT] = icmpErrorBit(packet.protocol, packet.sourcePort, packet.destinationPort);
    this.place += ENTRY;
  }

  #readPayloads(read: ReadPayload, bytes: Uint8Array, from: number, to: number): void {
    const { ints, numbers } = this;
    for (let at = from; at < to; at += ENTRY) {
      let service = '';
      if (ints[at + PLAIN_PAYLOAD_CAPTURED]! > 0) {
        service = read(this.#packet.fill(ints, numbers[at >>> 1]!, at, bytes));
      }
      ints[at + PLAIN_SERVICE] = service === '' ? 0 : this.#services.numberOf(service);
    }
  }
}

/** Makes of plain packets' words what `add` would write for the same packets. */
function makeEntries(ints: Int32Array, from: number, to: number, hash: KeyHash): void {
  for (let at = from; at < to; at += ENTRY) {
    const side = makePlainKey(ints, at, hash);
    let letters = ONLY_DATA;
    let shape = 0;
    if ((ints[at + KEY + KEY_PROTOCOL]! & 0xff) === TCP) {
      const fields = ints[at + PLAIN_FLAGS]!;
      const flags = (fields >>> 16) & 0xff;
      letters = lettersOfTcp(flags, fields & 0xffff, ints[at + PAYLOAD_LENGTH]!);
      const sequence = ints[at + SEQUENCE]!;
      if ((flags | sequence | ints[at + PLAIN_ACKNOWLEDGMENT]!) === 0) shape = IS_UNNUMBERED;
      if ((flags & SYN) !== 0) {
        shape = (flags & ACK) === 0 ? IS_SYN : 0;
        ints[at + SEQUENCE] = sequence + 1;
      }
      if ((flags & RST) !== 0) ints[at + PAYLOAD_LENGTH] = 0;
    }
    ints[at + SIDE] = side;
    ints[at + PACKET_LETTERS] = letters << (side * SIDE_LETTERS);
    ints[at + SHAPE] = shape;
  }
}
