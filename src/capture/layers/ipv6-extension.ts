const HOP_BY_HOP = 0;
const ROUTING = 43;
export const FRAGMENT = 44;
export const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

/** IANA's extension header types that do not hide what follows (ESP does). */
export function isExtension(protocol: number): boolean {
  switch (protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION:
    case MOBILITY:
    case HOST_IDENTITY:
    case SHIM6:
      return true;
    default:
      return false;
  }
}

/** The length of a whole extension header whose second byte is `lengthField`: eight at least. */
export function extensionLength(kind: number, lengthField: number): number {
  if (kind === FRAGMENT) return 8;
  // AH counts 32-bit words less two (RFC 4302 §2.2), the others 64-bit words less one; an absurd 0 has eight bytes.
  return kind === AUTHENTICATION ? Math.max(8, (lengthField + 2) * 4) : (lengthField + 1) * 8;
}
