/** The capture formats that are read. */
export type CaptureFormat = 'pcap' | 'pcapng';

/** Bytes `recogniseCapture` needs to be sure. */
export const RECOGNISE_LENGTH = 12;

/** First word of a pcap as the machine that wrote it sees it (pcap-savefile(5); the last is Kuznetzov's patch). */
export const PCAP_MAGIC = {
  microseconds: 0xa1b2c3d4,
  nanoseconds: 0xa1b23c4d,
  modified: 0xa1b2cd34,
} as const;

/** Block type of a pcapng section header: the same in both byte orders. */
export const SECTION_HEADER = 0x0a0d0d0a;

/** Second word of its body. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** By its first twelve bytes, whatever the file is called; `undefined` for anything else, or for fewer. */
export function recogniseCapture(head: Uint8Array): CaptureFormat | undefined {
  if (head.length < RECOGNISE_LENGTH) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (isPcapMagic(view.getUint32(0)) || isPcapMagic(view.getUint32(0, true))) return 'pcap';
  // The block type alone is "\n\r\r\n", which a text can begin with.
  const isSection = view.getUint32(0) === SECTION_HEADER;
  const isOrdered =
    view.getUint32(8) === BYTE_ORDER_MAGIC || view.getUint32(8, true) === BYTE_ORDER_MAGIC;
  return isSection && isOrdered ? 'pcapng' : undefined;
}

function isPcapMagic(word: number): boolean {
  return (
    word === PCAP_MAGIC.microseconds ||
    word === PCAP_MAGIC.nanoseconds ||
    word === PCAP_MAGIC.modified
  );
}
