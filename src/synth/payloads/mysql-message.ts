import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Random } from '../random.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

function packet(sequence: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  return joinBytes(
    Uint8Array.of(length & 0xff, (length >> 8) & 0xff, length >> 16, sequence),
    body,
  );
}

/** Protocol::HandshakeV10. */
export function mysqlGreeting(random: Random): Uint8Array {
  const out = new ByteWriter(128);
  out.u8(10);
  out.slice(textBytes('5.7.38-log\0'));
  out.u32le(random.integer(1, 100_000));
  out.slice(printable(random, 8));
  out.u8(0);
  out.u16le(0xf7ff);
  out.u8(8);
  out.u16le(2);
  out.u16le(0x81ff);
  out.u8(21);
  out.slice(new Uint8Array(10));
  out.slice(printable(random, 12));
  out.u8(0);
  out.slice(textBytes('mysql_native_password\0'));
  return packet(0, out.toBytes());
}

/** Protocol::HandshakeResponse41 with a 20-byte scramble. */
export function mysqlLogin(random: Random, user: string): Uint8Array {
  const out = new ByteWriter(128);
  out.u32le(0x0008a205);
  out.u32le(0x01000000);
  out.u8(33);
  out.slice(new Uint8Array(23));
  out.slice(textBytes(`${user}\0`));
  out.u8(20);
  out.slice(random.bytes(20));
  out.slice(textBytes('mysql_native_password\0'));
  return packet(1, out.toBytes());
}

export function mysqlDenied(user: string, host: string): Uint8Array {
  const text = `#28000Access denied for user '${user}'@'${host}' (using password: YES)`;
  return packet(2, joinBytes(Uint8Array.of(0xff, 0x15, 0x04), textBytes(text)));
}

export function mysqlOk(sequence: number): Uint8Array {
  return packet(sequence, Uint8Array.of(0, 0, 0, 2, 0, 0, 0));
}

/** COM_QUERY; its answer here is an OK, so let it be one that returns no rows. */
export function mysqlQuery(sql: string): Uint8Array {
  return packet(0, joinBytes(Uint8Array.of(3), textBytes(sql)));
}

function printable(random: Random, length: number): Uint8Array {
  return random.bytes(length).map((byte) => 0x21 + (byte % 0x5e));
}
