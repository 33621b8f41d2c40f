import { describe, expect, test } from 'vitest';
import { argmaxRows } from '../../src/learn/estimator.ts';
import type { Classifier } from '../../src/learn/estimator.ts';
import { matrixFromRows, matrixRow, selectRows } from '../../src/learn/matrix.ts';
import type { Matrix } from '../../src/learn/matrix.ts';
import { seededRandom, shuffle } from '../../src/learn/random.ts';

/** What the laws must know about one classifier. */
export interface ClassifierSubject<C extends Classifier> {
  readonly name: string;
  /** A new, unfitted one. Quick to fit: it is fitted some twenty times on 240 rows. */
  readonly make: (seed: number) => C;
  readonly decode: (bytes: Uint8Array) => C;
  /** Its hyper-parameters, as a value that can be compared. */
  readonly parameters: (classifier: C) => unknown;
  /** Whether NaN is learnt from (else it must be refused). */
  readonly missing: boolean;
  /** How far apart the predictions of equal trainings may be; `undefined` if weights are no repetitions here. */
  readonly repetitionTolerance: number | undefined;
}

export interface LabelledTable {
  readonly vectors: Matrix;
  readonly labels: Uint32Array;
}

/** Three classes that differ in some of six columns; a tenth of the values is missing if asked for. */
export function labelledTable(rows: number, seed: number, missing: boolean): LabelledTable {
  const random = seededRandom(seed);
  const labels = Uint32Array.from({ length: rows }, () => Math.floor(random() * 3));
  const vectors = matrixFromRows(
    Array.from(labels, (label) => [
      label === 0 ? random() + 0.5 : random(),
      label === 1 ? random() + 0.7 : random(),
      label === 2 ? Math.round(random() * 8) : Math.round(random() * 5),
      random(),
      7,
      label + random() * 3,
    ]),
  );
  if (missing) {
    for (let i = 0; i < vectors.values.length; i++) {
      if (random() < 0.1) vectors.values[i] = Number.NaN;
    }
  }
  return { vectors, labels };
}

