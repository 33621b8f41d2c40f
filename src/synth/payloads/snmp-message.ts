import { textBytes } from './text-bytes.ts';

function ber(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const out = new Uint8Array(2 + length);
  out.set([tag, length]);
  let offset = 2;
  for (const part of content) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** sysUpTime, ifInOctets.1, ifOutOctets.1 … (RFC 1213). */
const OBJECTS = [
  [0x2b, 6, 1, 2, 1, 1, 3, 0],
  [0x2b, 6, 1, 2, 1, 2, 2, 1, 10, 1],
  [0x2b, 6, 1, 2, 1, 2, 2, 1, 16, 1],
] as const;

function message(community: string, pdu: number, id: number, values: Uint8Array): Uint8Array {
  const bindings = OBJECTS.map((oid) => ber(0x30, ber(6, Uint8Array.from(oid)), values));
  const body = ber(pdu, ber(2, Uint8Array.of((id >> 8) & 0x7f, id & 0xff)), ber(2, Uint8Array.of(0)), ber(2, Uint8Array.of(0)), ber(0x30, ...bindings)); // prettier-ignore
  return ber(0x30, ber(2, Uint8Array.of(1)), ber(4, textBytes(community)), body);
}

/** SNMPv2c get-request for three counters (RFC 3416 §3). */
export function snmpGet(community: string, id: number): Uint8Array {
  return message(community, 0xa0, id, ber(5));
}

export function snmpResponse(community: string, id: number, value: number): Uint8Array {
  return message(
    community,
    0xa2,
    id,
    ber(0x41, Uint8Array.of(1, (value >> 8) & 0xff, value & 0xff)),
  );
}
