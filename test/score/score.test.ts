import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { featureNames } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { matrixFromRows } from '../../src/learn/matrix.ts';
import { DEFAULT_MODEL, loadModel } from '../../src/job/load-model.ts';
import { CALM_FAMILIES, FAMILY_NAMES, type Family } from '../../src/score/family.ts';
import { leaveGroupsOut } from '../../src/score/folds.ts';
import { featureText } from '../../src/score/feature-text.ts';
import { FEATURES } from '../../src/host/feature-schema.ts';
import { judgeHosts } from '../../src/score/judge.ts';
import { ModelBundle, ModelError } from '../../src/score/model-bundle.ts';
import { ModelCalibration } from '../../src/score/model-calibration.ts';
import { thinRows, trainingWeights } from '../../src/score/training-rows.ts';
import type { TrainingRow } from '../../src/score/training-row.ts';

function row(wish: Partial<TrainingRow> & { readonly host: string }): TrainingRow {
  return {
    input: 'a/one.pcap', group: 'a', family: 'benign', detail: '', view: 'capture',
    vector: new Float64Array(featureNames.length), ...wish,
  }; // prettier-ignore
}

describe('folds that leave groups out', () => {
  const rows = ['a', 'b', 'c', 'd'].flatMap((group) => [
    row({ group, input: `${group}/bad.pcap`, host: '10.0.0.1', family: 'scan' }),
    row({ group, input: `${group}/bad.pcap`, host: '10.0.0.2' }),
    ...(group === 'a'
      ? [1, 2, 3].map((n) => row({ group, input: `a/calm-${n}.pcap`, host: '10.0.0.3' }))
      : []),
  ]);
  rows.push(row({ group: 'synthetic:x', input: 'synthetic:x#1', host: '10.0.0.4', family: 'dos' }));
  rows.push(
    row({ group: 'b', input: 'b/bad.pcap', host: '10.0.0.1', family: 'scan', view: 'flow-log' }),
  );
  const folds = leaveGroupsOut(rows, 3, 1);

  it('tests every real row of the capture view once, and no other', () => {
    const tested = folds.flatMap((fold) => fold.test).sort((x, y) => x - y);
    expect(tested).toEqual([...rows.keys()].filter((i) => i < rows.length - 2));
  });

  it('keeps the group of a tested attacker out of its training, in every view', () => {
    for (const { test, train } of folds) {
      const groups = new Set(
        test.filter((i) => rows[i]!.input.endsWith('bad.pcap')).map((i) => rows[i]!.group),
      );
      for (const i of train) expect(groups.has(rows[i]!.group), `row ${i}`).toBe(false);
    }
  });

  it('keeps the input of a tested calm host out of its training', () => {
    for (const { test, train } of folds) {
      const inputs = new Set(test.map((i) => rows[i]!.input));
      for (const i of train) expect(inputs.has(rows[i]!.input)).toBe(false);
    }
  });

  it('has generated rows in every training', () => {
    for (const { train } of folds)
      expect(train.some((i) => rows[i]!.group === 'synthetic:x')).toBe(true);
  });
});

describe('training rows', () => {
  it('are at most sixty of an input and family, the same ones in any order', () => {
    const many = Array.from({ length: 500 }, (_, i) => row({ host: `h${i}` }));
    const kept = thinRows(many).map(({ host }) => host);
    expect(kept).toHaveLength(60);
    expect(
      thinRows(many.toReversed())
        .map(({ host }) => host)
        .sort(),
    ).toEqual(kept.sort());
  });

  it('weigh 1 on average, and a crowd of alike hosts less than its number', () => {
    const crowd = Array.from({ length: 90 }, (_, i) =>
      row({ host: `h${i}`, group: 'pot', family: 'scan' }),
    );
    const few = Array.from({ length: 10 }, (_, i) =>
      row({ host: `g${i}`, group: `net${i}`, family: 'scan' }),
    );
    const weights = trainingWeights([...crowd, ...few]);
    const sum = (from: number, to: number): number =>
      weights.slice(from, to).reduce((x, y) => x + y, 0);
    expect(sum(0, 100)).toBeCloseTo(100);
    expect(sum(0, 90)).toBeLessThan(sum(90, 100));
  });
});

