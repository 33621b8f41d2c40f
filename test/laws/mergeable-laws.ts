import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';

/** What every summary that merges can do. */
export interface MergeableState {
  merge(other: this): void;
  encode(writer: ByteWriter): void;
}

/** What the law suite must know about one mergeable summary. */
export interface Mergeable<S extends MergeableState, V> {
  readonly name: string;
  readonly empty: () => S;
  /** The WHOLE domain: zero, the largest, repeats. */
  readonly value: fc.Arbitrary<V>;
  readonly add: (state: S, value: V) => void;
  readonly decode: (reader: ByteReader) => S;
  /** Where the state changes its form, as a number of adds (0: never): arrays are drawn on both sides of it. */
  readonly threshold?: number;
  /** Everything a reader can see, floats included: equal states must answer with equal bits. */
  readonly read?: (state: S) => readonly unknown[];
}

/** The encoded bytes: what two equal states must agree on to the last bit. */
export function encoded(state: MergeableState): Uint8Array {
  const writer = new ByteWriter();
  state.encode(writer);
  return writer.toBytes();
}

export function mergeableLaws<S extends MergeableState, V>(subject: Mergeable<S, V>): void {
  const { threshold = 0 } = subject;
  const few = fc.array(subject.value, { maxLength: 20, size: 'max' });
  const around = fc.array(subject.value, {
    minLength: Math.max(0, (threshold >> 1) - 8),
    maxLength: (threshold >> 1) + 8,
    size: 'max',
  });
  const many = fc.array(subject.value, {
    minLength: threshold + 1,
    maxLength: 2 * threshold + 16,
    size: 'max',
  });
  const values = threshold === 0 ? few : fc.oneof(few, around, around, many);

  const build = (items: readonly V[]): S => {
    const state = subject.empty();
    for (const item of items) subject.add(state, item);
    return state;
  };
  const merged = (...parts: S[]): S => {
    const into = subject.empty();
    for (const part of parts) into.merge(part);
    return into;
  };
  const roundTrip = (state: S): S => {
    const reader = new ByteReader(encoded(state));
    const copy = subject.decode(reader);
    expect(reader.truncated).toBe(false);
    expect(reader.left).toBe(0);
    return copy;
  };
  const same = (a: S, b: S): void => {
    expect(encoded(a)).toEqual(encoded(b));
    if (subject.read) expect(subject.read(a)).toStrictEqual(subject.read(b));
  };

  describe(`${subject.name} merges`, () => {
    test('parts to what adding everything gives', () => {
      fc.assert(
        fc.property(values, values, (a, b) => {
          same(merged(build(a), build(b)), build([...a, ...b]));
        }),
      );
    });

    test('adds in any order to the same', () => {
      const shuffled = values.chain((items) =>
        fc.tuple(
          fc.constant(items),
          fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
        ),
      );
      fc.assert(
        fc.property(shuffled, ([items, others]) => {
          same(build(items), build(others));
        }),
      );
    });

    test('parts in any order to the same', () => {
      fc.assert(
        fc.property(values, values, (a, b) => {
          const left = build(a);
          left.merge(build(b));
          const right = build(b);
          right.merge(build(a));
          same(left, right);
        }),
      );
    });

    test('parts in any grouping to the same', () => {
      fc.assert(
        fc.property(values, values, values, (a, b, c) => {
          const left = build(a);
          left.merge(build(b));
          left.merge(build(c));
          const tail = build(b);
          tail.merge(build(c));
          const right = build(a);
          right.merge(tail);
          same(left, right);
        }),
      );
    });

    test('decoded parts to the same as the parts themselves', () => {
      fc.assert(
        fc.property(values, values, (a, b) => {
          same(merged(roundTrip(build(a)), roundTrip(build(b))), build([...a, ...b]));
        }),
      );
    });

    test('with the empty state to itself', () => {
      fc.assert(
        fc.property(values, (a) => {
          const state = build(a);
          state.merge(subject.empty());
          same(state, build(a));
          same(merged(build(a)), build(a));
        }),
      );
    });

    test('and leaves the argument as it was, also when the result is added to', () => {
      fc.assert(
        fc.property(values, values, values, (a, b, c) => {
          const from = build(b);
          const into = build(a);
          into.merge(from);
          for (const item of c) subject.add(into, item);
          same(from, build(b));
        }),
      );
    });

    test('itself as it would an equal other', () => {
      fc.assert(
        fc.property(values, (a) => {
          const state = build(a);
          state.merge(state);
          same(state, merged(build(a), build(a)));
        }),
      );
    });
  });

  describe(`${subject.name} encoded`, () => {
    test('and decoded is the same, byte for byte and answer for answer', () => {
      fc.assert(
        fc.property(values, (a) => {
          const state = build(a);
          same(roundTrip(state), state);
        }),
      );
    });

    test('ends where it ends: what follows is left to the next', () => {
      fc.assert(
        fc.property(values, fc.uint8Array({ maxLength: 9 }), (a, tail) => {
          const bytes = encoded(build(a));
          const reader = new ByteReader(Uint8Array.of(...bytes, ...tail));
          same(subject.decode(reader), build(a));
          expect(reader.left).toBe(tail.length);
        }),
      );
    });

    test('and cut short is marked and read as empty', () => {
      fc.assert(
        fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (a, part) => {
          const bytes = encoded(build(a));
          const reader = new ByteReader(bytes, 0, Math.floor(part * (bytes.length - 1)));
          same(subject.decode(reader), subject.empty());
          expect(reader.truncated).toBe(true);
        }),
      );
    });

    const survives = (bytes: Uint8Array): void => {
      const reader = new ByteReader(bytes);
      const state = subject.decode(reader);
      subject.read?.(state);
      if (reader.truncated) same(state, subject.empty());
      same(roundTrip(state), state);
      const doubled = subject.empty();
      doubled.merge(state);
      doubled.merge(state);
      same(roundTrip(doubled), doubled);
    };

    test('by nobody: any bytes are read without a throw, into a state that works', () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 500 });
    });

    test('and damaged is read without a throw, into a state that works', () => {
      const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      });
      fc.assert(
        fc.property(values, damage, (a, changes) => {
          const bytes = encoded(build(a));
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          survives(bytes);
        }),
        { numRuns: 300 },
      );
    });
  });
}
