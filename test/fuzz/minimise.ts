const MOST_TRIALS = 4000;

/** A smaller input that still fails: pieces left out, from halves to single bytes, then bytes set to 0. */
export async function minimise(
  input: Uint8Array,
  stillFails: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best: Uint8Array = input.slice();
  let trials = 0;
  const accepts = async (candidate: Uint8Array): Promise<boolean> =>
    trials++ < MOST_TRIALS && (await stillFails(candidate));
  for (let size = best.length >>> 1; size >= 1; size >>>= 1) {
    for (let at = 0; at < best.length;) {
      const shorter = without(best, at, size);
      if (await accepts(shorter)) best = shorter;
      else at += size;
    }
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] === 0) continue;
    const plainer = best.slice();
    plainer[at] = 0;
    if (await accepts(plainer)) best = plainer;
  }
  return best;
}

function without(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const shorter = new Uint8Array(bytes.length - Math.min(length, bytes.length - at));
  shorter.set(bytes.subarray(0, at));
  shorter.set(bytes.subarray(Math.min(bytes.length, at + length)), at);
  return shorter;
}
