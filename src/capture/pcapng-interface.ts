import { linkOf, type Link } from './frame-decoder.ts';
import { pcapngClock, type PcapngClock } from './pcapng-time.ts';

/** What an interface description block says (pcapng §4.2). */
export interface PcapngInterface {
  readonly link: Link;
  /** Longest captured frame; 0 in the file means no limit. */
  readonly snapLength: number;
  readonly clock: PcapngClock;
}

const OPTION_END = 0;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

/** Reads the body of a block between `start` (behind type and length) and `end`. */
export function decodeInterface(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
): PcapngInterface | undefined {
  if (end - start < 8) return undefined;
  const snapLength = view.getUint32(start + 4, littleEndian);
  let resolution: number | undefined;
  let offsetSeconds: bigint | undefined;
  let offset = start + 8;
  while (end - offset >= 4) {
    const option = view.getUint16(offset, littleEndian);
    const length = view.getUint16(offset + 2, littleEndian);
    const value = offset + 4;
    if (option === OPTION_END || length > end - value) break;
    if (option === OPTION_RESOLUTION && length >= 1) resolution = view.getUint8(value);
    if (option === OPTION_OFFSET && length >= 8) {
      offsetSeconds = view.getBigInt64(value, littleEndian);
    }
    offset = value + ((length + 3) & ~3);
  }
  return {
    link: linkOf(view.getUint16(start, littleEndian)),
    snapLength: snapLength === 0 ? Number.MAX_SAFE_INTEGER : snapLength,
    clock: pcapngClock(resolution, offsetSeconds),
  };
}
