/**
 * Sets of at most a few hundred hashes in open addressing (linear probing, at most three quarters full): a look-up
 * costs one or two probes, where a sorted array costs six comparisons that no processor predicts.
 */

/** Marks a free slot: no hash is negative. */
export const FREE_SLOT = -1;

/** Most sets have one element or a dozen and more. */
const SIZES = [4, 16, 32, 64, 128];
const templates = SIZES.map((size) => freeSlots(size));

/** Begun with a fraction, the array holds plain doubles for ever, and so do its copies: no number is boxed. */
function freeSlots(size: number): number[] {
  return Array.from({ length: size }, () => 0.5).fill(FREE_SLOT);
}

const SMALLEST = templates[0]!;

/** Slots for a set that has its first element to come. */
export function newSlots(): number[] {
  return SMALLEST.slice();
}

/** More slots than `slots`, all free. */
export function widerSlots(slots: readonly number[]): number[] {
  const wider = templates.find((template) => template.length > slots.length);
  return wider === undefined ? freeSlots(slots.length * 2) : wider.slice();
}

/** True when one element more than `size` would fill the slots too far. */
export function areFull(slots: readonly number[], size: number): boolean {
  return size * 4 >= slots.length * 3;
}

/** Where the hash stands, or the free slot where it would. */
export function slotOf(slots: readonly number[], hash: number): number {
  const mask = slots.length - 1;
  let at = (hash | 0) & mask;
  for (;;) {
    const held = slots[at]!;
    if (held === hash || held === FREE_SLOT) return at;
    at = (at + 1) & mask;
  }
}

/** The hashes in ascending order. */
export function sortedHashes(slots: readonly number[] | undefined): number[] {
  const hashes: number[] = [];
  for (const hash of slots ?? []) if (hash !== FREE_SLOT) hashes.push(hash);
  return hashes.sort((a, b) => a - b);
}
