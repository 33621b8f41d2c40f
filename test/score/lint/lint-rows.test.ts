import { describe, expect, test } from 'vitest';
import { featureNames } from '../../../src/host/feature-schema.ts';
import { seededRandom } from '../../../src/learn/random.ts';
import { bySeverity, percent, type Finding } from '../../../src/score/lint/finding.ts';
import { lintRows } from '../../../src/score/lint/lint-rows.ts';
import type { TrainingRow } from '../../../src/score/training-row.ts';

const COLUMN = { flows: featureNames.indexOf('flows'), unanswered: featureNames.indexOf('unanswered_share') }; // prettier-ignore
const random = seededRandom(9);

/** A host of eight flows that does what no other does, unless told otherwise. */
function row(
  wish: Partial<TrainingRow> & { readonly values?: Readonly<Record<number, number>> },
): TrainingRow {
  // prettier-ignore
  const { values = {}, ...rest } = wish;
  const vector = Float64Array.from(featureNames, () => random());
  vector[COLUMN.flows] = Math.log2(1 + 8);
  for (const [column, value] of Object.entries(values)) vector[Number(column)] = value;
  return { input: 'a/one.pcap', group: 'a', host: '10.0.0.1', family: 'benign', detail: '', view: 'capture', vector, ...rest }; // prettier-ignore
}

/** Groups that hold attackers and calm hosts alike, which differ in nothing. */
function mixed(groups: number, hosts = 6): TrainingRow[] {
  return Array.from({ length: groups }, (_, g) =>
    Array.from(
      { length: hosts },
      (__, h) =>
      row({ group: `g${g}`, input: `g${g}/${h % 3}.pcap`, host: `10.0.${g}.${h}`, family: h % 2 === 0 ? 'benign' : 'scan' }), // prettier-ignore
    ),
  ).flat();
}

const lint = (rows: readonly TrainingRow[], withFits = false): readonly Finding[] => lintRows(rows, { seed: 1, withFits }).findings; // prettier-ignore
const found = (rows: readonly TrainingRow[], check: string, withFits = false): readonly Finding[] => lint(rows, withFits).filter((finding) => finding.check === check); // prettier-ignore

