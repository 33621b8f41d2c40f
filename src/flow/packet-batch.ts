import { TCP_ACK, TCP_RST, TCP_SYN, type Packet } from '../capture/packet.ts';
import { writeFlowKey } from './flow-key.ts';
import { lettersOf, SIDE_LETTERS } from './flow-letters.ts';
import { icmpErrorBit } from './icmp-error.ts';
import type { KeyHash } from './key-hash.ts';

/** An entry: what the flow table needs of a packet, as thirty-two 32-bit words of which two are its time. */
export const ENTRY = 32;
const BATCH = 64;

/** The key's words (`flow-key.ts`) begin here, behind the time. */
export const KEY = 2;
export const SIDE = 13; // 0: A sent it
export const IP_LENGTH = 14;
/** Bytes that count as payload: none of a RST, whose text is a diagnosis (RFC 9293 §3.5.3). */
export const PAYLOAD_LENGTH = 15;
/** Letters, shifted to their side. */
export const PACKET_LETTERS = 16;
/** Sequence number of the first payload byte. */
export const SEQUENCE = 17;
/** The bits below. */
export const SHAPE = 18;
/** Service's number, and the tunnel's in the upper half. */
export const PACKET_NAMES = 19;
/** What an ICMP error says, in an entry that `IS_ERROR`. */
export const ERROR_BIT = 20;

/** SYN without ACK. */
export const IS_SYN = 1;
export const HAS_SYN = 2;
/** A segment whose header was cut off before its sequence number. */
export const IS_UNNUMBERED = 4;
/** No packet: an ICMP error's word on the packet it quotes. */
export const IS_ERROR = 8;

const TCP = 6;

/**
 * Packets that wait to be looked up together. In a table of many flows a packet waits for memory twice, for the
 * index and for the row; the waits of packets that follow each other overlap if nothing stands between them.
 */
export class PacketBatch {
  readonly ints = new Int32Array(BATCH * ENTRY);
  readonly numbers = new Float64Array(this.ints.buffer);
  size = 0;

  /** Room for one packet is always enough: an error takes two entries, and there is one to spare. */
  get isFull(): boolean {
    return this.size >= BATCH - 1;
  }

  add(packet: Packet, names: number, hash: KeyHash): void {
    const { ints } = this;
    const at = this.size++ * ENTRY;
    const { tcpFlags } = packet;
    const isTcp = packet.protocol === TCP;
    this.numbers[at >>> 1] = packet.timeUs;
    const fromA = writeFlowKey(ints, at + KEY, packet, packet.laterFragment, hash);
    ints[at + SIDE] = fromA ? 0 : 1;
    ints[at + IP_LENGTH] = packet.ipLength;
    ints[at + PAYLOAD_LENGTH] = isTcp && (tcpFlags & TCP_RST) !== 0 ? 0 : packet.payloadLength;
    const letters = lettersOf(packet);
    ints[at + PACKET_LETTERS] = fromA ? letters : letters << SIDE_LETTERS;
    ints[at + PACKET_NAMES] = names;
    const hasSyn = (tcpFlags & TCP_SYN) !== 0;
    let shape = hasSyn ? ((tcpFlags & TCP_ACK) === 0 ? IS_SYN | HAS_SYN : HAS_SYN) : 0;
    const isUnnumbered = (tcpFlags | packet.tcpSequence | packet.tcpAcknowledgment) === 0;
    if (isTcp && isUnnumbered) shape |= IS_UNNUMBERED;
    ints[at + SHAPE] = shape;
    ints[at + SEQUENCE] = hasSyn ? packet.tcpSequence + 1 : packet.tcpSequence;
  }

  /** What an ICMP error says of the packet it quotes. */
  addError(packet: Packet, hash: KeyHash): void {
    const { ints } = this;
    const at = this.size++ * ENTRY;
    this.numbers[at >>> 1] = packet.timeUs;
    const fromA = writeFlowKey(ints, at + KEY, packet.quoted, false, hash);
    ints.fill(0, at + SIDE, at + ENTRY);
    ints[at + SIDE] = fromA ? 0 : 1;
    ints[at + SHAPE] = IS_ERROR;
    ints[at + ERROR_BIT] = icmpErrorBit(packet.protocol, packet.sourcePort, packet.destinationPort);
  }
}
