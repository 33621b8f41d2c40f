import { FragmentTable } from './fragment-table.ts';
import type { FragmentedDatagram } from './fragmented-datagram.ts';
import { startAt } from './layers/fragment.ts';
import { HELD, INNER, type Frame, type Layer } from './layers/frame.ts';
import { decodeSubframe } from './layers/ieee80211.ts';
import { decodeInner } from './layers/inner.ts';
import { decodeIpv6Payload } from './layers/ipv6.ts';
import { linkLayer } from './layers/link-layer.ts';
import { clearTransport, takeHeader } from './layers/payload.ts';
import { decodeTransport } from './layers/transport.ts';
import { LINK_TYPE, linkTypeName } from './link-type.ts';
import { copyWords, PacketSnapshot } from './packet-snapshot.ts';
import { clearQuoted, emptyPacket, type Packet } from './packet.ts';
import { PLAIN_LINK, readPlainFrame } from './plain-frame.ts';
import { PLAIN_LAYOUT, type PlainSink } from './plain-packets.ts';
import { ReasonCounts } from './reason-counts.ts';

const { PLAIN_WORDS } = PLAIN_LAYOUT;

const NO_TRANSPORT = 'laterFragment';

/** How the frames of one file or interface are to be read. */
export interface Link {
  readonly layer: Layer;
  readonly linkType: number;
  /** Which of `PLAIN_LINK`. */
  readonly plain: number;
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
 * not the frame gave a packet. A fragment that waits for others shows its addresses, and its ports from the
 * datagram's first fragment on.
 */
export type OnFrame = (frame: CapturedFrame, packet: Packet) => void;

/** The reading of a link type; one that is not known gives a count for each of its frames. */
export function linkOf(linkType: number): Link {
  const layer = linkLayer(linkType);
  if (layer !== undefined) return { layer, linkType, plain: plainLink(linkType) };
  const reason = `unknownLinkType:${linkTypeName(linkType)}`;
  return { layer: () => reason, linkType, plain: PLAIN_LINK.none };
}

function plainLink(linkType: number): number {
  switch (linkType) {
    case LINK_TYPE.ethernet:
      return PLAIN_LINK.ethernet;
    case LINK_TYPE.raw:
    case LINK_TYPE.rawBsd:
    case LINK_TYPE.rawOpenBsd:
    case LINK_TYPE.ipv4:
    case LINK_TYPE.ipv6:
      return PLAIN_LINK.rawIp;
    default:
      return PLAIN_LINK.none;
  }
}

/**
 * Frames → packets: fills one `Packet` again and again and hands it on, or counts why there is none.
 *
 * Fragments of a datagram come out as one packet, with the last one's time and the sum of their lengths: when it
 * is complete, or when it is given up (`incompleteDatagram`), then with what is there of its beginning, or as a
 * `laterFragment` if its first fragment is missing. So packets are datagrams and no byte is lost, however many
 * lone fragments somebody sends. Fragments that can never be put together (cut by the snap length, malformed)
 * are packets of their own.
 */
export class FrameDecoder {
  packets = 0;
  frames = 0;
  /** Frames whose fragment came out, or will, in the packet of its datagram. */
  heldFragments = 0;
  readonly skipped = new ReasonCounts();
  /** Of the frame to come: see `CapturedFrame`. */
  nanoseconds = -1;
  readonly #onFrame: OnFrame | undefined;
  readonly #plain: PlainSink | undefined;
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
  readonly #fragments: FragmentTable;
  readonly #ownsFragments: boolean;
  readonly #frame: Frame;
  #bytes = this.#packet.data;

