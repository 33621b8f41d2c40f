import { linkLayer } from './layers/link-layer.ts';
import type { Frame, Layer } from './layers/frame.ts';
import { linkTypeName } from './link-type.ts';
import { emptyPacket, type Packet } from './packet.ts';
import { ReasonCounts } from './reason-counts.ts';

/** How the frames of one file or interface are to be read. */
export interface Link {
  readonly layer: Layer;
  readonly linkType: number;
}

/** A frame as its file has it: filled again for every one, valid until the callback returns. */
export interface CapturedFrame {
  /** What the frame lies in, from `offset` on. */
  bytes: Uint8Array;
  offset: number;
  capturedLength: number;
  originalLength: number;
  linkType: number;
  /** Integer microseconds since the Unix epoch, floored. */
  timeUs: number;
  /** What was floored: 0 … 999, or -1 if the file's clock does not count finer. */
  nanoseconds: number;
}

/**
 * Called behind every frame, with what of it could be decoded: addresses are 0 where none was read, whether or
 * not the frame gave a packet.
 */
export type OnFrame = (frame: CapturedFrame, packet: Packet) => void;

/** The reading of a link type; one that is not known gives a count for each of its frames. */
export function linkOf(linkType: number): Link {
  const layer = linkLayer(linkType);
  if (layer !== undefined) return { layer, linkType };
  const reason = `unknownLinkType:${linkTypeName(linkType)}`;
  return { layer: () => reason, linkType };
}

/** Frames → packets: fills one `Packet` again and again and hands it on, or counts why there is none. */
export class FrameDecoder {
  packets = 0;
  frames = 0;
  readonly skipped = new ReasonCounts();
  /** Of the frame to come: see `CapturedFrame`. */
  nanoseconds = -1;
  readonly #onFrame: OnFrame | undefined;
  readonly #onPacket: (packet: Packet) => void;
  readonly #packet = emptyPacket();
  readonly #captured: CapturedFrame = {
    bytes: this.#packet.data,
    offset: 0,
    capturedLength: 0,
    originalLength: 0,
    linkType: 0,
    timeUs: 0,
    nanoseconds: -1,
  };
  readonly #frame: Frame = { bytes: this.#packet.data, end: 0, cut: 0 };

  constructor(onPacket: (packet: Packet) => void, onFrame?: OnFrame) {
    this.#onPacket = onPacket;
    this.#onFrame = onFrame;
  }

  /** Somebody looks at frames: `nanoseconds` is wanted. */
  get showsFrames(): boolean {
    return this.#onFrame !== undefined;
  }

  /** The bytes that the frames to come lie in. */
  set bytes(bytes: Uint8Array) {
    this.#packet.data = bytes;
    this.#frame.bytes = bytes;
    this.#captured.bytes = bytes;
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
    if (this.#onFrame !== undefined) forget(packet);
    const reason = link.layer(frame, offset, packet);
    if (reason === undefined) {
      this.packets++;
      this.#onPacket(packet);
    } else {
      this.skipped.add(reason);
    }
    if (this.#onFrame === undefined) return;
    const captured = this.#captured;
    captured.offset = offset;
    captured.capturedLength = capturedLength;
    captured.originalLength = originalLength;
    captured.linkType = link.linkType;
    captured.timeUs = timeUs;
    captured.nanoseconds = this.nanoseconds;
    this.#onFrame(captured, packet);
  }
}

/** What an earlier frame said must not be taken for what this one says. */
function forget(packet: Packet): void {
  for (const words of [packet.source, packet.destination]) words.fill(0);
  for (const words of [packet.outerSource, packet.outerDestination]) words.fill(0);
  packet.protocol = 0;
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  packet.laterFragment = false;
  packet.hasQuoted = false;
}
