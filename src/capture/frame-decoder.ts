import { linkLayer } from './layers/link-layer.ts';
import type { Frame, Layer } from './layers/frame.ts';
import { linkTypeName } from './link-type.ts';
import { emptyPacket, type Packet } from './packet.ts';
import { ReasonCounts } from './reason-counts.ts';

/** How the frames of one file or interface are to be read. */
export interface Link {
  readonly layer: Layer;
}

/** The reading of a link type; one that is not known gives a count for each of its frames. */
export function linkOf(linkType: number): Link {
  const layer = linkLayer(linkType);
  if (layer !== undefined) return { layer };
  const reason = `unknownLinkType:${linkTypeName(linkType)}`;
  return { layer: () => reason };
}

/** Frames → packets: fills one `Packet` again and again and hands it on, or counts why there is none. */
export class FrameDecoder {
  packets = 0;
  frames = 0;
  readonly skipped = new ReasonCounts();
  readonly #onPacket: (packet: Packet) => void;
  readonly #packet = emptyPacket();
  readonly #frame: Frame = { bytes: this.#packet.data, end: 0, cut: 0 };

  constructor(onPacket: (packet: Packet) => void) {
    this.#onPacket = onPacket;
  }

  /** The bytes that the frames to come lie in. */
  set bytes(bytes: Uint8Array) {
    this.#packet.data = bytes;
    this.#frame.bytes = bytes;
  }

  /** A frame of `capturedLength` bytes at `offset`, which were `originalLength` on the wire. */
  decode(
    link: Link,
    timeUs: number,
    offset: number,
    capturedLength: number,
    originalLength: number,
  ): void {
    const frame = this.#frame;
    const packet = this.#packet;
    this.frames++;
    frame.end = offset + capturedLength;
    frame.cut = originalLength > capturedLength ? originalLength - capturedLength : 0;
    packet.timeUs = timeUs;
    const reason = link.layer(frame, offset, packet);
    if (reason === undefined) {
      this.packets++;
      this.#onPacket(packet);
    } else {
      this.skipped.add(reason);
    }
  }
}
