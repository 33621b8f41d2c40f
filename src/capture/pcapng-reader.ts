import type { FrameDecoder } from './frame-decoder.ts';
import { decodeInterface, type PcapngInterface } from './pcapng-interface.ts';
import { pcapngNanoseconds, pcapngTimeUs } from './pcapng-time.ts';
import { ReasonCounts } from './reason-counts.ts';
import { BYTE_ORDER_MAGIC, SECTION_HEADER } from './recognise-capture.ts';
import { MOST_RECORD_LENGTH, type RecordReader } from './record-reader.ts';

const LEAST_BLOCK = 12;
const BLOCK_HEAD = 8;
const BLOCK_TAIL = 4;
const MOST_INTERFACES = 65_536;

const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const OTHER_BLOCKS: ReadonlyMap<number, string> = new Map([
  [4, 'nameResolution'],
  [5, 'interfaceStatistics'],
  [9, 'systemdJournal'],
  [10, 'decryptionSecrets'],
  [0xbad, 'custom'],
  [0x40000bad, 'customNotCopied'],
]);

/** pcapng (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces, the three packet blocks. */
export class PcapngReader implements RecordReader {
  readonly headerLength = LEAST_BLOCK;
  /** Blocks that hold no packets, by kind. */
  readonly otherBlocks = new ReasonCounts();
  readonly #frames: FrameDecoder;
  #littleEndian = true;
  #interfaces: PcapngInterface[] = [];
  #lastTimeUs = 0;

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
    return length > MOST_RECORD_LENGTH && !this.skips(view, offset) ? 0 : length;
  }

  skips(view: DataView, offset: number): boolean {
    switch (view.getUint32(offset, this.#littleEndian)) {
      case SECTION_HEADER:
      case INTERFACE_DESCRIPTION:
      case OBSOLETE_PACKET:
      case SIMPLE_PACKET:
      case ENHANCED_PACKET:
        return false;
      default:
        return true;
    }
  }

  read(view: DataView, offset: number, length: number): boolean {
    const body = offset + BLOCK_HEAD;
    const end = offset + length - BLOCK_TAIL;
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

  #otherBlock(view: DataView, offset: number): boolean {
    const type = view.getUint32(offset, this.#littleEndian);
    this.otherBlocks.add(OTHER_BLOCKS.get(type) ?? `0x${type.toString(16)}`);
    return true;
  }

  #section(view: DataView, body: number, end: number): boolean {
    if (end - body < 16) return false;
    this.#littleEndian = view.getUint32(body, true) === BYTE_ORDER_MAGIC;
    this.#interfaces = [];
    return this.#littleEndian || view.getUint32(body) === BYTE_ORDER_MAGIC;
  }

  #interface(view: DataView, body: number, end: number): boolean {
    const described = decodeInterface(view, body, end, this.#littleEndian);
    if (described === undefined || this.#interfaces.length >= MOST_INTERFACES) return false;
    this.#interfaces.push(described);
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
