/**
 * Shannon entropy in bits of the distribution that the counts describe; NaN when nothing was counted. The counts
 * are sorted first, so that equal multisets give equal bits: float addition is not associative.
 */
export function entropy(counts: Iterable<number>): number {
  return entropyOf(nonZero(counts));
}

/** Entropy as a share of the most the non-zero categories could have: 0 for one category, NaN for none. */
export function normalisedEntropy(counts: Iterable<number>): number {
  const sorted = nonZero(counts);
  return sorted.length === 1 ? 0 : entropyOf(sorted) / Math.log2(sorted.length);
}

function nonZero(counts: Iterable<number>): Float64Array {
  return Float64Array.from(counts)
    .filter((count) => count > 0)
    .sort();
}

function entropyOf(sorted: Float64Array): number {
  if (sorted.length === 0) return Number.NaN;
  let total = 0;
  for (const count of sorted) total += count;
  let bits = 0;
  for (const count of sorted) {
    const share = count / total;
    bits -= share * Math.log2(share);
  }
  return bits;
}
