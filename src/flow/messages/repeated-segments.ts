import type { Packet } from '../../capture/packet.ts';
import { directionHash } from './bounded-table.ts';

/** Segments remembered; a power of two. */
const ROOM = 1 << 13;
/** TCP gives up, or the capture's clock has gone back. */
const MAX_AGE_US = 60e6;
/** Bytes at either end that tell one payload from another. */
const SAMPLE = 32;

/**
 * The TCP segments that a message was read from, so that one that is sent again (or was captured twice) is not
 * read twice. A fixed number of the latest, told apart by direction, sequence number, length and sampled bytes.
 */
export class RepeatedSegments {
  readonly #prints = new Int32Array(ROOM * 3);
  readonly #timesUs = new Float64Array(ROOM).fill(-Infinity);

  /** Remembers the segment; whether it was remembered already. */
  isRepeat(packet: Packet): boolean {
    const { source, destination, sourcePort, destinationPort, tcpSequence, timeUs } = packet;
    const direction = directionHash(source, destination, sourcePort, destinationPort);
    const slot = (direction ^ Math.imul(tcpSequence, 0x9e3779b1)) & (ROOM - 1);
    const content = contentHash(packet);
    const prints = this.#prints;
    const at = slot * 3;
    const known =
      prints[at] === direction &&
      prints[at + 1] === (tcpSequence | 0) &&
      prints[at + 2] === content;
    const age = timeUs - this.#timesUs[slot]!;
    this.#timesUs[slot] = timeUs;
    if (known) return age <= MAX_AGE_US && age >= -MAX_AGE_US;
    prints[at] = direction;
    prints[at + 1] = tcpSequence;
    prints[at + 2] = content;
    return false;
  }
}

function contentHash({ data, payloadOffset, payloadCaptured }: Packet): number {
  const end = payloadOffset + payloadCaptured;
  let hash = payloadCaptured;
  const head = Math.min(end, payloadOffset + SAMPLE);
  for (let i = payloadOffset; i < head; i++) hash = Math.imul(hash ^ data[i]!, 0x01000193);
  for (let i = Math.max(head, end - SAMPLE); i < end; i++) {
    hash = Math.imul(hash ^ data[i]!, 0x01000193);
  }
  return hash;
}
