import { describe, expect, it } from 'vitest';
import { featureNames } from '../../src/host/feature-schema.ts';
import { matrixRow } from '../../src/learn/matrix.ts';
import { seededRandom } from '../../src/learn/random.ts';
import {
  evidenceColumns,
  expectedDirections,
  RISES_WITH,
} from '../../src/score/expected-directions.ts';
import { FAMILY_NAMES } from '../../src/score/family.ts';
import { fitTrees } from '../../src/score/fit-trees.ts';
import type { TrainingRow } from '../../src/score/training-row.ts';

describe('what the field knows of families', () => {
  it('is said of features and families that there are', () => {
    for (const [family, features] of Object.entries(RISES_WITH)) {
      expect(FAMILY_NAMES).toContain(family);
      for (const feature of features) expect(featureNames, feature).toContain(feature);
    }
    const column = featureNames.indexOf('mails');
    expect(expectedDirections()[column]).toEqual({ [FAMILY_NAMES.indexOf('spam')]: 1 });
  });

  it('is evidence, with what has no direction, and each column is there once', () => {
    const columns = evidenceColumns();
    expect(columns).toEqual([...new Set(columns)].sort((a, b) => a - b));
    expect(columns).toContain(featureNames.indexOf('shell_flows'));
    expect(columns).toContain(featureNames.indexOf('victim_sources'));
    expect(columns.every((column) => column in featureNames)).toBe(true);
  });

  it('holds of a model, whatever its training hosts say', () => {
    const random = seededRandom(5);
    const column = featureNames.indexOf('failed_targets_on_one_port');
    // Scanners here failed less often than ordinary hosts did.
    const rows = Array.from({ length: 80 }, (_, i): TrainingRow => {
      const vector = new Float64Array(featureNames.length).map(() => random());
      const family = i % 2 === 0 ? 'scan' : 'benign';
      vector[column] = family === 'scan' ? random() : 4 + random();
      return { input: `${i}`, group: `${i % 8}`, host: '10.0.0.1', family, detail: '', view: 'capture', vector }; // prettier-ignore
    });
    const trees = fitTrees(rows, 1);
    const scan = FAMILY_NAMES.indexOf('scan');
    const margins = [0, 1, 2, 4, 8].map((value) => {
      const vector = rows[0]!.vector.slice();
      vector[column] = value;
      return matrixRow(trees.margins({ rows: 1, columns: vector.length, values: vector }), 0)[
        scan
      ]!;
    });
    expect([...margins].sort((a, b) => a - b)).toEqual(margins);
  });
});
