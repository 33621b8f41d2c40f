import { cutsOf, eachChunk, inTwoPlaces, mustHold, type FuzzTarget } from './fuzz-target.ts';

const SEED = Uint8Array.from([0x10, 3, 1, 2, 3, 0x20, 2, 9, 9]);

function planted(
  name: string,
  run: (input: Uint8Array) => number,
  seed: Uint8Array = SEED,
): FuzzTarget {
  return { name, maxLength: 64, seeds: () => [seed], run };
}

/** Records of a type, a length and a body; the tests of the harness are about what is wrong with each. */
export const PLANTED: readonly FuzzTarget[] = [
  planted(
    'throws behind four conditions',
    (input) => {
      // Each condition is code of its own: only what it covers leads from one to the next.
      if ((input[0]! & 31) !== 5) return 0;
      if ((input[1]! & 31) !== 9) return 0;
      if ((input[2]! & 31) !== 17) return 0;
      if ((input[3]! & 31) !== 30) return 0;
      throw new TypeError('the planted one');
    },
    Uint8Array.of(1, 2, 3, 4),
  ),
  planted('reads behind the end', (input) => {
    inTwoPlaces(input, (view) => {
      const whole = new Uint8Array(view.buffer);
      let sum = 0;
      for (let at = view.byteOffset; at < view.byteOffset + view.length;) {
        const length = whole[at + 1]!;
        // A length is compared to nothing.
        for (let i = 0; i < length; i++) sum += whole[at + 2 + i] ?? 0;
        at += 2 + length;
      }
      return sum;
    });
    return 0;
  }),
  planted('loses what a chunk cuts', (input) => {
    const read = (cuts: readonly number[]): number => {
      let records = 0;
      eachChunk(input, cuts, 0, (chunk) => {
        for (let at = 0; at + 2 <= chunk.length; at += 2 + chunk[at + 1]!) records++;
      });
      return records;
    };
    mustHold(read([]) === read(cutsOf(input)), 'chunks change the result');
    return 0;
  }),
  planted('never ends in time', (input) => {
    const until = performance.now() + (input[1] === 0xff ? 500 : 0);
    while (performance.now() < until);
    return 0;
  }),
];
