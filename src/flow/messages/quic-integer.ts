import type { ByteReader } from '../../bytes/byte-reader.ts';

/** QUIC's variable-length integer (RFC 9000 §16). */
export function quicInteger(reader: ByteReader): number {
  const first = reader.u8();
  let value = first & 0x3f;
  for (let more = (1 << (first >>> 6)) - 1; more > 0; more--) value = value * 256 + reader.u8();
  return value;
}
