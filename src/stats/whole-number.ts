/**
 * Arithmetic the summaries share. Counts stop at 2⁵³ − 1: `min(a + b, limit)` is still commutative and associative,
 * so even an absurd (or hostile) state merges to the same bytes in any order.
 */
export function saturatingAdd(a: number, b: number): number {
  const sum = a + b;
  return sum > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : sum;
}

/** The nearest integer, which has to lie in 0 … 2⁵³ − 1. */
export function toWhole(name: string, value: number): number {
  const whole = Math.round(value);
  if (value >= 0 && whole <= Number.MAX_SAFE_INTEGER) return whole;
  throw new RangeError(`${name}: expected a number in 0 … 2^53 - 1, got ${value}`);
}

/** How often something is added: an integer in 0 … 2⁵³ − 1. */
export function checkCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new RangeError(`${name}: expected an integer in 0 … 2^53 - 1, got ${count}`);
}

/** A hash as `hashText` and `hashNumbers` give it. */
export function checkHash(name: string, hash: number): void {
  if (Number.isInteger(hash) && hash >= 0 && hash < 2 ** 52) return;
  throw new RangeError(`${name}: expected a hash in 0 … 2^52 - 1, got ${hash}`);
}