describe('calibration', () => {
  const families: Family[] = ['benign', 'scan', 'dos'];
  const rows = Array.from({ length: 300 }, (_, i) =>
    row({ host: `h${i}`, group: `g${i % 30}`, family: families[i % 3]! }),
  );
  const raw = matrixFromRows(
    rows.map(({ family }, i) => {
      const sure = 0.5 + (0.4 * ((i * 7919) % 100)) / 100;
      return FAMILY_NAMES.map((name) =>
        name === family ? sure : (1 - sure) / (FAMILY_NAMES.length - 1),
      );
    }),
  );
  const calibration = ModelCalibration.fit(raw, rows, trainingWeights(rows), {
    falseAlarmsPerThousand: 10,
    coverage: 0.9,
  });

  it('gives probabilities that add to one, and the attack families add to the attack score', () => {
    for (let i = 0; i < 30; i++) {
      const { probabilities, attackScore } = calibration.judge(
        raw.values.subarray(i * 13, i * 13 + 13),
      );
      expect(probabilities.reduce((x, y) => x + y, 0)).toBeCloseTo(1, 9);
      const calm = CALM_FAMILIES.reduce(
        (sum, name) => sum + probabilities[FAMILY_NAMES.indexOf(name)]!,
        0,
      );
      expect(1 - calm).toBeCloseTo(attackScore, 9);
    }
  });

  it('says an attack family if and only if the score reaches the threshold', () => {
    for (let i = 0; i < raw.rows; i++) {
      const { family, attackScore } = calibration.judge(raw.values.subarray(i * 13, i * 13 + 13));
      expect(!CALM_FAMILIES.includes(family)).toBe(attackScore >= calibration.alarmThreshold);
    }
  });

  it('comes back from JSON as it was, and refuses what is none', () => {
    const again = ModelCalibration.fromJSON(JSON.parse(JSON.stringify(calibration)));
    expect(again.judge(raw.values.subarray(0, 13))).toEqual(
      calibration.judge(raw.values.subarray(0, 13)),
    );
    expect(() => ModelCalibration.fromJSON({})).toThrow(RangeError);
  });
});

describe('a model file', () => {
  let bytes: Uint8Array;
  beforeAll(() => {
    bytes = readFileSync(DEFAULT_MODEL);
  });

  it('comes back from its bytes as it was', () => {
    const model = ModelBundle.decode(bytes);
    expect(Buffer.from(model.encode()).equals(bytes)).toBe(true);
  });

  it('is refused when any byte of it is another, or it is cut', () => {
    for (const at of [0, 20, 5000, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1;
      expect(() => ModelBundle.decode(damaged), `byte ${at}`).toThrow(ModelError);
    }
    expect(() => ModelBundle.decode(bytes.subarray(0, 1000))).toThrow(ModelError);
    expect(() => ModelBundle.decode(new Uint8Array(0))).toThrow(ModelError);
  });

  it('holds no address', () => {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).not.toMatch(/\b(10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/);
  });
});

describe('verdicts', () => {
  const model = loadModel();

  it('on a crowd of one-packet sources of one target add up to one on the crowd', () => {
    const table = new HostTable();
    table.visibility({
      packets: true,
      connState: true,
      history: true,
      dns: true,
      http: true,
      tls: true,
      ssh: true,
      payload: true,
    });
    for (let i = 0; i < 3000; i++) {
      table.flow({
        startUs: 1.7e15 + i * 500, endUs: 1.7e15 + i * 500, originator: `${11 + (i % 80)}.${i % 251}.${i % 241}.${i % 239}`,
        responder: '10.10.10.10', originatorPort: 1024 + ((i * 7919) % 60000), responderPort: 80, protocol: 6, service: '',
        originatorPackets: 1, responderPackets: 0, originatorIpBytes: 40, responderIpBytes: 0, originatorBytes: 0,
        responderBytes: 0, connState: 'S0', history: 'S', established: false,
      }); // prettier-ignore
    }
    const crowd = judgeHosts(table, model).find(({ host }) => host === '*');
    expect(crowd).toMatchObject({ label: 'dos', sourceProven: false });
    expect(crowd!.reasons[0]!.text).toContain('flood 10.10.10.10');
  });

  it('say each feature in words, with its value in its unit', () => {
    const feature = (name: string) => FEATURES.find((one) => one.name === name)!;
    expect(featureText(feature('destinations'), 4812)).toBe('contacted 4,812 addresses');
    expect(featureText(feature('unanswered_share'), 0.973)).toBe(
      '97.3 % of its flows were never answered',
    );
    expect(featureText(feature('longest_flow'), 7300)).toBe('its longest flow lasted 2.03 h');
    expect(featureText(feature('destinations'), 1)).toBe('contacted 1 address');
    expect(featureText(feature('shell_flows'), 1)).toBe('a command shell spoke in 1 of its flows');
    const one = FEATURES.filter(({ unit }) => unit === 'count').map((of) => featureText(of, 1));
    expect(one.filter((text) => / 1 (?!of)(\S+ ){0,2}?[a-z]*[^s ]s$/.test(text))).toEqual([]);
    expect(featureText(feature('upload_channel_bytes'), 1_250_000)).toBe(
      'sent 1.25 MB to one address and port',
    );
  });
});
