import type { FrameDecoder } from './frame-decoder.ts';
import { decodeInterface, type PcapngInterface } from './pcapng-interface.ts';
import { pcapngNanoseconds, pcapngTimeUs } from './pcapng-time.ts';
import { ReasonCounts } from './reason-counts.ts';
import { BYTE_ORDER_MAGIC, SECTION_HEADER } from './recognise-capture.ts';
import { MOST_RECORD_LENGTH, USUAL_SNAP_LENGTH, type RecordReader } from './record-reader.ts';

const LEAST_BLOCK = 12;
const BLOCK_HEAD = 8;
const BLOCK_TAIL = 4;
const MOST_INTERFACES = 65_536;

const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const PACKETS_AND_INTERFACES: ReadonlySet<number> = new Set([
  INTERFACE_DESCRIPTION,
  OBSOLETE_PACKET,
  SIMPLE_PACKET,
  ENHANCED_PACKET,
]);

/** pcapng §11.1, the block types of which somebody is known to write files. */
const OTHER_BLOCKS: ReadonlyMap<number, string> = new Map([
  [4, 'nameResolution'],
  [5, 'interfaceStatistics'],
  [7, 'irigTimestamp'],
  [8, 'arinc429'],
  [9, 'systemdJournal'],
  [10, 'decryptionSecrets'],
  [0x101, 'honeProjectMachine'],
  [0x102, 'honeProjectConnection'],
  [0x201, 'sysdigMachine'],
  [0x202, 'sysdigProcess'],
  [0x203, 'sysdigFileDescriptors'],
  [0x204, 'sysdigEvent'],
  [0xbad, 'custom'],
  [0x40000bad, 'customNotCopied'],
]);

/** pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces, the three packet blocks. */
export class PcapngReader implements RecordReader {
  readonly headerLength = LEAST_BLOCK;
  /** Never: a block's length stands at its end again, which settles it. */
  readonly doubted = false;
  /** Blocks that hold no packets, by kind. */
  readonly otherBlocks = new ReasonCounts();
  readonly #frames: FrameDecoder;
  #littleEndian = true;
  #interfaces: PcapngInterface[] = [];
  #lastTimeUs = 0;
  #isTimed = false;
  /** A packet without a time came before any that has one. */
  lacksTime = false;
  /** A section or interface was described. */
  sawDescription = false;

  constructor(frames: FrameDecoder) {
    this.#frames = frames;
  }

  unitLength(view: DataView, offset: number): number {
    // Its own byte order is what a section header is there to say.
    const littleEndian = isSection(view, offset)
      ? view.getUint32(offset + 8, true) === BYTE_ORDER_MAGIC
      : this.#littleEndian;
    const length = view.getUint32(offset + 4, littleEndian);
    if (length < LEAST_BLOCK || length % 4 !== 0) return 0;
    if (length <= MOST_RECORD_LENGTH) return length;
    return this.skips(view, offset) ? length : 0;
  }