  /**
   * Datagrams that began in an earlier file of the same capture are in `fragments`, and what is incomplete at the
   * end stays there for the next one; without it the decoder has a table of its own, and `end` empties it.
   * Packets of the usual shape go to `plain`, if there is one, instead of `onPacket`.
   */
  constructor(
    onPacket: (packet: Packet) => void,
    onFrame?: OnFrame,
    fragments?: FragmentTable,
    plain?: PlainSink,
  ) {
    this.#onPacket = onPacket;
    this.#onFrame = onFrame;
    this.#plain = onFrame === undefined ? plain : undefined; // who looks at frames wants packets with them
    this.#ownsFragments = fragments === undefined;
    this.#fragments = fragments ?? new FragmentTable();
    this.#frame = {
      bytes: this.#bytes,
      end: 0,
      cut: 0,
      inner: INNER.none,
      innerAt: 0,
      innerTunnel: '',
      outerKnown: false,
      outer: new PacketSnapshot(),
      more: 0,
      moreEnd: 0,
      fragments: this.#fragments,
      whole: [],
      notes: this.skipped,
    };
  }

  /** Somebody looks at frames: `nanoseconds` is wanted. */
  get showsFrames(): boolean {
    return this.#onFrame !== undefined;
  }

  /** The bytes that the frames to come lie in. */
  set bytes(bytes: Uint8Array) {
    this.settle();
    this.#bytes = bytes;
    this.#packet.data = bytes;
    this.#frame.bytes = bytes;
  }

  /** Hands on all plain packets so far: their bytes are about to change, or there are no more. */
  settle(): void {
    this.#plain?.take(this.#bytes);
  }

