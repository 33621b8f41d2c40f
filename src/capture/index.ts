/** `rapsheet/capture`: bytes of a pcap or pcapng file → packets. */
export { CaptureDecoder } from './capture-decoder.ts';
export { FragmentTable, type FragmentTableOptions } from './fragment-table.ts';
export { LINK_TYPE, linkTypeName } from './link-type.ts';
export { emptyPacket, TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN, type Packet } from './packet.ts';
export { PcapWriter, type PcapWriterOptions } from './pcap-writer.ts';
export { recogniseCapture, type CaptureFormat } from './recognise-capture.ts';
