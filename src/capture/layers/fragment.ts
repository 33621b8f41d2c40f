import { FRAGMENT_COMPLETES, FRAGMENT_HELD } from '../fragment-table.ts';
import type { FragmentedDatagram } from '../fragmented-datagram.ts';
import type { Packet } from '../packet.ts';
import type { Frame } from './frame.ts';

const MOST_PAYLOAD = 65_535;

/** What a header says of its fragment. */
export interface FragmentPlace {
  readonly id: number;
  readonly offset: number;
  readonly more: boolean;
}

/**
 * A fragment whose payload begins at `at`. Gives where the frame has something to go on with: 0 for the whole
 * datagram, `at` for this fragment by itself; -1 when it waits for the others.
 */
export function takeFragment(
  frame: Frame,
  at: number,
  packet: Packet,
  { id, offset, more }: FragmentPlace,
): number {
  const { end, cut, outerKnown, fragments } = frame;
  const fragment = { id, offset, more, at, end, isCut: cut > 0, outerKnown };
  const fate = fragments.add(packet, fragment, frame.notes);
  if (fate === FRAGMENT_HELD) {
    packet.laterFragment = offset > 0;
    packet.sourcePort = fragments.ports >>> 16;
    packet.destinationPort = fragments.ports & 0xffff;
    return -1;
  }
  if (fate === FRAGMENT_COMPLETES) {
    const whole = fragments.completed;
    packet.protocol = whole.protocol;
    packet.ipLength = whole.ipLength;
    startAt(frame, packet, whole);
    return 0;
  }
  packet.laterFragment = offset > 0;
  return at;
}

/** Lets the frame go on with what has come of a datagram's payload; the rest counts as left out by the capture. */
export function startAt(frame: Frame, packet: Packet, datagram: FragmentedDatagram): void {
  // One for each level: what carries a tunnel may be gone back to (`Frame.outer`).
  const whole = (frame.whole[packet.tunnelDepth] ??= new Uint8Array(MOST_PAYLOAD));
  const length = datagram.join(whole);
  frame.bytes = whole;
  frame.end = length;
  frame.cut = datagram.covered - length;
  packet.data = whole;
  packet.laterFragment = false;
  packet.payloadLength = datagram.covered;
}
