/** BER and DER (ITU-T X.690 §8.1) as LDAP, Kerberos and SNMP use it: low tag numbers, definite lengths. */

/** One element: its identifier octet and where its content is. What lies behind the limit is cut off. */
export interface BerElement {
  readonly tag: number;
  readonly start: number;
  /** End of the content, or of the bytes there are. */
  readonly end: number;
  /** Where the next element begins; behind the limit when this one was cut. */
  readonly next: number;
}

export const BER_INTEGER = 0x02;
export const BER_OCTET_STRING = 0x04;
export const BER_ENUMERATED = 0x0a;
export const BER_SEQUENCE = 0x30;

/** Children looked at in one element: messages of these protocols have some ten. */
const MAX_CHILDREN = 32;

/** The element at an offset; `undefined` where there is none that these protocols would write. */
export function readBer(data: Uint8Array, at: number, limit: number): BerElement | undefined {
  if (at + 2 > limit) return undefined;
  const tag = data[at]!;
  if ((tag & 0x1f) === 0x1f) return undefined;
  let length = data[at + 1]!;
  let start = at + 2;
  if (length >= 0x80) {
    const octets = length & 0x7f;
    if (octets === 0 || octets > 4 || start + octets > limit) return undefined;
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + data[start + i]!;
    start += octets;
  }
  const next = start + length;
  return { tag, start, end: Math.min(next, limit), next };
}

/** The first child of that tag. */
export function findBer(
  data: Uint8Array,
  parent: BerElement | undefined,
  tag: number,
): BerElement | undefined {
  if (parent === undefined) return undefined;
  let at = parent.start;
  for (let i = 0; i < MAX_CHILDREN; i++) {
    const child = readBer(data, at, parent.end);
    if (child === undefined || child.tag === tag) return child;
    at = child.next;
  }
  return undefined;
}

/** An INTEGER or ENUMERATED of at most four octets, two's complement; `NaN` for any other or a cut one. */
export function berInteger(data: Uint8Array, element: BerElement | undefined): number {
  if (element === undefined) return NaN;
  const length = element.next - element.start;
  if (length < 1 || length > 4 || element.next > element.end) return NaN;
  let value = data[element.start]! >= 0x80 ? -1 : 0;
  for (let i = element.start; i < element.end; i++) value = value * 256 + data[i]!;
  return value;
}
