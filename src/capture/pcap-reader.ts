import { linkOf, type FrameDecoder, type Link } from './frame-decoder.ts';
import { pcapDialect } from './recognise-capture.ts';
import { MOST_RECORD_LENGTH, USUAL_SNAP_LENGTH, type RecordReader } from './record-reader.ts';

const FILE_HEADER = 24;
/** Records nearer than this are neighbours: what is further apart is looked at twice. */
const NEAR_SECONDS = 86_400;

/** Classic pcap: every dialect of `pcapDialect`, in either byte order. */
export class PcapReader implements RecordReader {
  headerLength = FILE_HEADER;
  doubted = false;
  /** A record was odd (see `#isOdd`): what it means depends on the records before it. */
  sawOddRecord = false;
  readonly #frames: FrameDecoder;
  #state: 'file' | 'first' | 'next' = 'file';
  #littleEndian = true;
  #nanoseconds = false;
  #mostFraction = 999_999;
  #mostCaptured = USUAL_SNAP_LENGTH;
  /** Before version 2.4 some wrote the two lengths the other way round (libpcap, sf-pcap.c). */
  #mixesLengths = false;
  /** Odd is how this file is from its first record on: then it means nothing. */
  #isOddThroughout = false;
  #link: Link = linkOf(-1);
  #lastSeconds = Number.NaN;
  #longest = 0;

  constructor(frames: FrameDecoder) {
    this.#frames = frames;
  }