describe('lint of labelled hosts', () => {
  test('finds nothing serious in groups that hold both kinds, and says how little there is to learn', () => {
    const findings = lint(mixed(6), true);
    expect(findings.filter(({ severity }) => severity === 'serious')).toEqual([]);
    const [shuffled] = findings.filter(({ check }) => check === 'shuffled-labels');
    expect(shuffled!.severity).toBe('note');
  });

  test('finds one recording under two names, worse across groups', () => {
    const rows = mixed(4);
    const copy = rows.filter(({ input }) => input === 'g0/1.pcap').map((one) => ({ ...one, input: 'g0/copy.pcap' })); // prettier-ignore
    expect(found([...rows, ...copy], 'same-recording')).toMatchObject([{ severity: 'warning', examples: ['g0/copy.pcap is g0/1.pcap'] }]); // prettier-ignore
    const elsewhere = copy.map((one) => ({ ...one, input: 'g9/copy.pcap', group: 'g9' }));
    expect(found([...rows, ...elsewhere], 'same-recording')).toMatchObject([{ severity: 'serious' }]); // prettier-ignore
    expect(found([...rows, ...elsewhere], 'duplicates')[0]!.finding).toContain('a twin in another group'); // prettier-ignore
    expect(found(rows, 'same-recording')).toEqual([]);
  });

  test('finds hosts that did the same and are labelled both ways', () => {
    const rows = mixed(4);
    const attacker = rows.find(({ family }) => family === 'scan')!;
    const twin = { ...attacker, group: 'g9', input: 'g9/x.pcap', host: '10.9.9.9', family: 'benign' as const }; // prettier-ignore
    const findings = found([...rows, twin], 'contradictions');
    expect(findings[0]).toMatchObject({ severity: 'serious' });
    expect(findings[0]!.examples[0]).toContain('is scan, 10.9.9.9 in g9/x.pcap is benign');
  });

  test('counts distinct attackers, not rows: one public address in two groups is one', () => {
    const rows = [
      ...mixed(4),
      ...Array.from({ length: 6 }, (_, i) => row({ group: `g${i % 3}`, input: `g${i % 3}/m${i}.pcap`, host: '147.229.13.222', family: 'mining' })), // prettier-ignore
    ];
    expect(found(rows, 'counts').map(({ finding }) => finding)).toContainEqual(expect.stringContaining('mining 1')); // prettier-ignore
    expect(found(rows, 'shared-attackers')).toMatchObject([{ examples: ['147.229.13.222 in g0, g1, g2'] }]); // prettier-ignore
  });

  test('says when there is nothing to tell apart', () => {
    const calm = mixed(3).map((one) => ({ ...one, family: 'benign' as const }));
    expect(found(calm, 'counts')[0]).toMatchObject({ severity: 'serious', finding: 'no attacker is labelled' }); // prettier-ignore
    expect(lintRows([], { seed: 1 })).toMatchObject({ hosts: 0, findings: [] });
  });

  test('finds labels that follow the group', () => {
    const rows = mixed(8).map((one) => ({ ...one, family: Number(one.group.slice(1)) % 2 === 0 ? ('benign' as const) : ('scan' as const) })); // prettier-ignore
    const [finding] = found(rows, 'label-follows-capture');
    expect(finding).toMatchObject({ severity: 'serious' });
    expect(finding!.finding).toContain('0 groups of 8 hold both attackers and calm hosts; knowing the group alone, 100 % of labels are right (by chance 50 %)'); // prettier-ignore
    expect(found(mixed(8), 'label-follows-capture')).toEqual([]);
  });

  test('finds labels that follow what the kind of input cannot show', () => {
    const packets = featureNames.map((name, i) => ({ name, i })).filter(({ name }) => /^dns|quer/.test(name)); // prettier-ignore
    const blind = Object.fromEntries(packets.map(({ i }) => [i, NaN]));
    const everything = Object.fromEntries(featureNames.map((_, i) => [i, NaN]));
    const rows = [
      ...mixed(4, 12),
      ...Array.from({ length: 24 }, (_, i) => row({ group: `l${i % 3}`, input: `l${i % 3}/log`, host: `10.7.0.${i}`, family: 'bruteforce', values: { ...everything, ...blind, [COLUMN.flows]: 3.2 } })), // prettier-ignore
    ];
    expect(found(rows, 'label-follows-format')[0]!.examples[0]).toContain('24 attackers and no calm host'); // prettier-ignore
    expect(found(mixed(4, 12), 'label-follows-format')).toEqual([]);
  });

  test('finds attacks that were not answered, or by hosts that were only spoken to', () => {
    const rows = [
      ...mixed(4),
      row({ group: 'g1', host: '10.1.1.1', family: 'c2', values: { [COLUMN.unanswered]: 1 } }),
      row({ group: 'g1', host: '10.1.1.2', family: 'scan', values: { [COLUMN.flows]: 0 } }),
      row({ group: 'g1', host: '10.1.1.3', family: 'bruteforce', values: { [COLUMN.flows]: Math.log2(1 + 1) } }), // prettier-ignore
    ];
    const examples = found(rows, 'invisible-attacks').flatMap((finding) => finding.examples);
    for (const host of ['10.1.1.1', '10.1.1.2', '10.1.1.3']) {
      expect(
        examples.some((example) => example.startsWith(host)),
        host,
      ).toBe(true);
    }
    expect(found(mixed(4), 'invisible-attacks')).toEqual([]);
  });

  test('finds a feature that gives the label away, and one that knows only its own groups', () => {
    const tell = featureNames.indexOf('destinations');
    const rows = mixed(8, 12);
    for (const one of rows) one.vector[tell] = one.family === 'scan' ? 10 : 1;
    const [, giving] = found(rows, 'give-away-features', true);
    expect(giving).toMatchObject({ severity: 'serious' });
    expect(giving!.examples[0]).toContain('destinations: right in 100 %');
    expect(found(mixed(8, 12), 'give-away-features', true).map(({ severity }) => severity)).toEqual(['note']); // prettier-ignore
  });

  test('leaves out views and generated hosts, and gives the same findings for the same seed', () => {
    const rows = mixed(4);
    const teaching = rows.map((one) => ({ ...one, view: 'flow-log' }));
    const generated = rows.map((one) => ({ ...one, group: 'synthetic:x', input: 'synthetic:x#1' }));
    expect(lintRows([...rows, ...teaching, ...generated], { seed: 1 })).toEqual(lintRows(rows, { seed: 1 })); // prettier-ignore
  });
});

describe('findings', () => {
  test('come serious ones first, and percent never hides that it is not all or none', () => {
    const of = (severity: Finding['severity']): Finding => ({ check: severity, severity, finding: '', consequence: '', advice: '', examples: [] }); // prettier-ignore
    expect(bySeverity([of('note'), of('serious'), of('warning')]).map(({ check }) => check)).toEqual(['serious', 'warning', 'note']); // prettier-ignore
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0 %', 'under 1 %', '50 %', 'over 99 %', '100 %']); // prettier-ignore
  });
});
