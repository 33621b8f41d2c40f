import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** What the law suite must know about one push-based decoder of bytes. */
export interface DecoderSubject<T> {
  readonly name: string;
  /** Well-formed inputs. */
  readonly valid: fc.Arbitrary<Uint8Array>;
  /** Everything decoded, as values that stay what they are, and the reasons counted. Must not throw. */
  readonly decode: (chunks: readonly Uint8Array[]) => {
    readonly values: readonly T[];
    readonly skipped: ReadonlyMap<string, number>;
  };
}

/** Never throws, whatever the bytes; chunks do not matter; a prefix gives a prefix. */
export function decoderLaws<T>(subject: DecoderSubject<T>): void {
  const { decode, valid } = subject;
  const bytes = fc.uint8Array({ maxLength: 400 });
  const cuts = fc.array(fc.nat(4000), { maxLength: 12 });

  describe(`${subject.name} decoder laws`, () => {
    test('arbitrary bytes do not throw', () => {
      fc.assert(fc.property(bytes, (input) => void decode([input])));
    });
    test('mutated valid inputs do not throw, and chunks do not matter to them either', () => {
      fc.assert(
        fc.property(valid, fc.array(mutation, { minLength: 1, maxLength: 6 }), cuts, (...args) => {
          const [input, mutations, at] = args;
          const broken = mutations.reduce(mutate, input);
          expect(decode(chunksOf(broken, at))).toEqual(decode([broken]));
        }),
        { numRuns: 1000 },
      );
    });
    test('valid inputs give values and no complaint about the file', () => {
      fc.assert(
        fc.property(valid, (input) => {
          const { values, skipped } = decode([input]);
          expect(values.length).toBeGreaterThan(0);
          expect(skipped.has('truncatedFile') || skipped.has('corruptRecord')).toBe(false);
        }),
      );
    });
    test('any chunking gives the same values and counts', () => {
      fc.assert(
        fc.property(valid, cuts, (input, at) => {
          expect(decode(chunksOf(input, at))).toEqual(decode([input]));
        }),
      );
    });
    test('one byte at a time gives the same values and counts', () => {
      fc.assert(
        fc.property(valid, (input) => {
          const single = Array.from(input, (byte) => Uint8Array.of(byte));
          expect(decode(single)).toEqual(decode([input]));
        }),
        { numRuns: 30 },
      );
    });
    test('every prefix gives a prefix of the values', () => {
      fc.assert(
        fc.property(valid, fc.nat(), (input, length) => {
          const whole = decode([input]).values;
          const { values } = decode([input.slice(0, length % (input.length + 1))]);
          expect(values).toEqual(whole.slice(0, values.length));
        }),
        { numRuns: 300 },
      );
    });
    test('the input is left as it was', () => {
      fc.assert(
        fc.property(valid, (input) => {
          const before = input.slice();
          decode([input]);
          expect(input).toEqual(before);
        }),
        { numRuns: 30 },
      );
    });
  });
}

interface Mutation {
  readonly kind: 'set' | 'delete' | 'insert' | 'cut' | 'word';
  readonly at: number;
  readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'set', 'word', 'delete', 'insert', 'cut'),
  at: fc.nat(),
  byte: fc.constantFrom(0, 1, 2, 3, 4, 7, 8, 0x0f, 0x45, 0x7f, 0x80, 0xfe, 0xff),
});

function mutate(input: Uint8Array, { kind, at, byte }: Mutation): Uint8Array {
  const index = at % (input.length + 1);
  const head = input.subarray(0, index);
  const tail = input.subarray(index);
  switch (kind) {
    case 'set':
      return concatenate([head, tail.length > 0 ? Uint8Array.of(byte) : tail, tail.subarray(1)]);
    case 'word': // a length field all of whose bytes are wrong
      return concatenate([
        head,
        new Uint8Array(Math.min(4, tail.length)).fill(byte),
        tail.subarray(4),
      ]);
    case 'delete':
      return concatenate([head, tail.subarray(1 + (byte & 15))]);
    case 'insert':
      return concatenate([head, Uint8Array.of(byte), tail]);
    case 'cut':
      return input.slice(0, index);
  }
}

/** Views into a larger buffer whose other bytes are poison: a read past a slice shows. */
function chunksOf(input: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (input.length + 1)), input.length];
  places.sort((a, b) => a - b);
  return places.slice(1).map((to, i) => {
    const part = input.subarray(places[i], to);
    const padded = new Uint8Array(part.length + 64).fill(0x45);
    padded.set(part, 32);
    return padded.subarray(32, 32 + part.length);
  });
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
