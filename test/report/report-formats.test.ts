import { describe, expect, test } from 'vitest';
import { formatOfPath, reportFormats } from '../../src/report/report-formats.ts';
import { formatBytes, formatDuration, formatScore, formatTime } from '../../src/report/wording.ts';
import { sampleReport } from './sample-verdicts.ts';

describe('report formats', () => {
  test.each([...reportFormats])(
    '%s gives the same report twice and shows every host once',
    (_, format) => {
      const once = [...format.render(sampleReport())].join('');
      expect([...format.render(sampleReport())].join('')).toBe(once);
      const plain = once.replaceAll('<wbr>', '');
      for (const { host } of sampleReport().verdicts) expect(plain).toContain(host);
    },
  );

  test.each([
    ['report.html', 'html'],
    ['a/b.c/VERDICTS.CSV', 'csv'],
    ['x.jsonl', 'ndjson'],
    ['x.pcap', undefined],
    ['csv', undefined],
  ])('the ending of %s asks for %s', (path, format) => {
    expect(formatOfPath(path)).toBe(format);
  });
});

describe('wording', () => {
  test('units are chosen so that a number stays short', () => {
    expect([0, 999, 1000, 307_200, 999_600, 5e12, null].map(formatBytes)).toEqual(
      ['0 B', '999 B', '1.0 kB', '307 kB', '1.0 MB', '5.0 TB', '']); // prettier-ignore
    expect([0, 1_234_000, 59_400_000, 200e6, 7500e6, 273_600e6, Number.NaN].map(formatDuration)).toEqual(
      ['0 s', '1.2 s', '59 s', '3 min 20 s', '2 h 5 min', '3 d 4 h', '']); // prettier-ignore
  });

  test('times outside the calendar are no time, scores of nothing are no score', () => {
    expect(formatTime(0)).toBe('1970-01-01 00:00:00.000 UTC');
    expect([formatTime(Number.NaN), formatTime(1e300), formatScore(Number.NaN)]).toEqual([
      '',
      '',
      '',
    ]);
    expect([0, 0.004, 0.5, 0.996, 0.9996, 1].map(formatScore)).toEqual(
      ['0.00', '<.01', '0.50', '0.99', '>.99', '1.00']); // prettier-ignore
  });
});
