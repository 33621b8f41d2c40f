/**
 * The adjusted Rand index of two clusterings of the same rows (Hubert and Arabie 1985): 1 when they group alike,
 * whatever the numbers of the clusters; about 0 for clusterings that have nothing to do with each other.
 */
export function adjustedRand(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length) {
    throw new RangeError(`second: expected ${first.length} values, got ${second.length}`);
  }
  const both = new Map<string, number>();
  const inFirst = new Map<number, number>();
  const inSecond = new Map<number, number>();
  for (let row = 0; row < first.length; row++) {
    const [a, b] = [first[row]!, second[row]!];
    increment(both, `${a} ${b}`);
    increment(inFirst, a);
    increment(inSecond, b);
  }
  const together = pairs(both.values());
  const togetherFirst = pairs(inFirst.values());
  const togetherSecond = pairs(inSecond.values());
  const all = pairs([first.length]);
  const expected = all === 0 ? 0 : (togetherFirst * togetherSecond) / all;
  const highest = (togetherFirst + togetherSecond) / 2;
  // Both put everything together, or everything apart: they agree, and the ratio is 0 / 0.
  return highest === expected ? 1 : (together - expected) / (highest - expected);
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function pairs(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += (size * (size - 1)) / 2;
  return sum;
}
