import { CaptureDecoder } from '../../../src/capture/capture-decoder.ts';
import { LINK_TYPE } from '../../../src/capture/link-type.ts';
import type { Packet } from '../../../src/capture/packet.ts';
import { Digest, Outcome } from '../digest.ts';
import { inTwoPlaces, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { framesOf, syntheticCaptures } from '../synthetic-traffic.ts';
import { handMadeFrames } from '../hand-made-frames.ts';

/** Input: which link type, then frames behind their length (a set top bit: cut by the snap length). */
const LINK_TYPES = [...new Set(Object.values(LINK_TYPE)), 104, 147];
const MOST_FRAMES = 24;

export const frames: FuzzTarget = {
  name: 'frames',
  maxLength: 1600,
  seeds: () => [
    ...handMadeFrames().map(({ linkType, frames: list }) => packed(linkType, list)),
    ...syntheticCaptures().flatMap(({ frames: list }) =>
      [0, 6, 12].map((at) =>
        packed(
          LINK_TYPE.ethernet,
          list.slice(at, at + 2).map((frame) => frame.slice(0, 250)),
        ),
      ),
    ),
  ],
  seedsOfCapture: (capture) => {
    const { linkType, frames: list } = framesOf(capture, 60);
    return [0, 10, 50].map((at) =>
      packed(
        linkType,
        list.slice(at, at + 2).map((frame) => frame.slice(0, 250)),
      ),
    );
  },
  run: (input) => {
    const outcome = new Outcome();
    const file = captureOf(input);
    inTwoPlaces(file, (view) => {
      const digest = new Digest();
      let packets = 0;
      const decoder = new CaptureDecoder((packet) => {
        packets++;
        checkPacket(packet, digest);
        outcome.saw(`${packet.ipVersion}/${packet.protocol}${packet.tunnel}`);
      });
      decoder.push(view);
      decoder.end();
      for (const [reason, count] of decoder.skipped) {
        outcome.saw(reason);
        digest.text(reason);
        digest.number(count);
      }
      mustHold(packets === decoder.packets, 'packets: miscounted');
      return digest.value;
    });
    return outcome.value;
  },
};

/** Everything that a packet says about itself, and that it lies inside its own bytes. */
export function checkPacket(packet: Packet, digest: Digest): void {
  const { data, payloadOffset, payloadCaptured, payloadLength, ipLength, quoted } = packet;
  const isInside =
    payloadOffset >= 0 && payloadCaptured >= 0 && payloadOffset + payloadCaptured <= data.length;
  mustHold(isInside, 'a payload outside of its bytes');
  mustHold(payloadCaptured <= payloadLength, 'more payload captured than there was');
  mustHold(payloadLength <= ipLength, 'more payload than packet');
  mustHold(Number.isSafeInteger(packet.timeUs), 'a time that is no integer');
  mustHold(packet.tunnelDepth >= 0 && packet.tunnelDepth <= 16, 'tunnels without a bound');
  mustHold(packet.tunnelDepth > 0 === (packet.tunnel !== ''), 'a tunnel without a name');
  digest.number(packet.timeUs);
  digest.words(packet.source);
  digest.words(packet.destination);
  digest.words(packet.outerSource);
  digest.words(packet.outerDestination);
  digest.number(packet.protocol + (packet.laterFragment ? 256 : 0));
  digest.number(ipLength);
  digest.number(packet.sourcePort * 65_536 + packet.destinationPort);
  digest.number(packet.tcpSequence);
  digest.number(packet.tcpAcknowledgment);
  digest.number(packet.tcpFlags * 65_536 + packet.tcpWindow);
  digest.number(payloadLength);
  digest.text(packet.tunnel);
  if (packet.hasQuoted) {
    digest.words(quoted.source);
    digest.words(quoted.destination);
    digest.number(quoted.protocol);
    digest.number(quoted.sourcePort * 65_536 + quoted.destinationPort);
  }
  digest.bytes(data, payloadOffset, payloadOffset + payloadCaptured);
}

/** The frames of an input as a classic pcap, a millisecond apart. */
export function captureOf(input: Uint8Array): Uint8Array {
  const file = new Uint8Array(24 + input.length + 16 * (MOST_FRAMES + 1));
  const view = new DataView(file.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint32(4, 0x0004_0002, true);
  view.setUint32(16, 0xffff, true);
  view.setUint32(20, LINK_TYPES[(input[0] ?? 0) % LINK_TYPES.length]!, true);
  let end = 24;
  for (let at = 1, count = 0; at < input.length && count < MOST_FRAMES; count++) {
    const header = (input[at]! << 8) | (input[at + 1] ?? 0);
    const length = Math.max(0, Math.min(header & 0x7fff, input.length - at - 2));
    view.setUint32(end, 1_700_000_000, true);
    view.setUint32(end + 4, count * 1000, true);
    view.setUint32(end + 8, length, true);
    view.setUint32(end + 12, length + ((header & 0x8000) === 0 ? 0 : 100), true);
    file.set(input.subarray(at + 2, at + 2 + length), end + 16);
    end += 16 + length;
    at += 2 + length;
  }
  return file.subarray(0, end);
}

/** The other way round; a link type that is not tried here becomes Ethernet. */
export function packed(linkType: number, list: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(Math.max(0, LINK_TYPES.indexOf(linkType)))];
  for (const frame of list) {
    const whole = frame.subarray(0, 0x7fff);
    parts.push(Uint8Array.of(whole.length >>> 8, whole.length & 255), whole);
  }
  return new Uint8Array(Buffer.concat(parts));
}
