import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';
import { payloadText } from './payload-text.ts';

const READ = 1;
const WRITE = 2;

/** A read or write request (RFC 1350 §5), the only messages of TFTP that use its port. */
export function readTftp(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at } = packet;
  const opcode = data[at + 1]!;
  if (packet.payloadCaptured < 4 || data[at] !== 0) return false;
  if (opcode !== READ && opcode !== WRITE) return false;
  if (!/^[ -~]+\0(netascii|octet|mail)\0/i.test(payloadText(packet, 600).slice(2))) return false;
  reportCommand(packet, sink, 'tftp', opcode === READ ? 'RRQ' : 'WRQ');
  return true;
}
