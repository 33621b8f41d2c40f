import type { FragmentTable } from './fragment-table.ts';
import { FrameDecoder, type OnFrame } from './frame-decoder.ts';
import type { Packet } from './packet.ts';
import type { PlainSink } from './plain-packets.ts';
import { PcapReader } from './pcap-reader.ts';
import { PcapngReader } from './pcapng-reader.ts';
import { RECOGNISE_LENGTH, recogniseCapture, type CaptureFormat } from './recognise-capture.ts';
import type { RecordReader } from './record-reader.ts';
import { findUnits, UnitSearch } from './resynchronise.ts';

const NO_BLOCKS: ReadonlyMap<string, number> = new Map();
const FIRST_CARRY = 1 << 16;

/**
 * Bytes of one capture file, in chunks cut anywhere → packets. The packet handed out is the same object every
 * time, and its `data` is valid until the callback returns. Bytes never throw: see `skipped` and `stopped`.
 * Behind a record that cannot be one it looks for the place where records begin again.
 *
 * Memory: one record that a chunk's end cut, at most 16 MiB, and only as much as has arrived.
 */
export class CaptureDecoder {
  readonly #frames: FrameDecoder;
  #format: CaptureFormat | undefined;
  #reader: RecordReader | undefined;
  #pcap: PcapReader | undefined;
  #pcapng: PcapngReader | undefined;
  #search: UnitSearch | undefined;
  #isDamaged = false;
  #stopped: string | undefined;
  #carry = new Uint8Array(0);
  #carryView = new DataView(this.#carry.buffer);
  #carryLength = 0;
  /** Bytes still to come of a block that is passed over. */
  #passOver = 0;

  /** `fragments` of datagrams that span files, `plain` for packets of the usual shape: see `FrameDecoder`. */
  constructor(
    onPacket: (packet: Packet) => void,
    onFrame?: OnFrame,
    fragments?: FragmentTable,
    plain?: PlainSink,
  ) {
    if (typeof onPacket !== 'function') {
      throw new TypeError(`onPacket: expected a function, got ${typeof onPacket}`);
    }
    this.#frames = new FrameDecoder(onPacket, onFrame, fragments, plain);
  }

  /** IP packets handed out. */
  get packets(): number {
    return this.#frames.packets;
  }

  /** Frames read, whether or not they held an IP packet. */
  get frames(): number {
    return this.#frames.frames;
  }

  /** Frames that held a fragment whose datagram came out, or will, as another frame's packet. */
  get heldFragments(): number {
    return this.#frames.heldFragments;
  }

  /**
   * Why frames gave no packet, and how many: `notIp:<name>` is ordinary (ARP …), `unknownLinkType:<name>` is a
   * link layer not decoded here, `truncated…` and `malformed…` are broken. `truncatedFile` and `notACapture` are
   * about the file and count once; `corruptRecord` counts damages, `corruptBytes` the bytes passed over for them.
   * Oddities of what did give a packet stand here too: `incompleteDatagram`, `malformedFragment`,
   * `truncatedFragment`, `fragmentOverlap`, `fragmentTooLong`, `fragmentTableFull`, `tunnelTooDeep`, and
   * `inTunnel:<reason>` for a tunnel whose content gave none, so that the packet that carries it is handed out.
   */
  get skipped(): ReadonlyMap<string, number> {
    return this.#frames.skipped.counts;
  }

  /** pcapng blocks that hold no packets, by kind. */
  get otherBlocks(): ReadonlyMap<string, number> {
    return this.#pcapng?.otherBlocks.counts ?? NO_BLOCKS;
  }

  /** What the file is, once twelve bytes of it have come. */
  get format(): CaptureFormat | undefined {
    return this.#format;
  }

  /** Why reading ended before the bytes did: `notACapture`. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** Whether the bytes so far end where a record does, and none of them is damaged. */
  get isWhole(): boolean {
    return this.#carryLength === 0 && this.#passOver === 0 && !this.#isDamaged;
  }

  /**
   * Whether what comes next in the file could be read without having read this: false once something was seen
   * that later records depend on (a new interface, a record that is odd for this file …), or that depends on
   * earlier ones.
   */
  get isIndependent(): boolean {
    const pcapng = this.#pcapng;
    if (pcapng !== undefined) return !pcapng.sawDescription && !pcapng.lacksTime;
    return this.#pcap?.sawOddRecord !== true;
  }

