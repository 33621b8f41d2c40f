import { describe, expect, test } from 'vitest';
import type { ReportOptions } from '../../src/report/report.ts';
import { tableReport } from '../../src/report/table.ts';
import { HOSTILE_TEXTS, bruteForcer, sampleReport, sampleVerdict } from './sample-verdicts.ts';

const render = (options?: ReportOptions, report = sampleReport()) =>
  [...tableReport.render(report, options)].join('');

describe('table report', () => {
  test('shows the worst host first, then one line that sums up', () => {
    const lines = render().split('\n');
    expect(lines[0]).toMatch(/^HOST +VERDICT +PROB +ATTACK +PROVEN +WHY$/);
    expect(lines[1]).toMatch(
      /^10\.0\.0\.7 +scan\/horizontal +0\.98 +0\.99 +no +contacted 4,812 addresses, 97 % never answered$/,
    );
    expect(lines).toContain('4 hosts, 2 suspicious: 1 bruteforce, 1 scan, 1 unknown, 1 benign');
    expect(lines).toContain('not visible in this input: dns, tls');
    expect(lines).toContain('skipped: 12 truncated packet');
  });

  test('has no escape sequences unless colour is asked for', () => {
    expect(render()).not.toContain('\u001b');
    expect(render({ color: true })).toContain('\u001b[1;31mscan/horizontal');
  });

  test('no line is wider than the terminal, and an address is never cut', () => {
    for (const width of [60, 80, 100, 160]) {
      const text = render({ width });
      for (const line of text.split('\n')) {
        if (!/suspicious|^2001/.test(line)) expect(line.length).toBeLessThanOrEqual(width);
      }
      expect(text).toContain(bruteForcer.host);
      expect(text).toContain('412 sessions to one SSH');
    }
  });

  test('a narrow terminal gets the reason on a line of its own', () => {
    expect(render({ width: 80 })).toMatch(/0\.93 +yes\n {4}412 sessions/);
    expect(render({ width: 160 })).toMatch(/0\.93 +yes +412 sessions/);
  });

  test('top says how many hosts it leaves out', () => {
    expect(render({ top: 1 })).toContain('… and 3 more hosts (--top 4 shows them)');
  });

  test('control characters of the traffic never reach the terminal', () => {
    const verdicts = HOSTILE_TEXTS.map((text) =>
      sampleVerdict({ host: text, reasons: [{ feature: 'x', value: 1, contribution: 1, text }] }),
    );
    const text = render({ top: 100 }, sampleReport(verdicts));
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.split('\n').filter((line) => line.includes('line'))).toHaveLength(1);
  });

  test('a score is never rounded to certainty', () => {
    const text = render(
      {},
      sampleReport([sampleVerdict({ attackScore: 0.9997, probability: 0.0002 })]),
    );
    expect(text).toContain('>.99');
    expect(text).toContain('<.01');
  });

  test('no hosts are said to be no hosts', () => {
    expect(render({}, sampleReport([], { skipped: new Map(), missing: [] }))).toBe(
      '0 hosts, 0 suspicious\nmodel: default@1\n',
    );
  });
});
