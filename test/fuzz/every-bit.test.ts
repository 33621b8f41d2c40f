import { describe, expect, test } from 'vitest';
import { BrokenProperty } from './fuzz-target.ts';
import { handMadeFrames } from './hand-made-frames.ts';
import { samplesOf } from './targets/logs.ts';
import { capture, dialects } from './targets/capture.ts';
import { frames, packed } from './targets/frames.ts';
import { messages } from './targets/messages.ts';
import { TARGETS } from './targets.ts';
import { INPUT_FORMATS } from '../../src/flow/recognise-input.ts';

/** Every prefix, and the input with every bit flipped, one at a time; or every few of both. */
function* neighbours(input: Uint8Array, step = 1): Generator<Uint8Array> {
  for (let length = 0; length < input.length; length += step) yield input.slice(0, length);
  const flipped = input.slice();
  for (let bit = 0; bit < input.length * 8; bit += step) {
    flipped[bit >>> 3]! ^= 1 << (bit & 7);
    yield flipped;
    flipped[bit >>> 3]! ^= 1 << (bit & 7);
  }
}

describe('any prefix and any flipped bit breaks nothing: never throws, always ends, reads nothing outside', () => {
  test.each(handMadeFrames().map((entry) => [entry.name, entry] as const))(
    'of frames: %s',
    (_, { linkType, frames: list }) => {
      for (const input of neighbours(packed(linkType, list))) void frames.run(input);
    },
  );

  test.each(dialects().map((input, i) => [i, input] as const))('of capture dialect %i', (_, input) => {
    for (const changed of neighbours(input, 3)) void capture.run(changed);
  });

  test('of short dialogues of every protocol', () => {
    const short = messages.seeds().filter((input) => input.length < 200).slice(0, 40);
    expect(short.length).toBeGreaterThan(30);
    for (const seed of short) {
      for (let length = 0; length < seed.length; length++) void messages.run(seed.slice(0, length));
      const flipped = seed.slice();
      // One bit of every byte, each time another one: all bits are the fuzzer's.
      for (let at = 0; at < seed.length; at++) {
        flipped[at]! ^= 1 << ((at * 5) & 7);
        void messages.run(flipped);
        flipped[at]! ^= 1 << ((at * 5) & 7);
      }
    }
  });

  test.each(INPUT_FORMATS.filter((format) => samplesOf(format).length > 0))('of a log: %s', async (format) => {
    const target = TARGETS.find(({ name }) => name === `log-${format}`)!;
    const [sample] = samplesOf(format);
    const flipped = sample!.slice();
    for (let at = 0; at < flipped.length; at++) {
      flipped[at]! ^= 1 << (at & 7);
      await target.run(flipped);
      if (at % 4 === 0) await target.run(sample!.slice(0, at));
      flipped[at]! ^= 1 << (at & 7);
    }
  });

  test('and a broken property would show', () => {
    const first = handMadeFrames()[0]!;
    const input = packed(first.linkType, first.frames);
    expect(() => {
      for (const changed of neighbours(input)) if (changed.length === 7) throw new BrokenProperty('x');
    }).toThrow(BrokenProperty);
  });
}); // prettier-ignore