  /** Kinds that may be long. One of no known kind is gathered: only its end says that it is a block at all. */
  skips(view: DataView, offset: number): boolean {
    return OTHER_BLOCKS.has(view.getUint32(offset, this.#littleEndian));
  }

  read(view: DataView, offset: number, length: number): boolean {
    const body = offset + BLOCK_HEAD;
    const end = offset + length - BLOCK_TAIL;
    const isOther = this.skips(view, offset);
    if (!isOther && view.getUint32(end) !== view.getUint32(offset + 4)) return false;
    switch (view.getUint32(offset, this.#littleEndian)) {
      case ENHANCED_PACKET:
        return this.#enhancedPacket(view, body, end);
      case SECTION_HEADER:
        return this.#section(view, body, end);
      case INTERFACE_DESCRIPTION:
        return this.#interface(view, body, end);
      case SIMPLE_PACKET:
        return this.#simplePacket(view, body, end);
      case OBSOLETE_PACKET:
        return this.#obsoletePacket(view, body, end);
      default:
        return this.#otherBlock(view, offset);
    }
  }

  readRun(view: DataView, offset: number, end: number): number {
    const littleEndian = this.#littleEndian;
    let at = offset;
    while (end - at >= LEAST_BLOCK + 20 && view.getUint32(at, littleEndian) === ENHANCED_PACKET) {
      const length = view.getUint32(at + 4, littleEndian);
      const described = this.#interfaces[view.getUint32(at + BLOCK_HEAD, littleEndian)];
      const capturedLength = view.getUint32(at + BLOCK_HEAD + 12, littleEndian);
      const isOrdinary =
        length <= end - at &&
        length <= MOST_RECORD_LENGTH &&
        length % 4 === 0 &&
        described !== undefined &&
        capturedLength <= length - LEAST_BLOCK - 20 &&
        view.getUint32(at + length - BLOCK_TAIL, littleEndian) === length;
      if (!isOrdinary) break;
      const high = view.getUint32(at + BLOCK_HEAD + 4, littleEndian);
      const low = view.getUint32(at + BLOCK_HEAD + 8, littleEndian);
      const timeUs = pcapngTimeUs(described.clock, high, low);
      this.#lastTimeUs = timeUs;
      this.#isTimed = true;
      if (this.#frames.showsFrames) {
        this.#frames.nanoseconds = pcapngNanoseconds(described.clock, high, low);
      }
      const originalLength = view.getUint32(at + BLOCK_HEAD + 16, littleEndian);
      const data = at + BLOCK_HEAD + 20;
      this.#frames.read(view, described.link, timeUs, data, capturedLength, originalLength);
      at += length;
    }
    return at;
  }

  isLikely(): boolean {
    return true;
  }

  seekLength(view: DataView, offset: number, end: number): number {
    if (end - offset < LEAST_BLOCK) return -1;
    if (!this.#isKnown(view, offset)) return 0;
    const length = this.unitLength(view, offset);
    if (length === 0 || length > USUAL_SNAP_LENGTH) return 0;
    if (length > end - offset) return -1;
    // As it stands, whatever its order.
    return view.getUint32(offset + length - BLOCK_TAIL) === view.getUint32(offset + 4) ? length : 0;
  }

  #isKnown(view: DataView, offset: number): boolean {
    if (isSection(view, offset)) {
      return (
        view.getUint32(offset + 8) === BYTE_ORDER_MAGIC ||
        view.getUint32(offset + 8, true) === BYTE_ORDER_MAGIC
      );
    }
    const type = view.getUint32(offset, this.#littleEndian);
    return PACKETS_AND_INTERFACES.has(type) || OTHER_BLOCKS.has(type);
  }

  #otherBlock(view: DataView, offset: number): boolean {
    const type = view.getUint32(offset, this.#littleEndian);
    this.otherBlocks.add(OTHER_BLOCKS.get(type) ?? `0x${type.toString(16)}`);
    return true;
  }

  #section(view: DataView, body: number, end: number): boolean {
    if (end - body < 16) return false;
    this.#littleEndian = view.getUint32(body, true) === BYTE_ORDER_MAGIC;
    this.#interfaces = [];
    this.sawDescription = true;
    return this.#littleEndian || view.getUint32(body) === BYTE_ORDER_MAGIC;
  }

  /** What was described so far is known to all who read of this file. */
  headersEnd(): void {
    this.sawDescription = false;
  }

  /** The bytes to come are from the middle of a file. */
  resume(before: PcapngReader | undefined): void {
    if (before === undefined || !before.#isTimed) return;
    this.#isTimed = true;
    this.#lastTimeUs = before.#lastTimeUs;
  }

  #interface(view: DataView, body: number, end: number): boolean {
    const described = decodeInterface(view, body, end, this.#littleEndian);
    if (described === undefined || this.#interfaces.length >= MOST_INTERFACES) return false;
    this.#interfaces.push(described);
    this.sawDescription = true;
    return true;
  }

  #enhancedPacket(view: DataView, body: number, end: number): boolean {
    if (end - body < 20) return this.#malformed();
    const littleEndian = this.#littleEndian;
    return this.#packet(view, body, end, view.getUint32(body, littleEndian));
  }

  /** Block type 2: a 16-bit interface, then a count of drops; the rest is laid out as in the enhanced block. */
  #obsoletePacket(view: DataView, body: number, end: number): boolean {
    if (end - body < 20) return this.#malformed();
    return this.#packet(view, body, end, view.getUint16(body, this.#littleEndian));
  }

  #packet(view: DataView, body: number, end: number, interfaceId: number): boolean {
    const littleEndian = this.#littleEndian;
    const described = this.#interfaces[interfaceId];
    const capturedLength = view.getUint32(body + 12, littleEndian);
    const data = body + 20;
    if (described === undefined) return this.#skip('unknownInterface');
    if (capturedLength > end - data) return this.#malformed();
    const high = view.getUint32(body + 4, littleEndian);
    const low = view.getUint32(body + 8, littleEndian);
    this.#lastTimeUs = pcapngTimeUs(described.clock, high, low);
    this.#isTimed = true;
    const originalLength = view.getUint32(body + 16, littleEndian);
    if (this.#frames.showsFrames) {
      this.#frames.nanoseconds = pcapngNanoseconds(described.clock, high, low);
    }
    this.#frames.decode(described.link, this.#lastTimeUs, data, capturedLength, originalLength);
    return true;
  }

  /** Block type 3 has neither time nor interface: interface 0, and the time of the packet before it. */
  #simplePacket(view: DataView, body: number, end: number): boolean {
    if (end - body < 4) return this.#malformed();
    const described = this.#interfaces[0];
    if (described === undefined) return this.#skip('unknownInterface');
    const originalLength = view.getUint32(body, this.#littleEndian);
    const data = body + 4;
    const capturedLength = Math.min(originalLength, described.snapLength, end - data);
    if (!this.#isTimed) this.lacksTime = true;
    this.#frames.decode(described.link, this.#lastTimeUs, data, capturedLength, originalLength);
    return true;
  }

  #malformed(): boolean {
    return this.#skip('malformedPacketBlock');
  }

  /** A frame that cannot be read in a block that could: what is behind the block still stands. */
  #skip(reason: string): boolean {
    this.#frames.frames++;
    this.#frames.skipped.add(reason);
    return true;
  }
}

function isSection(view: DataView, offset: number): boolean {
  return view.getUint32(offset) === SECTION_HEADER;
}