  /** The same as `decode`, for a frame that `view` shows too: if it is plain it takes the short way. */
  read(
    view: DataView,
    link: Link,
    timeUs: number,
    offset: number,
    capturedLength: number,
    originalLength: number,
  ): void {
    const plain = this.#plain;
    if (plain !== undefined) {
      // Nothing may overtake what an earlier time gives up.
      if (!this.#fragments.isEmpty) this.#handOutGivenUp(timeUs);
      const { place } = plain;
      const end = offset + capturedLength;
      if (readPlainFrame(view, link.plain, offset, end, plain.ints, place)) {
        plain.numbers[place >>> 1] = timeUs;
        plain.place = place + PLAIN_WORDS;
        this.frames++;
        this.packets++;
        if (plain.place === plain.end) plain.take(this.#bytes);
        return;
      }
    }
    this.decode(link, timeUs, offset, capturedLength, originalLength);
  }

  /** A frame of `capturedLength` bytes at `offset`, which were `originalLength` on the wire. */
  decode(
    link: Link,
    timeUs: number,
    offset: number,
    capturedLength: number,
    originalLength: number,
  ): void {
    if (!this.#fragments.isEmpty) this.#handOutGivenUp(timeUs);
    const frame = this.#frame;
    const packet = this.#packet;
    this.frames++;
    this.#start(timeUs);
    frame.end = offset + capturedLength;
    frame.cut = originalLength > capturedLength ? originalLength - capturedLength : 0;
    if (this.#onFrame !== undefined) this.#forget();
    const reason = link.layer(frame, offset, packet);
    if (reason === undefined && frame.inner === INNER.none) this.#handOut();
    else this.#finish(reason);
    if (frame.more !== 0) this.#decodeSubframes(timeUs);
    if (this.#onFrame === undefined) return;
    const captured = this.#captured;
    captured.bytes = this.#bytes;
    captured.offset = offset;
    captured.capturedLength = capturedLength;
    captured.originalLength = originalLength;
    captured.linkType = link.linkType;
    captured.timeUs = timeUs;
    captured.nanoseconds = this.nanoseconds;
    this.#onFrame(captured, packet);
  }

  /** There are no more frames: a table of its own gives out what it holds. */
  end(): void {
    if (this.#ownsFragments) this.flushFragments();
  }

  /** Gives out the datagrams that are not complete, as far as they have come: the last file of a capture is over. */
  flushFragments(): void {
    this.#fragments.giveUpAll();
    this.#handOutGivenUp(0);
  }

  /** Nothing of one packet stays in the next. */
  #start(timeUs: number): void {
    const packet = this.#packet;
    packet.timeUs = timeUs;
    if (packet.data !== this.#bytes) {
      packet.data = this.#bytes;
      this.#frame.bytes = this.#bytes;
    }
    if (packet.tunnelDepth !== 0) {
      packet.tunnelDepth = 0;
      packet.tunnel = '';
    }
    if (packet.hasQuoted) clearQuoted(packet);
  }

  /** Looks into tunnels, then hands the packet out or counts why there is none. */
  #finish(reason: string | undefined): void {
    const frame = this.#frame;
    let result = reason;
    if (frame.inner !== INNER.none) {
      result = decodeInner(frame, this.#packet, reason);
      frame.inner = INNER.none;
    }
    if (result === undefined) {
      if (frame.outerKnown) this.#give();
      else this.#handOut();
    } else if (result === HELD) {
      this.heldFragments++;
      if (!frame.outerKnown) this.#copyOuter();
    } else {
      this.skipped.add(result);
    }
    frame.outerKnown = false;
  }

  /** A packet that is its own outermost. */
  #handOut(): void {
    this.#copyOuter();
    this.#give();
  }

  #give(): void {
    this.packets++;
    if (this.#plain !== undefined) this.#plain.take(this.#bytes);
    this.#onPacket(this.#packet);
  }

  #copyOuter(): void {
    const packet = this.#packet;
    copyWords(packet.source, packet.outerSource);
    copyWords(packet.destination, packet.outerDestination);
  }

  /** The further packets of a frame that holds several. */
  #decodeSubframes(timeUs: number): void {
    const frame = this.#frame;
    while (frame.more !== 0) {
      const offset = frame.more;
      frame.more = 0;
      this.#start(timeUs);
      frame.end = frame.moreEnd;
      frame.cut = 0;
      this.#finish(decodeSubframe(frame, offset, this.#packet));
    }
  }

  #handOutGivenUp(timeUs: number): void {
    for (;;) {
      const datagram = this.#fragments.takeGivenUp(timeUs);
      if (datagram === undefined) return;
      this.skipped.add('incompleteDatagram');
      this.#decodeIncomplete(datagram);
    }
  }

  #decodeIncomplete(datagram: FragmentedDatagram): void {
    const frame = this.#frame;
    const packet = this.#packet;
    this.#start(datagram.lastUs);
    packet.ipVersion = datagram.ipVersion;
    copyWords(datagram.source, packet.source);
    copyWords(datagram.destination, packet.destination);
    packet.protocol = datagram.protocol;
    packet.ipLength = datagram.ipLength;
    packet.tunnelDepth = datagram.tunnelDepth;
    packet.tunnel = datagram.tunnel;
    frame.outerKnown = datagram.outerKnown;
    if (datagram.outerKnown) {
      copyWords(datagram.outerSource, packet.outerSource);
      copyWords(datagram.outerDestination, packet.outerDestination);
    }
    const { hasFirst } = datagram;
    startAt(frame, packet, datagram);
    const decode = datagram.ipVersion === 4 ? decodeTransport : decodeIpv6Payload;
    const reason = hasFirst ? decode(frame, 0, packet) : NO_TRANSPORT;
    if (reason !== undefined) {
      // Too little of the transport's header, or none: a packet all the same, so that its bytes are seen.
      packet.protocol = datagram.protocol;
      packet.laterFragment = true;
      packet.payloadLength = datagram.covered;
      clearTransport(packet);
      takeHeader(frame, 0, packet, 0);
    }
    this.#finish(undefined);
  }

  /** What an earlier frame said must not be taken for what this one says. */
  #forget(): void {
    const packet = this.#packet;
    for (const words of [packet.source, packet.destination]) words.fill(0);
    for (const words of [packet.outerSource, packet.outerDestination]) words.fill(0);
    packet.protocol = 0;
    packet.sourcePort = 0;
    packet.destinationPort = 0;
    packet.laterFragment = false;
  }
}
