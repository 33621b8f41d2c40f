/**
 * HyperLogLog (Flajolet et al. 2007) over 52-bit hashes: the top 10 bits choose a register, the other 42 give a
 * rank. The estimate is Ertl's improved one (arXiv:1702.01284, algorithm 6), sound over the whole range without
 * corrections at fixed switch-over points.
 */
const PRECISION = 10;
const RANK_BITS = 52 - PRECISION;

export const REGISTERS = 2 ** PRECISION;

/** The rank of 42 zeros. */
export const MAX_RANK = RANK_BITS + 1;

export function registerOf(hash: number): number {
  return Math.floor(hash / 2 ** RANK_BITS);
}

/** One more than the leading zeros of the low 42 bits. */
export function rankOf(hash: number): number {
  const high = Math.floor(hash / 2 ** 32) % 2 ** (RANK_BITS - 32);
  if (high > 0) return Math.clz32(high) - 32 + (RANK_BITS - 32) + 1;
  return Math.clz32(hash >>> 0) + (RANK_BITS - 32) + 1;
}

export function estimateDistinct(registers: Uint8Array): number {
  const ranks = new Float64Array(MAX_RANK + 1);
  for (const rank of registers) ranks[rank]!++;
  let z = REGISTERS * tau(1 - ranks[MAX_RANK]! / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + ranks[rank]!);
  z += REGISTERS * sigma(ranks[0]! / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z);
}

/** x + Σ x^(2^k) · 2^(k−1): the part of registers still at 0. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = -1; z !== before; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

/** (1 − x − Σ (1 − x^(2^−k))² · 2^−k) / 3: the part of registers that are full. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = -1; z !== before;) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
