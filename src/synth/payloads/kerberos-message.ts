import type { Random } from '../random.ts';
import { der, DER_SEQUENCE, derNumber } from './der.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** Kerberos 5 over TCP (RFC 4120 §5.4, §7.2.2); tickets and authenticators are random bytes. */

const REALM = 'CORP.EXAMPLE';
const AES256 = 18;

const field = (number: number, ...content: readonly Uint8Array[]): Uint8Array =>
  der(0xa0 + number, ...content);
const text = (value: string): Uint8Array => der(0x1b, textBytes(value));
const bits = (a: number, b: number): Uint8Array => der(3, Uint8Array.of(0, a, b, 0, 0x10));

function principal(type: number, ...parts: readonly string[]): Uint8Array {
  return der(
    DER_SEQUENCE,
    field(0, derNumber(type)),
    field(1, der(DER_SEQUENCE, ...parts.map(text))),
  );
}

function encrypted(random: Random, bytes: number): Uint8Array {
  return der(DER_SEQUENCE, field(0, derNumber(AES256)), field(2, der(4, random.bytes(bytes))));
}

function ticket(random: Random, service: readonly string[], bytes: number): Uint8Array {
  return der(
    0x61,
    der(
      DER_SEQUENCE,
      field(0, derNumber(5)),
      field(1, text(REALM)),
      field(2, principal(2, ...service)),
      field(3, encrypted(random, bytes)),
    ),
  );
}

function framed(tag: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const message = der(tag, der(DER_SEQUENCE, ...fields));
  return joinBytes(Uint8Array.of(0, 0, message.length >> 8, message.length & 0xff), message);
}

function padata(type: number, value: Uint8Array): Uint8Array {
  return der(DER_SEQUENCE, field(1, derNumber(type)), field(2, der(4, value)));
}

function requestBody(random: Random, client: string, service: readonly string[]): Uint8Array {
  return field(
    4,
    der(
      DER_SEQUENCE,
      field(0, bits(0x40, 0x81)),
      ...(client === '' ? [] : [field(1, principal(1, client))]),
      field(2, text(REALM)),
      field(3, principal(2, ...service)),
      field(5, der(0x18, textBytes('20370913024805Z'))),
      field(7, derNumber(random.integer(128, 32767))),
      field(8, der(DER_SEQUENCE, derNumber(AES256), derNumber(17), derNumber(23))),
    ),
  );
}

/** Asks for the ticket of the day, first without and then with a proof of the password. */
export function kerberosAsRequest(random: Random, client: string, hasProof: boolean): Uint8Array {
  const proof = hasProof ? [padata(2, encrypted(random, 56))] : [];
  const pac = padata(128, der(DER_SEQUENCE, field(0, der(1, Uint8Array.of(0xff)))));
  return framed(
    0x6a,
    field(1, derNumber(5)),
    field(2, derNumber(10)),
    field(3, der(DER_SEQUENCE, ...proof, pac)),
    requestBody(random, client, ['krbtgt', REALM]),
  );
}

/** Asks for a ticket to one service. */
export function kerberosTgsRequest(random: Random, service: readonly string[]): Uint8Array {
  const request = der(
    0x6e,
    der(
      DER_SEQUENCE,
      field(0, derNumber(5)),
      field(1, derNumber(14)),
      field(2, bits(0, 0)),
      field(3, ticket(random, ['krbtgt', REALM], random.integer(900, 1400))),
      field(4, encrypted(random, 180)),
    ),
  );
  return framed(
    0x6c,
    field(1, derNumber(5)),
    field(2, derNumber(12)),
    field(3, der(DER_SEQUENCE, padata(1, request))),
    requestBody(random, '', service),
  );
}

/** Either answer with a ticket: 11 to an AS request, 13 to a TGS request. */
export function kerberosReply(
  random: Random,
  type: 11 | 13,
  client: string,
  service: readonly string[],
): Uint8Array {
  return framed(
    0x60 + type,
    field(0, derNumber(5)),
    field(1, derNumber(type)),
    field(3, text(REALM)),
    field(4, principal(1, client)),
    field(5, ticket(random, service, random.integer(900, 1400))),
    field(6, encrypted(random, random.integer(180, 300))),
  );
}

/** 25 asks for the proof, 24 refuses it, 6 knows no such client. */
export function kerberosError(code: number): Uint8Array {
  return framed(
    0x7e,
    field(0, derNumber(5)),
    field(1, derNumber(30)),
    field(4, der(0x18, textBytes('20240304090000Z'))),
    field(5, derNumber(1)),
    field(6, derNumber(code)),
    field(9, text(REALM)),
    field(10, principal(2, 'krbtgt', REALM)),
  );
}