/** What is true of every classifier. */
export function classifierLaws<C extends Classifier>(subject: ClassifierSubject<C>): void {
  const { vectors, labels } = labelledTable(240, 11, subject.missing);
  const other = labelledTable(120, 12, subject.missing);
  const probabilities = (classifier: C, matrix: Matrix): number[] =>
    Array.from(classifier.predictProba(matrix).values);
  const close = (left: readonly number[], right: readonly number[], tolerance: number): void => {
    expect(left).toHaveLength(right.length);
    left.forEach((value, i) => {
      expect(Math.abs(value - right[i]!), `value ${i}`).toBeLessThanOrEqual(tolerance);
    });
  };

  describe(`${subject.name} obeys the laws of a classifier`, () => {
    test('it learns: better than chance by far on rows it has not seen', () => {
      const guesses = argmaxRows(subject.make(1).fit(vectors, labels).predictProba(other.vectors));
      const right = guesses.filter((guess, row) => guess === other.labels[row]).length;
      expect(right / guesses.length).toBeGreaterThan(0.6);
    });

    test('fitting twice is fitting once', () => {
      const once = subject.make(1).fit(vectors, labels);
      const twice = subject.make(1).fit(other.vectors, other.labels).fit(vectors, labels);
      expect(twice.encode()).toEqual(once.encode());
    });

    test('the same seed gives the same bytes', () => {
      expect(subject.make(7).fit(vectors, labels).encode()).toEqual(
        subject.make(7).fit(vectors, labels).encode(),
      );
    });

    test('fit returns the classifier and leaves its hyper-parameters as they were', () => {
      const classifier = subject.make(3);
      const before = structuredClone(subject.parameters(classifier));
      expect(classifier.fit(vectors, labels)).toBe(classifier);
      expect(subject.parameters(classifier)).toEqual(before);
    });

    test('fit and predictProba leave their arguments as they were', () => {
      const values = vectors.values.slice();
      const classes = labels.slice();
      const weights = Float64Array.from(labels, (label) => 1 + label);
      const classifier = subject.make(1).fit(vectors, labels, { weights });
      classifier.predictProba(vectors);
      expect(vectors.values).toEqual(values);
      expect(labels).toEqual(classes);
      expect(weights).toEqual(Float64Array.from(labels, (label) => 1 + label));
    });

    test('it tells the numbers of classes and columns, also of classes nobody is in', () => {
      const classifier = subject.make(1).fit(vectors, labels, { classes: 5 });
      expect([classifier.classes, classifier.columns]).toEqual([5, 6]);
      const { rows, columns, values } = classifier.predictProba(vectors);
      expect([rows, columns, values.length]).toEqual([240, 5, 1200]);
    });

    test('every row of probabilities adds to 1', () => {
      const proba = subject.make(1).fit(vectors, labels).predictProba(other.vectors);
      for (let row = 0; row < proba.rows; row++) {
        const own = matrixRow(proba, row);
        expect(own.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      }
    });

    test('a row is predicted the same wherever it stands', () => {
      const classifier = subject.make(1).fit(vectors, labels);
      const order = shuffle(
        seededRandom(4),
        Uint32Array.from({ length: 120 }, (_, row) => row),
      );
      const straight = classifier.predictProba(other.vectors);
      const shuffled = classifier.predictProba(selectRows(other.vectors, order));
      close(
        Array.from(shuffled.values),
        Array.from(selectRows(straight, order).values),
        1e-6, // batches may round differently
      );
    });

    test('what decodes from its bytes predicts the same and encodes to the same bytes', () => {
      const classifier = subject.make(1).fit(vectors, labels);
      const bytes = classifier.encode();
      const decoded = subject.decode(bytes);
      expect([decoded.classes, decoded.columns]).toEqual([3, 6]);
      expect(probabilities(decoded, other.vectors)).toEqual(
        probabilities(classifier, other.vectors),
      );
      expect(decoded.encode()).toEqual(bytes);
      expect(subject.parameters(decoded)).toEqual(subject.parameters(classifier));
    });

    test('bytes cut short, added to or of another kind are refused', () => {
      const bytes = subject.make(1).fit(vectors, labels).encode();
      for (const length of [0, 1, 4, 5, 20, bytes.length >> 1, bytes.length - 1]) {
        expect(() => subject.decode(bytes.subarray(0, length)), `${length} bytes`).toThrow(
          RangeError,
        );
      }
      expect(() => subject.decode(Uint8Array.of(...bytes, 0))).toThrow(RangeError);
      expect(() => subject.decode(new TextEncoder().encode('{"a":1}'))).toThrow(RangeError);
    });

    test('wrong numbers of columns, labels or weights are refused', () => {
      const classifier = subject.make(1).fit(vectors, labels);
      const refusal = /^\S+: expected .+, got .+/;
      const narrow = matrixFromRows([[1, 2, 3]]);
      expect(() => classifier.predictProba(narrow)).toThrow(refusal);
      expect(() => classifier.predictProba(narrow)).toThrow(RangeError);
      for (const call of [
        () => subject.make(1).fit(vectors, labels.subarray(1)),
        () => subject.make(1).fit(vectors, labels, { weights: [1, 2] }),
        () => subject.make(1).fit(vectors, labels, { weights: labels.map(() => 0) }),
        () => subject.make(1).fit(vectors, labels, { classes: 2 }),
        () =>
          subject.make(1).fit(
            vectors,
            Array.from(labels, (label) => label - 1),
          ),
        () =>
          subject.make(1).fit(
            vectors,
            Array.from(labels, (label) => label + 0.5),
          ),
        () => subject.make(1).fit(matrixFromRows([]), []),
        () => subject.make(1).fit({ ...vectors, rows: 239 }, labels.subarray(1)),
        () => subject.make(1).fit(vectors, labels, { weights: Array.from(labels, () => -1) }),
        () => subject.make(1).fit(vectors, labels, { weights: Array.from(labels, () => NaN) }),
      ]) {
        expect(call).toThrow(refusal);
        expect(call).toThrow(RangeError);
      }
    });

    test('asking before fitting is refused', () => {
      expect(() => subject.make(1).predictProba(vectors)).toThrow(TypeError);
      expect(() => subject.make(1).encode()).toThrow(TypeError);
    });

    test('rows of weight 0 count for nothing', () => {
      const weights = Float64Array.from(labels, (_, row) => (row % 3 === 0 ? 0 : 1));
      const kept = Uint32Array.from(labels.keys()).filter((row) => weights[row]! > 0);
      const weighted = subject.make(1).fit(vectors, labels, { weights });
      const without = subject.make(1).fit(
        selectRows(vectors, kept),
        kept.map((row) => labels[row]!),
      );
      close(probabilities(weighted, other.vectors), probabilities(without, other.vectors), 1e-9);
    });

    test.skipIf(subject.repetitionTolerance === undefined)(
      'a row of weight 2 is the row twice',
      () => {
        const weights = Float64Array.from(labels, (_, row) => 1 + (row % 3));
        const rows = [...labels.keys()].flatMap((row) =>
          new Array<number>(weights[row]!).fill(row),
        );
        const weighted = subject.make(1).fit(vectors, labels, { weights });
        const repeated = subject.make(1).fit(
          selectRows(vectors, rows),
          rows.map((row) => labels[row]!),
        );
        close(
          probabilities(weighted, other.vectors),
          probabilities(repeated, other.vectors),
          subject.repetitionTolerance!,
        );
      },
    );

    test.skipIf(subject.missing)('missing values are refused', () => {
      const holed = labelledTable(60, 13, true);
      expect(() => subject.make(1).fit(holed.vectors, holed.labels)).toThrow(RangeError);
    });
  });
}
