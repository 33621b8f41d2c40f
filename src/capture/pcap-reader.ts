import { linkOf, type FrameDecoder, type Link } from './frame-decoder.ts';
import { PCAP_MAGIC } from './recognise-capture.ts';
import { MOST_RECORD_LENGTH, USUAL_SNAP_LENGTH, type RecordReader } from './record-reader.ts';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const MODIFIED_RECORD_HEADER = 24;

/** Classic pcap (pcap-savefile(5)): µs or ns, either byte order, and Kuznetzov's longer record headers. */
export class PcapReader implements RecordReader {
  headerLength = FILE_HEADER;
  readonly #frames: FrameDecoder;
  #opened = false;
  #littleEndian = true;
  #nanoseconds = false;
  #mostCaptured = USUAL_SNAP_LENGTH;
  #link: Link = linkOf(-1);

  constructor(frames: FrameDecoder) {
    this.#frames = frames;
  }

  unitLength(view: DataView, offset: number): number {
    if (!this.#opened) return FILE_HEADER;
    const capturedLength = view.getUint32(offset + 8, this.#littleEndian);
    return capturedLength > this.#mostCaptured ? 0 : this.headerLength + capturedLength;
  }

  skips(): boolean {
    return false;
  }

  read(view: DataView, offset: number, length: number): boolean {
    if (!this.#opened) return this.#open(view, offset);
    const littleEndian = this.#littleEndian;
    const seconds = view.getUint32(offset, littleEndian);
    const fraction = view.getUint32(offset + 4, littleEndian);
    if (this.#nanoseconds) this.#frames.nanoseconds = fraction % 1000;
    this.#frames.decode(
      this.#link,
      seconds * 1e6 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction),
      offset + this.headerLength,
      length - this.headerLength,
      view.getUint32(offset + 12, littleEndian),
    );
    return true;
  }

  #open(view: DataView, offset: number): boolean {
    this.#opened = true;
    this.#littleEndian = view.getUint8(offset) !== 0xa1;
    const magic = view.getUint32(offset, this.#littleEndian);
    this.#nanoseconds = magic === PCAP_MAGIC.nanoseconds;
    this.headerLength = magic === PCAP_MAGIC.modified ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
    const snapLength = view.getUint32(offset + 16, this.#littleEndian);
    this.#mostCaptured = Math.min(Math.max(snapLength, USUAL_SNAP_LENGTH), MOST_RECORD_LENGTH);
    // The upper half holds the length of a frame check sequence (RFC draft pcap §4).
    this.#link = linkOf(view.getUint32(offset + 20, this.#littleEndian) & 0xffff);
    return true;
  }
}
