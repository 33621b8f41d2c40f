/** The capture formats that are read. */
export type CaptureFormat = 'pcap' | 'pcapng';

/** Bytes `recogniseCapture` needs to be sure. */
export const RECOGNISE_LENGTH = 12;

/** What sets the dialects of pcap apart, beside their byte order. */
export interface PcapDialect {
  readonly nanoseconds: boolean;
  readonly fileHeader: number;
  readonly recordHeader: number;
}

/**
 * By the first word as the machine that wrote it sees it: pcap-savefile(5), Kuznetzov's patch (records with
 * interface, protocol and packet type), and IXIA's lcap, whose file header ends with the length of all records.
 */
const PCAP_DIALECTS: ReadonlyMap<number, PcapDialect> = new Map([
  [0xa1b2c3d4, { nanoseconds: false, fileHeader: 24, recordHeader: 16 }],
  [0xa1b23c4d, { nanoseconds: true, fileHeader: 24, recordHeader: 16 }],
  [0xa1b2cd34, { nanoseconds: false, fileHeader: 24, recordHeader: 24 }],
  [0x1c0001ac, { nanoseconds: true, fileHeader: 28, recordHeader: 16 }],
  [0x1c0001ab, { nanoseconds: false, fileHeader: 28, recordHeader: 16 }],
]);

/** The dialect of a first word; `undefined` if it is none's. */
export function pcapDialect(magic: number): PcapDialect | undefined {
  return PCAP_DIALECTS.get(magic);
}

/** Block type of a pcapng section header: the same in both byte orders. */
export const SECTION_HEADER = 0x0a0d0d0a;

/** Second word of its body. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** By its first twelve bytes, whatever the file is called; `undefined` for anything else, or for fewer. */
export function recogniseCapture(head: Uint8Array): CaptureFormat | undefined {
  if (head.length < RECOGNISE_LENGTH) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (PCAP_DIALECTS.has(view.getUint32(0)) || PCAP_DIALECTS.has(view.getUint32(0, true))) {
    return 'pcap';
  }
  // The block type alone is "\n\r\r\n", which a text can begin with.
  const isSection = view.getUint32(0) === SECTION_HEADER;
  const isOrdered =
    view.getUint32(8) === BYTE_ORDER_MAGIC || view.getUint32(8, true) === BYTE_ORDER_MAGIC;
  return isSection && isOrdered ? 'pcapng' : undefined;
}
