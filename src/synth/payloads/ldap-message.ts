import { der, DER_SEQUENCE, derNumber } from './der.ts';
import { textBytes } from './text-bytes.ts';

/** LDAP (RFC 4511 §4) in the clear. */

const text = (value: string): Uint8Array => der(4, textBytes(value));
const enumerated = (value: number): Uint8Array => der(10, Uint8Array.of(value));

function message(id: number, operation: Uint8Array): Uint8Array {
  return der(DER_SEQUENCE, derNumber(id), operation);
}

/** A simple bind; neither name nor password is an anonymous one. */
export function ldapBind(id: number, name: string, password: string): Uint8Array {
  return message(id, der(0x60, derNumber(3), text(name), der(0x80, textBytes(password))));
}

/** 0 success, 49 wrong password. */
export function ldapBindResponse(id: number, code: number): Uint8Array {
  return message(id, der(0x61, enumerated(code), text(''), text('')));
}

/** Entries below a name that have an attribute of that value. */
export function ldapSearch(id: number, base: string, attribute: string, value: string): Uint8Array {
  const filter = value === '' ? der(0x87, textBytes(attribute)) : der(0xa3, text(attribute), text(value)); // prettier-ignore
  const limits = [enumerated(base === '' ? 0 : 2), enumerated(0), derNumber(0), derNumber(120), der(1, Uint8Array.of(0))]; // prettier-ignore
  return message(id, der(0x63, text(base), ...limits, filter, der(DER_SEQUENCE, text('cn'))));
}

export function ldapEntry(id: number, name: string, value: Uint8Array): Uint8Array {
  const attribute = der(DER_SEQUENCE, text('description'), der(0x31, der(4, value)));
  return message(id, der(0x64, text(name), der(DER_SEQUENCE, attribute)));
}

export function ldapDone(id: number): Uint8Array {
  return message(id, der(0x65, enumerated(0), text(''), text('')));
}
