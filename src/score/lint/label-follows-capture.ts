import { FEATURES } from '../../host/feature-schema.ts';
import { isAttack, thinRows } from '../training-rows.ts';
import type { TrainingRow } from '../training-row.ts';
import { counted, percent, type Finding } from './finding.ts';

/** A group of fewer hosts has one label by accident. */
const FEWEST_HOSTS = 2;
/** Fewer hosts of one kind of input have one label by accident. */
const TELLING_HOSTS = 20;

/** What knowing where a host was seen says of its label, before anything is known of the host. */
export interface CaptureDependence {
  /** Groups of two hosts or more, and those of them that hold both attackers and calm hosts. */
  readonly groups: number;
  readonly mixedGroups: number;
  /** The share of hosts (crowds thinned) whose label is right if each host is given the commoner one of its group. */
  readonly byGroup: number;
  /** The same if all hosts are given the commoner one of all. */
  readonly byChance: number;
}

/** Measures how far attack or calm follows the group alone. */
export function captureDependence(rows: readonly TrainingRow[]): CaptureDependence {
  const thinned = thinRows(rows);
  const groups = new Map<string, { attackers: number; calm: number }>();
  const all = { attackers: 0, calm: 0 };
  for (const row of thinned) {
    const own = groups.get(row.group) ?? { attackers: 0, calm: 0 };
    groups.set(row.group, own);
    for (const counts of [own, all]) counts[isAttack(row) ? 'attackers' : 'calm']++;
  }
  const large = [...groups.values()].filter(({ attackers, calm }) => attackers + calm >= FEWEST_HOSTS); // prettier-ignore
  const right = [...groups.values()].reduce((sum, own) => sum + Math.max(own.attackers, own.calm), 0); // prettier-ignore
  return {
    groups: large.length,
    mixedGroups: large.filter(({ attackers, calm }) => attackers > 0 && calm > 0).length,
    byGroup: right / thinned.length,
    byChance: Math.max(all.attackers, all.calm) / thinned.length,
  };
}

/** Whether a label can be told from the group, or from the kind of input, alone. */
export function lintCapture(rows: readonly TrainingRow[]): Finding[] {
  return [...lintGroups(rows), ...lintFormats(rows)];
}

function lintGroups(rows: readonly TrainingRow[]): Finding[] {
  const { groups, mixedGroups, byGroup, byChance } = captureDependence(rows);
  if (groups < 2 || byChance === 1) return [];
  const follows = byGroup >= 0.95 && byGroup - byChance >= 0.05;
  if (!follows && mixedGroups >= groups / 2) return [];
  const pure = [...new Set(rows.map((row) => row.group))].filter((group) => {
    const own = rows.filter((row) => row.group === group);
    return own.length >= FEWEST_HOSTS && own.every(isAttack);
  });
  return [
    {
      check: 'label-follows-capture',
      severity: follows && mixedGroups < groups / 4 ? 'serious' : 'warning',
      finding: `${counted(mixedGroups, 'group')} of ${groups} hold${mixedGroups === 1 ? 's' : ''} both attackers and calm hosts; knowing the group alone, ${percent(byGroup)} of labels are right (by chance ${percent(byChance)})`,
      consequence:
        'a model may learn the network, the years and the tools of a capture in place of the attacker; a random split will not show it',
      advice:
        'label the bystanders of attack captures too (input,*,benign), add attacks made inside quiet networks, and trust only figures that leave groups out',
      examples:
        pure.length === 0
          ? []
          : [
              `attackers alone: ${pure.slice(0, 8).join(', ')}${pure.length > 8 ? ` and ${pure.length - 8} more` : ''}`,
            ],
    },
  ];
}

/** Kinds of input, by what they cannot show, of which all labelled hosts are attackers, or all are calm. */
function lintFormats(rows: readonly TrainingRow[]): Finding[] {
  const kinds = new Map<string, { attackers: number; calm: number; input: string }>();
  const lacks = lacksOfInputs(rows);
  for (const row of thinRows(rows)) {
    const kind = lacks.get(row.input)!;
    const own = kinds.get(kind) ?? { attackers: 0, calm: 0, input: row.input };
    kinds.set(kind, own);
    own[isAttack(row) ? 'attackers' : 'calm']++;
  }
  const telling = [...kinds].filter(
    ([, { attackers, calm }]) => attackers + calm >= TELLING_HOSTS && attackers * calm === 0,
  );
  if (kinds.size < 2 || telling.length === 0) return [];
  telling.sort(([, a], [, b]) => b.attackers + b.calm - a.attackers - a.calm);
  return [
    {
      check: 'label-follows-format',
      severity: 'warning',
      finding: `${counted(telling.length, 'kind')} of input ${telling.length === 1 ? 'has' : 'have'} only attackers or only calm hosts labelled`,
      consequence: 'what such an input cannot show (a missing feature) becomes a sign of the label',
      advice:
        'label both in every kind of input; rapsheet also teaches captures as logs would have shown them, which helps against this',
      examples: telling.slice(0, 5).map(([kind, { attackers, calm, input }]) => {
        const hosts =
          attackers > 0
            ? `${counted(attackers, 'attacker')} and no calm host`
            : `${counted(calm, 'calm host')} and no attacker`;
        return `${kind === '' ? 'inputs that show everything' : `inputs without ${kind}`}: ${hosts} (${input})`;
      }),
    },
  ];
}

/** What no host of an input shows, though some would if it could be seen: `dns, http`; `''` if nothing lacks. */
function lacksOfInputs(rows: readonly TrainingRow[]): Map<string, string> {
  const shown = new Map<string, Set<string>>();
  const needs = [...new Set(FEATURES.flatMap(({ needs: need }) => need ?? []))];
  for (const { input, vector } of rows) {
    const own = shown.get(input) ?? new Set();
    shown.set(input, own);
    if (own.size === needs.length) continue;
    for (const [i, { needs: need }] of FEATURES.entries()) {
      if (need !== undefined && !Number.isNaN(vector[i])) own.add(need);
    }
  }
  return new Map(
    [...shown].map(([input, own]) => [input, needs.filter((need) => !own.has(need)).join(', ')]),
  );
}
