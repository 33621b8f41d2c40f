import { distinctHosts, ENOUGH_HOSTS, isPublic } from '../distinct-hosts.ts';
import { CALM_FAMILIES, FAMILY_NAMES } from '../family.ts';
import { isAttack } from '../training-rows.ts';
import type { TrainingRow } from '../training-row.ts';
import { counted, type Finding } from './finding.ts';

/** A figure from one group is no figure of another network. */
const ENOUGH_GROUPS = 3;
/** Below, one false alarm in a thousand cannot be measured. */
const ENOUGH_CALM = 1000;

/** Families of which there are too few hosts or groups to teach or to measure. */
export function lintAttackerCounts(rows: readonly TrainingRow[]): Finding[] {
  const cells = FAMILY_NAMES.filter((family) => !CALM_FAMILIES.includes(family)).map((family) => {
    const own = rows.filter((row) => row.family === family);
    return { family, hosts: distinctHosts(own), groups: new Set(own.map((row) => row.group)).size };
  });
  const present = cells.filter(({ hosts }) => hosts > 0);
  const few = present.filter(({ hosts }) => hosts < ENOUGH_HOSTS);
  const lone = present.filter(
    ({ hosts, groups }) => hosts >= ENOUGH_HOSTS && groups < ENOUGH_GROUPS,
  );
  const absent = cells.filter(({ hosts }) => hosts === 0);
  const calm = rows.filter((row) => !isAttack(row)).length;
  const findings: Finding[] = [];
  if (present.length === 0 || calm === 0) {
    findings.push({
      check: 'counts',
      severity: 'serious',
      finding: calm === 0 ? 'no calm host is labelled' : 'no attacker is labelled',
      consequence:
        'there is nothing to tell apart: neither a model nor a false-alarm rate can come of it',
      advice:
        calm === 0
          ? 'label the other hosts of these captures benign, and captures of quiet days'
          : 'label attackers',
      examples: [],
    });
  }
  if (few.length > 0) {
    findings.push({
      check: 'counts',
      severity: few.length === present.length ? 'serious' : 'warning',
      finding: `fewer than ${ENOUGH_HOSTS} distinct attackers: ${few.map(({ family, hosts }) => `${family} ${hosts}`).join(', ')}`,
      consequence:
        'their precision and recall say nothing; what a model learns of them is these very hosts',
      advice: `label ${ENOUGH_HOSTS} hosts or more of ${ENOUGH_GROUPS} networks or more, or add generated ones with --recipes (which count in no figure)`,
      examples: [],
    });
  }
  if (lone.length > 0) {
    findings.push({
      check: 'counts',
      severity: 'warning',
      finding: `attackers of fewer than ${ENOUGH_GROUPS} groups: ${lone.map(({ family, hosts, groups }) => `${family} (${counted(hosts, 'host')}, ${counted(groups, 'group')})`).join(', ')}`,
      consequence:
        'left out, nothing of theirs is left to learn from; kept in, the model is judged on what it knows',
      advice: 'add the same attack from another network',
      examples: [],
    });
  }
  if (calm > 0 && calm < ENOUGH_CALM) {
    findings.push({
      check: 'counts',
      severity: 'note',
      finding: counted(calm, 'calm host'),
      consequence: `of fewer than ${ENOUGH_CALM.toLocaleString('en-US')} a rate of one false alarm in a thousand cannot be measured`,
      advice: 'label whole captures of quiet days: input,*,benign',
      examples: [],
    });
  }
  if (absent.length > 0 && present.length > 0) {
    findings.push({
      check: 'counts',
      severity: 'note',
      finding: `no host of ${absent.map(({ family }) => family).join(', ')}`,
      consequence: 'nothing is known of how a model does on them',
      advice: 'add some, or generated ones with --recipes',
      examples: [],
    });
  }
  return findings;
}

/** Public addresses of attackers that several groups share: the same actor on both sides of a split. */
export function lintSharedAttackers(rows: readonly TrainingRow[]): Finding[] {
  const groups = new Map<string, Set<string>>();
  for (const row of rows.filter((each) => isAttack(each) && isPublic(each.host))) {
    groups.set(row.host, (groups.get(row.host) ?? new Set()).add(row.group));
  }
  const shared = [...groups].filter(([, of]) => of.size > 1);
  if (shared.length === 0) return [];
  return [
    {
      check: 'shared-attackers',
      severity: 'warning',
      finding: `${counted(shared.length, 'public address')} attack${shared.length === 1 ? 's' : ''} in more than one group`,
      consequence: 'leaving one group out leaves the same actor in training',
      advice: 'evaluate with --group-by address, which joins groups that share an attacker',
      examples: shared.slice(0, 5).map(([host, of]) => `${host} in ${[...of].sort().join(', ')}`),
    },
  ];
}
