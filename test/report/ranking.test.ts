import { describe, expect, test } from 'vitest';
import { isSuspicious, rankVerdicts, tallyVerdicts } from '../../src/report/ranking.ts';
import {
  bruteForcer,
  sampleReport,
  sampleVerdict,
  scanner,
  unknownHost,
} from './sample-verdicts.ts';

describe('ranking verdicts', () => {
  test('the highest attack score comes first, whatever order they came in', () => {
    const verdicts = [sampleVerdict(), unknownHost, bruteForcer, scanner];
    const hosts = (list: typeof verdicts) =>
      rankVerdicts(sampleReport(list), {}, Infinity).shown.map((v) => v.host);
    expect(hosts(verdicts)).toEqual([scanner.host, bruteForcer.host, unknownHost.host, '10.0.0.1']);
    expect(hosts(verdicts.toReversed())).toEqual(hosts(verdicts));
  });

  test('of equal scores the alarm comes first, then the busier host', () => {
    const calm = sampleVerdict({ host: 'a', attackScore: 0.5 });
    const alarm = sampleVerdict({ host: 'b', attackScore: 0.5, label: 'dos' });
    const busy = { ...calm, host: 'c', observed: { flows: 9999, packets: null, bytes: null } };
    const { shown } = rankVerdicts(sampleReport([calm, busy, alarm]), {}, Infinity);
    expect(shown.map((v) => v.host)).toEqual(['b', 'c', 'a']);
  });

  test('top and a lowest score leave hosts out, and top says how many', () => {
    const report = sampleReport();
    const ranking = rankVerdicts(report, { top: 1, minAttackScore: 0.3 }, 50);
    expect(ranking.shown).toEqual([scanner]);
    expect(ranking.beyondTop).toBe(2);
    expect(report.verdicts[0]!.host).toBe('10.0.0.1'); // the argument is left as it was
  });

  test('benign, backscatter and unknown raise no alarm', () => {
    expect(['benign', 'backscatter', 'unknown', 'mining'].map((label) =>
      isSuspicious(sampleVerdict({ label: label as 'benign' })))).toEqual([false, false, false, true]); // prettier-ignore
  });
});

describe('tallying verdicts', () => {
  test('a host judged in two windows counts once, by its worst', () => {
    const later = sampleVerdict({
      window: { startUs: 5, endUs: 9 },
      label: 'scan',
      attackScore: 0.9,
    });
    expect(tallyVerdicts([sampleVerdict(), later])).toEqual({
      hosts: 1,
      suspicious: 1,
      unknown: 0,
      byLabel: [['scan', 1]],
    });
  });

  test('an aggregate of many sources is no further host', () => {
    const crowd = sampleVerdict({ host: '*', label: 'dos', attackScore: 0.9 });
    expect(tallyVerdicts([crowd, scanner])).toMatchObject({ hosts: 1, byLabel: [['scan', 1]] });
  });

  test('alarms are listed before unknown, and calm labels last', () => {
    const benign = [1, 2, 3].map((n) => sampleVerdict({ host: `10.1.0.${n}` }));
    const { byLabel } = tallyVerdicts([...benign, unknownHost, scanner]);
    expect(byLabel.map(([label]) => label)).toEqual(['scan', 'unknown', 'benign']);
  });
});
