import { LINK_TYPE } from './link-type.ts';

/** How the file will be written. */
export interface PcapWriterOptions {
  readonly linkType?: number;
  /** Longer frames are cut to this many bytes; their original length is kept. */
  readonly snapLength?: number;
}

const FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const LARGEST_TIME_US = 0xffffffff * 1e6 + 999_999;

/** Classic pcap, microseconds, little-endian: `header()` once, then `record()` for every frame, concatenated. */
export class PcapWriter {
  readonly #linkType: number;
  readonly #snapLength: number;

  constructor(options: PcapWriterOptions = {}) {
    this.#linkType = inRange('linkType', options.linkType ?? LINK_TYPE.ethernet, 0, 0xffff);
    this.#snapLength = inRange('snapLength', options.snapLength ?? 262_144, 1, 0x7fffffff);
  }

  /** The 24 bytes a file begins with. */
  header(): Uint8Array {
    const bytes = new Uint8Array(FILE_HEADER_LENGTH);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MAGIC_MICROSECONDS, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, this.#snapLength, true);
    view.setUint32(20, this.#linkType, true);
    return bytes;
  }

  /** One record; `timeUs` is integer microseconds since the epoch, at most 2³² s. */
  record(timeUs: number, frame: Uint8Array): Uint8Array {
    inRange('timeUs', timeUs, 0, LARGEST_TIME_US);
    const capturedLength = Math.min(frame.length, this.#snapLength);
    const bytes = new Uint8Array(RECORD_HEADER_LENGTH + capturedLength);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, Math.floor(timeUs / 1e6), true);
    view.setUint32(4, timeUs % 1e6, true);
    view.setUint32(8, capturedLength, true);
    view.setUint32(12, frame.length, true);
    bytes.set(capturedLength === frame.length ? frame : frame.subarray(0, capturedLength), 16);
    return bytes;
  }
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name}: expected an integer in ${least} … ${most}, got ${value}`);
}
