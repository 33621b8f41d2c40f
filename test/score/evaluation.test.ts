import { describe, expect, test } from 'vitest';
import { featureNames } from '../../src/host/feature-schema.ts';
import { distinctHosts } from '../../src/score/distinct-hosts.ts';
import { FAMILY_NAMES, type Family } from '../../src/score/family.ts';
import { figuresOf } from '../../src/score/figures.ts';
import type { Judged } from '../../src/score/judged.ts';
import { regroup } from '../../src/score/regroup.ts';
import { foldsOfSplit } from '../../src/score/split.ts';
import type { TrainingRow } from '../../src/score/training-row.ts';

const DAY_US = 86_400e6;
const START_US = Date.UTC(2024, 0, 1) * 1000;

function row(wish: Partial<TrainingRow>): TrainingRow {
  return {
    input: 'a/one.pcap', group: 'a', host: '10.0.0.1', family: 'benign', detail: '', view: 'capture',
    vector: new Float64Array(featureNames.length), ...wish,
  }; // prettier-ignore
}

/** Ten inputs, one a day, with an attacker and a calm host each; each host also in another view. */
const rows = Array.from({ length: 10 }, (_, day) =>
  (['scan', 'benign'] as const).flatMap((family) =>
    ['capture', 'flow-log'].map(
      (view) =>
      row({ input: `d/${day}.pcap`, group: `d${day}`, host: `10.0.${day}.${family.length}`, family, view, startUs: START_US + day * DAY_US, endUs: START_US + (day + 0.5) * DAY_US }), // prettier-ignore
    ),
  ),
).flat();
rows.push(row({ group: 'synthetic:x', input: 'synthetic:x#1', family: 'dos' }));

describe('splits', () => {
  test('by time: what teaches ended before, less the gap; views and generated hosts teach alone', () => {
    const folds = foldsOfSplit(rows, { split: 'time', folds: 4, seed: 1, gapUs: DAY_US });
    expect(folds.length).toBe(4);
    for (const { train, test: tested } of folds) {
      const first = Math.min(...tested.map((i) => rows[i]!.startUs!));
      expect(tested.every((i) => rows[i]!.view === 'capture')).toBe(true);
      expect(train.some((i) => rows[i]!.group === 'synthetic:x')).toBe(true);
      for (const i of train) {
        if (rows[i]!.endUs !== undefined) expect(rows[i]!.endUs).toBeLessThan(first - DAY_US);
      }
    }
  });

  test('by time know nothing of captures that count from zero', () => {
    const undated = rows.map((one) => ({ ...one, startUs: 5e6, endUs: 6e6 }));
    expect(foldsOfSplit(undated, { split: 'time', folds: 4, seed: 1 })).toEqual([]);
  });

  test('at random: every real host is judged once, never by a view of itself', () => {
    const folds = foldsOfSplit(rows, { split: 'random', folds: 5, seed: 1 });
    expect(folds.flatMap((fold) => fold.test).length).toBe(20);
    for (const { train, test: tested } of folds) {
      const hosts = new Set(tested.map((i) => rows[i]!.host));
      for (const i of train) expect(rows[i]!.group === 'synthetic:x' || !hosts.has(rows[i]!.host)).toBe(true); // prettier-ignore
    }
  });
});

describe('groups', () => {
  const met = (input: string, group: string, host: string, family: Family = 'scan'): TrainingRow => row({ input, group, host, family }); // prettier-ignore
  const all = [
    met('s/1', 's', '45.140.140.75'), met('t/2', 't', '45.140.140.75'), met('t/3', 't', '45.140.140.9'),
    met('u/4', 'u', '192.168.0.5'), met('v/5', 'v', '192.168.0.5'), met('u/6', 'u', '192.168.0.5'),
    met('w/7', 'w', '45.140.140.75', 'benign'),
  ]; // prettier-ignore
  const groupsBy = (by: 'set' | 'capture' | 'address' | 'network'): string[] => regroup(all, by).map(({ group }) => group); // prettier-ignore

  test('of captures that share an attacker: a public address is one host, a private one is another in every set', () => {
    expect(groupsBy('set')).toEqual(['s', 't', 't', 'u', 'v', 'u', 'w']);
    expect(groupsBy('capture')).toEqual(['s/1', 't/2', 't/3', 'u/4', 'v/5', 'u/6', 'w/7']);
    expect(groupsBy('address')).toEqual(['s/1', 's/1', 't/3', 'u/4', 'v/5', 'u/4', 'w/7']);
    expect(groupsBy('network')).toEqual(['s/1', 's/1', 's/1', 'u/4', 'v/5', 'u/4', 'w/7']);
  });

  test('and distinct hosts are counted the same way', () => {
    expect(distinctHosts(all)).toBe(4);
  });
});

describe('figures', () => {
  const judged = (family: Family, said: Family, attackScore: number, host: string, group: string): Judged => ({
    row: row({ family, host, group, input: `${group}/x` }),
    judgement: { family: said, attackScore, predictionSet: [said], probabilities: new Float64Array(FAMILY_NAMES.length) }, // prettier-ignore
  }); // prettier-ignore
  const all = [
    ...Array.from({ length: 40 }, (_, i) => judged('benign', i === 0 ? 'scan' : 'benign', i === 0 ? 0.9 : i / 100, `10.0.0.${i}`, `g${i % 4}`)), // prettier-ignore
    ...Array.from({ length: 8 }, (_, i) => judged('scan', i < 6 ? 'scan' : 'benign', i < 6 ? 0.95 : 0.1, `10.1.0.${i}`, `g${i % 4}`)), // prettier-ignore
    ...Array.from({ length: 3 }, (_, i) => judged('mining', 'mining', 0.99, '147.229.13.222', `g${i}`)), // prettier-ignore
  ];
  const figures = figuresOf(all, 'held-out', 1);

  test('count distinct hosts, and say when they are too few to say', () => {
    expect(figures).toMatchObject({ attackers: 11, distinctAttackers: 9, attackGroups: 4, calmGroups: 4 }); // prettier-ignore
    const mining = figures.families.find(({ family }) => family === 'mining');
    expect(mining).toMatchObject({ hosts: 3, distinctHosts: 1, tooFew: true });
    expect(figures.families.find(({ family }) => family === 'scan')).toMatchObject({ hosts: 8, recall: 0.75 }); // prettier-ignore
    expect(figures.familiesOfEnough).toBe(2);
  });

  test('rank a network: nine of eleven attackers before the first false alarm', () => {
    const { ranking } = figures;
    expect(ranking!.recallAtOneFalseAlarm.estimate).toBeCloseTo(9 / 11, 9);
    expect(ranking!.thresholdAtOneFalseAlarm).toBe(0.95);
    expect(ranking!.precisionAt[0]).toEqual({ k: 10, precision: 1 });
    expect(ranking!.averagePrecision.estimate).toBeGreaterThan(0.8);
  });

  test('hold who was taken for whom, and how prediction sets do', () => {
    const [benign, scan] = [FAMILY_NAMES.indexOf('benign'), FAMILY_NAMES.indexOf('scan')];
    expect(figures.confusion!.counts[scan]![benign]).toBe(2);
    expect(figures.confusion!.counts[benign]![scan]).toBe(1);
    expect(figures.predictionSets).toMatchObject({ hosts: 51, meanSize: 1, single: 1, empty: 0 });
    expect(figures.predictionSets!.coverage).toBeCloseTo(48 / 51, 9);
  });

  test('say nothing of a network without attackers', () => {
    expect(figuresOf(all.slice(0, 40), 'held-out', 1).ranking).toBeUndefined();
  });
});
