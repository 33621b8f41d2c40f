import { ByteWriter } from '../../src/bytes/byte-writer.ts';
import { isIpv4, parseAddress } from '../../src/bytes/ip-address.ts';

/** Frames written by hand, layer by layer: each function puts a header before the bytes it is given. */

export function bytes(...parts: (number | readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

export const MACS = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

export function ethernet(etherType: number, body: Uint8Array): Uint8Array {
  return bytes(MACS, u16(etherType), body);
}

export interface Ipv4Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: number;
  readonly totalLength?: number;
  readonly fragment?: number;
  readonly id?: number;
  readonly options?: readonly number[];
  readonly first?: number;
}

export function ipv4(fields: Ipv4Fields, body: Uint8Array): Uint8Array {
  const options = fields.options ?? [];
  const total = fields.totalLength ?? 20 + options.length + body.length;
  return bytes(
    fields.first ?? 0x45 + options.length / 4,
    [
      0,
      ...u16(total),
      ...u16(fields.id ?? 1),
      ...u16(fields.fragment ?? 0),
      64,
      fields.protocol ?? 6,
      0,
      0,
    ],
    address(fields.source ?? '10.0.0.1'),
    address(fields.destination ?? '192.168.255.254'),
    options,
    body,
  );
}

export interface Ipv6Fields {
  readonly source?: string;
  readonly destination?: string;
  readonly nextHeader?: number;
  readonly payloadLength?: number;
}

export function ipv6(fields: Ipv6Fields, body: Uint8Array): Uint8Array {
  return bytes(
    [0x60, 0, 0, 0, ...u16(fields.payloadLength ?? body.length), fields.nextHeader ?? 17, 64],
    address(fields.source ?? '2001:db8::1'),
    address(fields.destination ?? 'fe80::ffff:ffff'),
    body,
  );
}

export interface TcpFields {
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly flags?: number;
  readonly window?: number;
  readonly options?: readonly number[];
  readonly dataOffset?: number;
}

export function tcp(fields: TcpFields = {}, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const options = fields.options ?? [];
  return bytes(
    u16(fields.sourcePort ?? 51234),
    u16(fields.destinationPort ?? 443),
    u32(fields.sequence ?? 0xfedcba98),
    u32(fields.acknowledgment ?? 0x89abcdef),
    [(fields.dataOffset ?? 5 + options.length / 4) << 4, fields.flags ?? 0x18],
    u16(fields.window ?? 0xffff),
    [0, 0, 0, 0],
    options,
    body,
  );
}

export function udp(
  source: number,
  destination: number,
  body: Uint8Array,
  length?: number,
): Uint8Array {
  return bytes(u16(source), u16(destination), u16(length ?? 8 + body.length), [0, 0], body);
}

/** The fragments of an IPv4 packet's payload, `size` bytes each (a multiple of eight) and the rest. */
export function ipv4Fragments(fields: Ipv4Fields, body: Uint8Array, size: number): Uint8Array[] {
  return pieces(body, size).map(({ at, part, more }) =>
    ipv4({ ...fields, fragment: (more ? 0x2000 : 0) | (at / 8) }, part),
  );
}

/** The same for IPv6, behind `nextHeader`'s fragment header. */
export function ipv6Fragments(
  fields: Ipv6Fields & { readonly id?: number },
  body: Uint8Array,
  size: number,
): Uint8Array[] {
  return pieces(body, size).map(({ at, part, more }) =>
    ipv6(
      { ...fields, nextHeader: 44 },
      bytes([fields.nextHeader ?? 17, 0], u16(at | (more ? 1 : 0)), u32(fields.id ?? 1), part),
    ),
  );
}

function pieces(body: Uint8Array, size: number): { at: number; part: Uint8Array; more: boolean }[] {
  const found = [];
  for (let at = 0; at < body.length; at += size) {
    found.push({ at, part: body.slice(at, at + size), more: at + size < body.length });
  }
  return found;
}

export interface PcapRecord {
  readonly frame: Uint8Array;
  readonly seconds?: number;
  readonly fraction?: number;
  readonly originalLength?: number;
}

export interface PcapFields {
  readonly magic?: number;
  readonly littleEndian?: boolean;
  readonly linkType?: number;
  readonly snapLength?: number;
}

/** A classic pcap in any of its dialects; a magic of 0xa1b2cd34 has the longer record headers, 0x1c0001ab and -ac the longer file header. */
export function pcapFile(fields: PcapFields, records: readonly PcapRecord[]): Uint8Array {
  const { magic = 0xa1b2c3d4, littleEndian = true } = fields;
  const file = new OrderedWriter(littleEndian);
  file
    .u32(magic)
    .u16(2, 4)
    .u32(0, 0, fields.snapLength ?? 65_535, fields.linkType ?? 1);
  if (magic >>> 16 === 0x1c00) file.u32(0); // lcap: length of all records
  for (const { frame, seconds = 1_700_000_000, fraction = 0, originalLength } of records) {
    file.u32(seconds, fraction, frame.length, originalLength ?? frame.length);
    if (magic === 0xa1b2cd34) file.u32(7, 0xdeadbeef);
    file.raw(frame);
  }
  return file.toBytes();
}

/** Writes words in one byte order. */
class OrderedWriter {
  readonly #littleEndian: boolean;
  readonly #writer = new ByteWriter();

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u16(...values: number[]): this {
    for (const value of values) {
      if (this.#littleEndian) this.#writer.u16le(value);
      else this.#writer.u16(value);
    }
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) {
      if (this.#littleEndian) this.#writer.u32le(value);
      else this.#writer.u32(value);
    }
    return this;
  }

  raw(part: Uint8Array): this {
    this.#writer.slice(part);
    return this;
  }

  pad(): this {
    while (this.#writer.length % 4 !== 0) this.#writer.u8(0);
    return this;
  }

  toBytes(): Uint8Array {
    return this.#writer.toBytes();
  }
}

/** One pcapng block: type, length, body padded to 32 bits, length. */
export function block(littleEndian: boolean, type: number, body: Uint8Array): Uint8Array {
  const length = 12 + ((body.length + 3) & ~3);
  return new OrderedWriter(littleEndian).u32(type, length).raw(body).pad().u32(length).toBytes();
}

export function sectionBlock(littleEndian: boolean): Uint8Array {
  const body = new OrderedWriter(littleEndian)
    .u32(0x1a2b3c4d)
    .u16(1, 0)
    .u32(0xffffffff, 0xffffffff);
  return block(littleEndian, 0x0a0d0d0a, body.toBytes());
}

export interface InterfaceFields {
  readonly linkType?: number;
  readonly snapLength?: number;
  readonly resolution?: number;
  readonly offsetSeconds?: bigint;
}

export function interfaceBlock(littleEndian: boolean, fields: InterfaceFields = {}): Uint8Array {
  const body = new OrderedWriter(littleEndian)
    .u16(fields.linkType ?? 1, 0)
    .u32(fields.snapLength ?? 0);
  body.u16(2, 3).raw(bytes(0x65, 0x74, 0x68, 0)); // if_name "eth", padded
  if (fields.resolution !== undefined) body.u16(9, 1).raw(bytes(fields.resolution, 0, 0, 0));
  if (fields.offsetSeconds !== undefined) {
    const value = new DataView(new ArrayBuffer(8));
    value.setBigInt64(0, fields.offsetSeconds, littleEndian);
    body.u16(14, 8).raw(new Uint8Array(value.buffer));
  }
  return block(littleEndian, 1, body.u16(0, 0).toBytes());
}

export interface PacketBlockFields {
  readonly interfaceId?: number;
  readonly ticks?: bigint;
  readonly capturedLength?: number;
  readonly originalLength?: number;
}

/** An enhanced packet block (6), or an obsolete one (2) with 16-bit interface and drop count. */
export function packetBlock(
  littleEndian: boolean,
  frame: Uint8Array,
  fields: PacketBlockFields = {},
  type: 2 | 6 = 6,
): Uint8Array {
  const { interfaceId = 0, ticks = 1_700_000_000_123_456n } = fields;
  const body = new OrderedWriter(littleEndian);
  if (type === 2) body.u16(interfaceId, 0xffff);
  else body.u32(interfaceId);
  body.u32(Number(ticks >> 32n), Number(ticks & 0xffffffffn));
  body.u32(fields.capturedLength ?? frame.length, fields.originalLength ?? frame.length);
  return block(littleEndian, type, body.raw(frame).toBytes());
}

export function simpleBlock(littleEndian: boolean, frame: Uint8Array, length?: number): Uint8Array {
  const body = new OrderedWriter(littleEndian).u32(length ?? frame.length).raw(frame);
  return block(littleEndian, 3, body.toBytes());
}

function address(text: string): number[] {
  const words = parseAddress(text);
  if (words === undefined) throw new TypeError(`address: expected an IP address, got ${text}`);
  return (isIpv4(words) ? [words[3]!] : [...words]).flatMap(u32);
}
