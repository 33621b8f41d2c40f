import type { CapturedFrame } from '../capture/frame-decoder.ts';
import { linkTypeName } from '../capture/link-type.ts';
import { RapsheetError } from './errors.ts';

export const CAPTURE_OUTPUTS = ['pcap', 'pcapng'] as const;
export type CaptureOutput = (typeof CAPTURE_OUTPUTS)[number];

/** Takes frames of captures and writes them into one, byte for byte, with the times and lengths they have. */
export interface FrameWriter {
  frame(frame: CapturedFrame): void;
  /** Frames written. */
  readonly frames: number;
  end(): void;
}

/** A piece may be written over as soon as `put` is done. */
type Put = (piece: Uint8Array) => void;

export function frameWriter(format: CaptureOutput, put: Put): FrameWriter {
  return format === 'pcap' ? new PcapFrames(put) : new PcapngFrames(put);
}

const PIECE_BYTES = 1 << 16;

/** Little-endian words and bytes, given away in pieces of 64 KiB or one record. */
class Pieces {
  readonly #put: Put;
  #bytes = new Uint8Array(PIECE_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(put: Put) {
    this.#put = put;
  }

  /** Makes room for a record of this length, which is not cut. */
  begin(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    this.flush();
    if (length <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(length);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u16(value: number): void {
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  u32(...values: readonly number[]): void {
    for (const value of values) {
      this.#view.setUint32(this.#length, value, true);
      this.#length += 4;
    }
  }

  frame({ bytes, offset, capturedLength }: CapturedFrame): void {
    this.#bytes.set(bytes.subarray(offset, offset + capturedLength), this.#length);
    this.#length += capturedLength;
  }

  zeros(count: number): void {
    this.#bytes.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }

  flush(): void {
    if (this.#length > 0) this.#put(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }
}

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const SNAP_LENGTH = 262_144;
const LARGEST_SECOND = 0xffffffff;

/** Classic pcap (pcap-savefile(5)): one link type, one resolution of time, both those of the first frame. */
class PcapFrames implements FrameWriter {
  frames = 0;
  readonly #pieces: Pieces;
  #linkType = -1;
  #nanoseconds = false;

  constructor(put: Put) {
    this.#pieces = new Pieces(put);
  }

  frame(frame: CapturedFrame): void {
    if (this.#linkType < 0) this.#open(frame);
    this.#check(frame);
    const seconds = Math.floor(frame.timeUs / 1e6);
    const us = frame.timeUs - seconds * 1e6;
    const fraction = this.#nanoseconds ? us * 1000 + Math.max(0, frame.nanoseconds) : us;
    this.#pieces.begin(16 + frame.capturedLength);
    this.#pieces.u32(seconds, fraction, frame.capturedLength, frame.originalLength);
    this.#pieces.frame(frame);
    this.frames++;
  }

  end(): void {
    this.#pieces.flush();
  }

  #open({ linkType, nanoseconds }: CapturedFrame): void {
    this.#linkType = linkType;
    this.#nanoseconds = nanoseconds >= 0;
    this.#pieces.begin(24);
    this.#pieces.u32(this.#nanoseconds ? NANOSECONDS : MICROSECONDS);
    this.#pieces.u16(2);
    this.#pieces.u16(4);
    this.#pieces.u32(0, 0, SNAP_LENGTH, linkType);
  }

  #check({ linkType, nanoseconds, timeUs }: CapturedFrame): void {
    if (linkType !== this.#linkType) {
      const both = `${linkTypeName(this.#linkType)} and ${linkTypeName(linkType)}`;
      throw unfit(`a pcap holds one link type, and these packets have two (${both})`);
    }
    if (nanoseconds > 0 && !this.#nanoseconds) {
      throw unfit('some of these packets have nanoseconds and the first have not');
    }
    if (timeUs >= (LARGEST_SECOND + 1) * 1e6) throw unfit('a pcap ends with the year 2106');
  }
}

function unfit(message: string): RapsheetError {
  return new RapsheetError('CANNOT_WRITE', message, {
    hint: 'write a pcapng, which can: --format pcapng, or -o FILE.pcapng',
  });
}

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const OPTION_RESOLUTION = 9;

/** pcapng (draft-ietf-opsawg-pcapng): an interface for every link type and resolution of time. */
class PcapngFrames implements FrameWriter {
  frames = 0;
  readonly #pieces: Pieces;
  readonly #interfaces = new Map<string, number>();

  constructor(put: Put) {
    this.#pieces = new Pieces(put);
  }

  frame(frame: CapturedFrame): void {
    if (this.frames === 0) this.#section();
    const isFine = frame.nanoseconds >= 0;
    const interfaceId = this.#interface(frame.linkType, isFine);
    const ticks = isFine
      ? BigInt(frame.timeUs) * 1000n + BigInt(frame.nanoseconds)
      : BigInt(frame.timeUs);
    const padding = -frame.capturedLength & 3;
    const length = 32 + frame.capturedLength + padding;
    this.#pieces.begin(length);
    this.#pieces.u32(ENHANCED_PACKET, length, interfaceId);
    this.#pieces.u32(Number(ticks >> 32n), Number(ticks & 0xffffffffn));
    this.#pieces.u32(frame.capturedLength, frame.originalLength);
    this.#pieces.frame(frame);
    this.#pieces.zeros(padding);
    this.#pieces.u32(length);
    this.frames++;
  }

  end(): void {
    this.#pieces.flush();
  }

  #section(): void {
    this.#pieces.begin(28);
    this.#pieces.u32(SECTION_HEADER, 28, BYTE_ORDER_MAGIC);
    this.#pieces.u16(1);
    this.#pieces.u16(0);
    this.#pieces.u32(0xffffffff, 0xffffffff, 28); // a section of unknown length
  }

  #interface(linkType: number, isFine: boolean): number {
    const key = `${linkType} ${isFine}`;
    const known = this.#interfaces.get(key);
    if (known !== undefined) return known;
    const id = this.#interfaces.size;
    this.#interfaces.set(key, id);
    const length = isFine ? 32 : 20;
    this.#pieces.begin(length);
    this.#pieces.u32(INTERFACE_DESCRIPTION, length);
    this.#pieces.u16(linkType);
    this.#pieces.u16(0);
    this.#pieces.u32(0); // no snap length
    if (isFine) {
      this.#pieces.u16(OPTION_RESOLUTION);
      this.#pieces.u16(1);
      this.#pieces.u32(9, 0); // 10⁻⁹ s, padded; end of options
    }
    this.#pieces.u32(length);
    return id;
  }
}
