import type { Packet } from '../../capture/packet.ts';
import { hasText, u16be, u16le } from './byte-fields.ts';

/** Protocols of plants and buildings, told by their bytes: names of services only, nothing is read out of them. */

const MODBUS_HEADER = 7;
const ENIP_HEADER = 24;
/** NOP, list targets, services, identity, interfaces, register and unregister session, send data (ODVA, vol. 2). */
const ENIP_COMMANDS = new Set([0x00, 0x01, 0x04, 0x63, 0x64, 0x65, 0x66, 0x6f, 0x70]);

const OPC_UA_TYPES = ['HELF', 'ACKF', 'OPNF', 'MSGF', 'CLOF', 'ERRF'];

/** The service's name on TCP, or `''`. */
export function industrialService(packet: Packet): string {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (payloadCaptured < 6) return '';
  if (data[at] === 0x05 && data[at + 1] === 0x64) return isDnp3(packet) ? 'dnp3' : '';
  if (hasPort(packet, 2404)) return isIec104(packet) ? 'iec104' : '';
  if (hasPort(packet, 502)) return isModbus(packet) ? 'modbus' : '';
  if (hasPort(packet, 44818)) return isEnip(packet) ? 'enip' : '';
  return data[at + 3] === 0x46 && isOpcUa(packet) ? 'opcua' : '';
}

/** The service's name on UDP, or `''`. */
export function industrialDatagram(packet: Packet): string {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < 4) return '';
  // BACnet/IP (ASHRAE 135 annex J): type 0x81, function, length of the whole.
  if (data[at] === 0x81 && data[at + 1]! <= 0x0c && u16be(data, at + 2) === payloadLength)
    return 'bacnet';
  if (data[at] === 0x05 && data[at + 1] === 0x64) return isDnp3(packet) ? 'dnp3' : '';
  if (hasPort(packet, 44818)) return isEnip(packet) ? 'enip' : '';
  return hasPort(packet, 502) && isModbus(packet) ? 'modbus' : '';
}

function hasPort(packet: Packet, port: number): boolean {
  return packet.sourcePort === port || packet.destinationPort === port;
}

/** Type, `F` for a final chunk, length of the whole, which is below 16 MB here (OPC 10000-6 §7.1.2). */
function isOpcUa({ data, payloadOffset: at, payloadCaptured }: Packet): boolean {
  if (payloadCaptured < 8 || data[at + 7] !== 0) return false;
  return OPC_UA_TYPES.some((type) => hasText(data, at, at + 4, type));
}

/** MBAP header: transaction, protocol 0, length of what follows; then unit and function (Modbus over TCP §3.1.3). */
function isModbus({ data, payloadOffset: at, payloadCaptured, payloadLength }: Packet): boolean {
  if (payloadCaptured < MODBUS_HEADER + 1 || u16be(data, at + 2) !== 0) return false;
  const length = u16be(data, at + 4);
  return length >= 2 && length <= 254 && length <= payloadLength - 6;
}

/** Link frame: start, length from 5, control, addresses, and the checksum of these eight bytes (IEEE 1815 §9). */
function isDnp3({ data, payloadOffset: at, payloadCaptured }: Packet): boolean {
  if (payloadCaptured < 10 || data[at + 2]! < 5) return false;
  let crc = 0;
  for (let i = 0; i < 8; i++) {
    crc ^= data[at + i]!;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xa6bc : crc >>> 1;
  }
  return (crc ^ 0xffff) === u16le(data, at + 8);
}

/** Start, length of 4 to 253, and a control field whose form fits the length (IEC 60870-5-104 §5). */
function isIec104({ data, payloadOffset: at, payloadCaptured, payloadLength }: Packet): boolean {
  if (payloadCaptured < 6 || data[at] !== 0x68) return false;
  const length = data[at + 1]!;
  if (length < 4 || length > 253 || length + 2 > payloadLength) return false;
  const control = data[at + 2]!;
  if ((control & 3) === 3)
    return length === 4 && data[at + 3] === 0 && data[at + 4] === 0 && data[at + 5] === 0;
  if ((control & 3) === 1) return length === 4 && control === 1 && data[at + 3] === 0;
  return length >= 12;
}

/** Command, length of what follows the header, session, status, context, options 0. */
function isEnip({ data, payloadOffset: at, payloadCaptured, payloadLength }: Packet): boolean {
  if (payloadCaptured < ENIP_HEADER || !ENIP_COMMANDS.has(u16le(data, at))) return false;
  return u16le(data, at + 2) === payloadLength - ENIP_HEADER || u16le(data, at + 2) + ENIP_HEADER < payloadLength; // prettier-ignore
}
