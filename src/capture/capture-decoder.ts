import { FrameDecoder, type OnFrame } from './frame-decoder.ts';
import type { Packet } from './packet.ts';
import { PcapReader } from './pcap-reader.ts';
import { PcapngReader } from './pcapng-reader.ts';
import { RECOGNISE_LENGTH, recogniseCapture, type CaptureFormat } from './recognise-capture.ts';
import type { RecordReader } from './record-reader.ts';

const NO_BLOCKS: ReadonlyMap<string, number> = new Map();
const FIRST_CARRY = 1 << 16;

/**
 * Bytes of one capture file, in chunks cut anywhere → packets. The packet handed out is the same object every
 * time, and its `data` is valid until the callback returns. Bytes never throw: see `skipped` and `stopped`.
 *
 * Memory: one record that a chunk's end cut, at most 16 MiB, and only as much as has arrived.
 */
export class CaptureDecoder {
  readonly #frames: FrameDecoder;
  #format: CaptureFormat | undefined;
  #reader: RecordReader | undefined;
  #pcapng: PcapngReader | undefined;
  #stopped: string | undefined;
  #carry = new Uint8Array(0);
  #carryView = new DataView(this.#carry.buffer);
  #carryLength = 0;
  /** Bytes still to come of a block that is passed over. */
  #passOver = 0;

  constructor(onPacket: (packet: Packet) => void, onFrame?: OnFrame) {
    if (typeof onPacket !== 'function') {
      throw new TypeError(`onPacket: expected a function, got ${typeof onPacket}`);
    }
    this.#frames = new FrameDecoder(onPacket, onFrame);
  }

  /** IP packets handed out. */
  get packets(): number {
    return this.#frames.packets;
  }

  /** Frames read, whether or not they held an IP packet. */
  get frames(): number {
    return this.#frames.frames;
  }

  /**
   * Why frames gave no packet, and how many: `notIp:<name>` is ordinary (ARP …), `unknownLinkType:<name>` is a
   * link layer not decoded here, `truncated…` and `malformed…` are broken. `corruptRecord`, `truncatedFile` and
   * `notACapture` are about the file and count once.
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

  /** Why reading ended before the bytes did: `notACapture` or `corruptRecord`. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** The next bytes of the file. The chunk is not kept. */
  push(chunk: Uint8Array): void {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError(`chunk: expected a Uint8Array, got ${typeof chunk}`);
    }
    if (this.#stopped !== undefined) return;
    let start = 0;
    if (this.#passOver > 0) {
      start = Math.min(this.#passOver, chunk.length);
      this.#passOver -= start;
    }
    if (this.#carryLength > 0) start = this.#finishCarry(chunk, start);
    if (start < chunk.length) this.#readChunk(chunk, start);
  }

  /** There are no more bytes: a record that began and did not end is counted. */
  end(): void {
    if (this.#stopped !== undefined) return;
    if (this.#reader === undefined) this.#stop('notACapture');
    else if (this.#carryLength > 0 || this.#passOver > 0) this.#frames.skipped.add('truncatedFile');
    this.#carryLength = 0;
    this.#passOver = 0;
  }

  #readChunk(chunk: Uint8Array, from: number): void {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = from;
    const reader = this.#reader ?? this.#open(chunk, start, chunk.length);
    if (this.#stopped !== undefined) return;
    if (reader !== undefined) {
      this.#frames.bytes = chunk;
      while (chunk.length - start >= reader.headerLength) {
        const length = reader.unitLength(view, start);
        if (length === 0) {
          this.#stop('corruptRecord');
          return;
        }
        if (length > chunk.length - start) {
          if (!reader.skips(view, start)) break;
          reader.read(view, start, length);
          this.#passOver = length - (chunk.length - start);
          return;
        }
        if (!reader.read(view, start, length)) {
          this.#stop('corruptRecord');
          return;
        }
        start += length;
      }
    }
    this.#keep(chunk, start, chunk.length);
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
        needed = reader.unitLength(this.#carryView, 0);
        const passesOver = needed > this.#carryLength && reader.skips(this.#carryView, 0);
        if (needed <= this.#carryLength || passesOver) {
          const passed = Math.min(Math.max(0, needed - this.#carryLength), chunk.length - start);
          this.#readCarry(reader, needed);
          this.#passOver = Math.max(0, needed - this.#carryLength - passed);
          this.#carryLength = 0;
          return start + passed;
        }
      }
      if (start === chunk.length) return start;
      const taken = Math.min(needed - this.#carryLength, chunk.length - start);
      this.#keep(chunk, start, start + taken);
      start += taken;
    }
  }

  #readCarry(reader: RecordReader, length: number): void {
    this.#frames.bytes = this.#carry;
    if (length === 0 || !reader.read(this.#carryView, 0, length)) this.#stop('corruptRecord');
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
    if (this.#format === 'pcap') this.#reader = new PcapReader(this.#frames);
    else if (this.#format === 'pcapng') {
      this.#pcapng = new PcapngReader(this.#frames);
      this.#reader = this.#pcapng;
    } else this.#stop('notACapture');
    return this.#reader;
  }

  #stop(reason: string): void {
    this.#stopped = reason;
    this.#carryLength = 0;
    this.#frames.skipped.add(reason);
  }
}