  /** Says that the bytes so far are the headers a file begins with: `isIndependent` is about what comes now. */
  headersEnd(): void {
    this.#pcapng?.headersEnd();
  }

  /** Says that what comes now is from the middle of the file; `before`, if given, has read what stands before it. */
  resume(before?: CaptureDecoder): void {
    this.#pcap?.resume();
    this.#pcapng?.resume(before === undefined ? undefined : before.#pcapng);
  }

  /** The next bytes of the file. The chunk is not kept. */
  push(chunk: Uint8Array): void {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError(`chunk: expected a Uint8Array, got ${typeof chunk}`);
    }
    // A Buffer's `slice` is a view: whoever keeps what a packet holds would see the next chunk in it.
    const { buffer, byteOffset, length } = chunk;
    const bytes = new Uint8Array(buffer, byteOffset, length);
    let start = 0;
    while (start < length && this.#stopped === undefined) {
      start = this.#search === undefined ? this.#take(bytes, start) : this.#seek(bytes, start);
    }
    this.#frames.settle();
  }

  /** There are no more bytes: a record that began and did not end is counted. */
  end(): void {
    if (this.#stopped !== undefined) return;
    if (this.#reader === undefined) this.#stop('notACapture');
    this.#endSearch();
    this.#endCarry();
    this.#endSearch();
    if (this.#carryLength > 0 || this.#passOver > 0) this.#frames.skipped.add('truncatedFile');
    this.#carryLength = 0;
    this.#passOver = 0;
    this.#frames.end();
  }

  /** Gives out the datagrams that are not complete, behind the last file that shares `fragments`; call after `end`. */
  flushFragments(): void {
    this.#frames.flushFragments();
  }

  /** Reads on from `start` and says how far it got: to the chunk's end, unless a search began. */
  #take(chunk: Uint8Array, from: number): number {
    let start = from;
    if (this.#passOver > 0) {
      const passed = Math.min(this.#passOver, chunk.length - start);
      this.#passOver -= passed;
      start += passed;
    }
    if (this.#carryLength > 0) start = this.#finishCarry(chunk, start);
    if (this.#search !== undefined || start === chunk.length) return start;
    return this.#readChunk(chunk, start);
  }

  #readChunk(chunk: Uint8Array, from: number): number {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = from;
    const reader = this.#reader ?? this.#open(chunk, start, chunk.length);
    if (this.#stopped !== undefined) return chunk.length;
    if (reader !== undefined) {
      this.#frames.bytes = chunk;
      while (chunk.length - start >= reader.headerLength) {
        const length = reader.unitLength(view, start);
        if (length === 0) return this.#lose(reader, start);
        const needed = reader.doubted ? length + reader.headerLength : length;
        if (needed > chunk.length - start) {
          if (!reader.skips(view, start)) break;
          reader.read(view, start, length);
          this.#passOver = length - (chunk.length - start);
          return chunk.length;
        }
        if (reader.doubted && !reader.isLikely(view, start + length, start)) {
          return this.#lose(reader, start);
        }
        if (!reader.read(view, start, length)) return this.#lose(reader, start);
        start = reader.readRun(view, start + length, chunk.length);
      }
    }
    this.#keep(chunk, start, chunk.length);
    return chunk.length;
  }

  /** Completes the unit that earlier chunks began, reads it, and gives the offset in `chunk` behind it. */
  #finishCarry(chunk: Uint8Array, from: number): number {
    let start = from;
    for (;;) {
      const reader = this.#reader ?? this.#open(this.#carry, 0, this.#carryLength);
      if (this.#stopped !== undefined) return chunk.length;
      const headerLength = reader?.headerLength ?? RECOGNISE_LENGTH;
      let needed = headerLength;
      if (reader !== undefined && this.#carryLength >= headerLength) {
        const view = this.#carryView;
        const length = reader.unitLength(view, 0);
        needed = reader.doubted ? length + headerLength : length;
        if (length === 0 || needed <= this.#carryLength) {
          const isRead =
            length > 0 &&
            (!reader.doubted || reader.isLikely(view, length, 0)) &&
            this.#readCarry(reader, length);
          if (!isRead) return this.#loseCarry(reader, start);
          if (this.#carryLength === 0) return start;
          continue;
        }
        if (reader.skips(view, 0)) return this.#skipCarry(reader, length, chunk, start);
      }
      if (start === chunk.length) return start;
      const taken = Math.min(needed - this.#carryLength, chunk.length - start);
      this.#keep(chunk, start, start + taken);
      start += taken;
    }
  }

  /** Reads the unit that the carry begins with; what is behind it (the header that was asked for) stays. */
  #readCarry(reader: RecordReader, length: number): boolean {
    this.#frames.bytes = this.#carry;
    if (!reader.read(this.#carryView, 0, length)) return false;
    this.#carry.copyWithin(0, length, this.#carryLength);
    this.#carryLength -= length;
    return true;
  }

  /** Passes over the rest of a unit of which the carry has the header. */
  #skipCarry(reader: RecordReader, length: number, chunk: Uint8Array, start: number): number {
    reader.read(this.#carryView, 0, length);
    const passed = Math.min(length - this.#carryLength, chunk.length - start);
    this.#passOver = length - this.#carryLength - passed;
    this.#carryLength = 0;
    return start + passed;
  }

  #endSearch(): void {
    while (this.#search !== undefined) {
      const search = this.#search;
      const rest = search.end();
      this.#frames.skipped.add('corruptBytes', search.passed);
      this.#search = undefined;
      if (rest !== undefined) this.push(rest);
    }
  }

  /** A doubted record at the end is taken as it is when it is whole; if others begin within it, it was none. */
  #endCarry(): void {
    const reader = this.#reader;
    if (reader === undefined || this.#carryLength < reader.headerLength) return;
    const length = reader.unitLength(this.#carryView, 0);
    if (!reader.doubted || length === 0) return;
    if (length <= this.#carryLength) this.#readCarry(reader, length);
    else if (findUnits(this.#carry.subarray(0, this.#carryLength), 1, reader, true).found) {
      this.#loseCarry(reader, 0);
    }
  }

  /** What begins at `start` is no unit: looks for the next that is one. */
  #lose(reader: RecordReader, start: number): number {
    this.#isDamaged = true;
    this.#frames.skipped.add('corruptRecord');
    this.#search = new UnitSearch(reader, 1);
    return start;
  }

  #loseCarry(reader: RecordReader, start: number): number {
    this.#lose(reader, start);
    const bytes = this.#carry.slice(0, this.#carryLength);
    this.#carryLength = 0;
    this.push(bytes);
    return start;
  }

  #seek(chunk: Uint8Array, start: number): number {
    const search = this.#search!;
    const { end, found } = search.push(chunk, start);
    if (found === undefined) return end;
    this.#search = undefined;
    this.#frames.skipped.add('corruptBytes', search.passed);
    this.push(found);
    return end;
  }

  /** Appends to the carry, which grows with what has come and not with what was announced. */
  #keep(chunk: Uint8Array, from: number, to: number): void {
    const length = this.#carryLength + to - from;
    if (length > this.#carry.length) {
      const grown = new Uint8Array(Math.max(length, this.#carry.length * 2, FIRST_CARRY));
      grown.set(this.#carry.subarray(0, this.#carryLength));
      this.#carry = grown;
      this.#carryView = new DataView(grown.buffer);
    }
    this.#carry.set(chunk.subarray(from, to), this.#carryLength);
    this.#carryLength = length;
  }

  #open(bytes: Uint8Array, from: number, to: number): RecordReader | undefined {
    if (to - from < RECOGNISE_LENGTH) return undefined;
    this.#format = recogniseCapture(bytes.subarray(from, to));
    if (this.#format === 'pcap') this.#reader = this.#pcap = new PcapReader(this.#frames);
    else if (this.#format === 'pcapng') {
      this.#reader = this.#pcapng = new PcapngReader(this.#frames);
    } else this.#stop('notACapture');
    return this.#reader;
  }

  #stop(reason: string): void {
    this.#stopped = reason;
    this.#carryLength = 0;
    this.#frames.skipped.add(reason);
  }
}