  unitLength(view: DataView, offset: number): number {
    if (this.#state === 'file') return fileHeaderLength(view, offset);
    const capturedLength = this.#capturedLength(view, offset);
    if (capturedLength > this.#mostCaptured) return 0;
    this.doubted = this.#isDoubtful(view, offset);
    return this.headerLength + capturedLength;
  }

  skips(): boolean {
    return false;
  }

  read(view: DataView, offset: number, length: number): boolean {
    if (this.#state === 'file') return this.#open(view, offset);
    const littleEndian = this.#littleEndian;
    if (this.#state === 'first') {
      this.#isOddThroughout = this.#isOdd(view, offset);
      this.#state = 'next';
    }
    const seconds = view.getUint32(offset, littleEndian);
    const fraction = view.getUint32(offset + 4, littleEndian);
    this.#lastSeconds = seconds;
    if (length > this.#longest) this.#longest = length;
    if (this.#nanoseconds) this.#frames.nanoseconds = fraction % 1000;
    this.#frames.decode(
      this.#link,
      seconds * 1e6 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction),
      offset + this.headerLength,
      length - this.headerLength,
      this.#originalLength(view, offset),
    );
    return true;
  }

  readRun(view: DataView, offset: number, end: number): number {
    if (this.#state !== 'next' || this.#mixesLengths) return offset;
    const littleEndian = this.#littleEndian;
    const nanoseconds = this.#nanoseconds;
    const header = this.headerLength;
    const mostFraction = this.#mostFraction;
    const longest = this.#longest;
    const link = this.#link;
    const frames = this.#frames;
    let lastSeconds = this.#lastSeconds;
    let at = offset;
    while (end - at >= header) {
      const seconds = view.getUint32(at, littleEndian);
      const fraction = view.getUint32(at + 4, littleEndian);
      const capturedLength = view.getUint32(at + 8, littleEndian);
      const originalLength = view.getUint32(at + 12, littleEndian);
      const length = header + capturedLength;
      const isOrdinary =
        length <= longest &&
        length <= end - at &&
        originalLength >= capturedLength &&
        originalLength <= MOST_RECORD_LENGTH &&
        fraction <= mostFraction &&
        Math.abs(seconds - lastSeconds) <= NEAR_SECONDS;
      if (!isOrdinary) break;
      lastSeconds = seconds;
      if (nanoseconds) frames.nanoseconds = fraction % 1000;
      const microseconds = nanoseconds ? Math.floor(fraction / 1000) : fraction;
      const timeUs = seconds * 1e6 + microseconds;
      frames.read(view, link, timeUs, at + header, capturedLength, originalLength);
      at += length;
    }
    this.#lastSeconds = lastSeconds;
    return at;
  }

  isLikely(view: DataView, offset: number, previous: number): boolean {
    if (this.#capturedLength(view, offset) > this.#mostCaptured) return false;
    // After a first record that is odd another is to be expected.
    if (this.#isOddThroughout || this.#state === 'first') return true;
    if (this.#isOdd(view, offset)) return false;
    return !this.#isOdd(view, previous) || this.#isNear(view, offset, this.#lastSeconds);
  }

  seekLength(view: DataView, offset: number, end: number, previous: number): number {
    if (end - offset < this.headerLength) return -1;
    const capturedLength = this.#capturedLength(view, offset);
    // A hole full of zeros is no chain of empty records.
    if (capturedLength === 0 || capturedLength > USUAL_SNAP_LENGTH) return 0;
    if (this.#isOdd(view, offset)) return 0;
    if (previous >= 0) {
      const before = view.getUint32(previous, this.#littleEndian);
      if (!this.#isNear(view, offset, before)) return 0;
    }
    return this.headerLength + capturedLength;
  }

  /** The bytes to come are from the middle of a file that was not odd so far. */
  resume(): void {
    if (this.#state === 'first') this.#state = 'next';
  }

  /** What a header shows when the length before it was wrong, and hardly any that is where it should be. */
  #isOdd(view: DataView, offset: number): boolean {
    const originalLength = this.#originalLength(view, offset);
    return (
      originalLength > MOST_RECORD_LENGTH ||
      originalLength < this.#capturedLength(view, offset) ||
      view.getUint32(offset + 4, this.#littleEndian) > this.#mostFraction
    );
  }

  #isDoubtful(view: DataView, offset: number): boolean {
    if (this.#isOdd(view, offset)) {
      this.sawOddRecord = true;
      return !this.#isOddThroughout;
    }
    // A wrong length is usually longer than any before it.
    const length = this.headerLength + this.#capturedLength(view, offset);
    if (this.#longest > 0 && length > this.#longest) return true;
    return !this.#isNear(view, offset, this.#lastSeconds);
  }

  /** Also where the other time is not known. */
  #isNear(view: DataView, offset: number, otherSeconds: number): boolean {
    const seconds = view.getUint32(offset, this.#littleEndian);
    return !(Math.abs(seconds - otherSeconds) > NEAR_SECONDS);
  }

  #capturedLength(view: DataView, offset: number): number {
    const length = view.getUint32(offset + 8, this.#littleEndian);
    if (!this.#mixesLengths) return length;
    return Math.min(length, view.getUint32(offset + 12, this.#littleEndian));
  }

  #originalLength(view: DataView, offset: number): number {
    const length = view.getUint32(offset + 12, this.#littleEndian);
    if (!this.#mixesLengths) return length;
    return Math.max(length, view.getUint32(offset + 8, this.#littleEndian));
  }

  #open(view: DataView, offset: number): boolean {
    this.#state = 'first';
    this.#littleEndian = pcapDialect(view.getUint32(offset)) === undefined;
    const dialect = pcapDialect(view.getUint32(offset, this.#littleEndian))!;
    this.#nanoseconds = dialect.nanoseconds;
    this.#mostFraction = dialect.nanoseconds ? 999_999_999 : 999_999;
    this.headerLength = dialect.recordHeader;
    const major = view.getUint16(offset + 4, this.#littleEndian);
    const minor = view.getUint16(offset + 6, this.#littleEndian);
    this.#mixesLengths = major === 2 && minor < 4;
    const snapLength = view.getUint32(offset + 16, this.#littleEndian);
    this.#mostCaptured = Math.min(Math.max(snapLength, USUAL_SNAP_LENGTH), MOST_RECORD_LENGTH);
    // The upper half holds the length of a frame check sequence (RFC draft pcap §4).
    this.#link = linkOf(view.getUint32(offset + 20, this.#littleEndian) & 0xffff);
    return true;
  }
}

function fileHeaderLength(view: DataView, offset: number): number {
  const dialect = pcapDialect(view.getUint32(offset)) ?? pcapDialect(view.getUint32(offset, true));
  return dialect?.fileHeader ?? FILE_HEADER;
}
