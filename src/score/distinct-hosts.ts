import { addressScope, parseAddress } from '../bytes/ip-address.ts';
import type { TrainingRow } from './training-row.ts';

/** Of fewer distinct hosts nothing can be said: with four, one more or less right moves recall by a quarter. */
export const ENOUGH_HOSTS = 5;

/**
 * How many hosts there are behind the rows. A private address in two groups is two hosts, a public one is one: its
 * owner was met twice.
 */
export function distinctHosts(rows: readonly TrainingRow[]): number {
  return new Set(rows.map((row) => (isPublic(row.host) ? row.host : `${row.group} ${row.host}`)))
    .size;
}

/** True for an address that has one owner on the whole Internet. */
export function isPublic(host: string): boolean {
  const words = parseAddress(host);
  return words !== undefined && addressScope(words) === 'public';
}
