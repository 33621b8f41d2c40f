import { describe, expect, it } from 'vitest';
import { FEATURES, featureNames, plainValue } from '../../src/host/feature-schema.ts';
import { syntheticLogins } from '../../src/job/synthetic-logins.ts';
import type { TrainingRow } from '../../src/score/training-row.ts';

const rows = syntheticLogins(7);

function values(kind: string, feature: string): number[] {
  const column = featureNames.indexOf(feature);
  return rows
    .filter(({ group }) => group === `synthetic:logins of a ${kind}`)
    .map(({ vector }) => plainValue(FEATURES[column]!, vector[column]!));
}

describe('generated logins, as servers log them', () => {
  it('are of people and programs that come in, and of guessers that hardly ever do', () => {
    const families = new Map<string, Set<string>>();
    for (const { group, family } of rows) {
      families.set(group, (families.get(group) ?? new Set()).add(family));
    }
    expect([...families].map(([group, of]) => [group.split(' ').at(-1), ...of])).toEqual([
      ['person', 'benign'],
      ['mistyper', 'benign'],
      ['forgetful', 'benign'],
      ['automation', 'benign'],
      ['stale', 'benign'],
      ['gateway', 'benign'],
      ['administrator', 'benign'],
      ['guesser', 'bruteforce'],
      ['sprayer', 'bruteforce'],
      ['slow', 'bruteforce'],
      ['sweeper', 'bruteforce'],
    ]);
    for (const kind of ['person', 'mistyper', 'automation', 'gateway', 'administrator']) {
      expect(Math.min(...values(kind, 'login_successes'))).toBeGreaterThan(0);
    }
    expect(Math.max(...values('forgetful', 'login_successes'))).toBe(0);
    for (const kind of ['sprayer', 'slow', 'sweeper']) {
      expect(Math.max(...values(kind, 'login_successes'))).toBe(0);
      expect(Math.min(...values(kind, 'login_failures'))).toBeGreaterThan(2);
    }
    expect(Math.max(...values('guesser', 'login_successes'))).toBe(1);
  });

  it('show what such a log shows, and nothing else', () => {
    const missing = (name: string): boolean =>
      rows.every(({ vector }) => Number.isNaN(vector[featureNames.indexOf(name)]!));
    expect(missing('login_session_bytes')).toBe(true);
    expect(missing('http_requests')).toBe(true);
    expect(missing('login_failures')).toBe(false);
    expect(new Set(rows.map(({ view }) => view))).toEqual(new Set(['login-log']));
  });

  it('are the same for the same seed', () => {
    const told = (of: readonly TrainingRow[]): unknown =>
      of.map(({ host, vector }) => [host, vector]);
    expect(told(syntheticLogins(7))).toEqual(told(rows));
    expect(told(syntheticLogins(8))).not.toEqual(told(rows));
  });
});
