import { canonicalAddress } from '../../bytes/ip-address.ts';

/** No address is longer, zone included; what is longer is not looked at. */
const LONGEST = 64;

/** The canonical text of an address in a log, or `undefined` if it is none. */
export function logAddress(text: string): string | undefined {
  return text.length > LONGEST ? undefined : canonicalAddress(text);
}
